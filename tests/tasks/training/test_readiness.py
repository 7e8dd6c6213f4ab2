"""Whether a library can train: what is counted, what is said, which recipes are possible."""

from collections.abc import Sequence

import pytest

from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.records import Article, Heading, Reference, Section
from desktop_app.tasks.training.readiness import LEAST, Check, Verdict, readiness

# two branches that share no node, two headings in each that share several
NEAR = (("Diabetes Mellitus, Type 1", "Diabetes Mellitus, Type 2"), ("Sleep", "Sleep Stages"))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def articles(count: int, cites: Sequence[int] = (), language: str = "eng") -> list[Article]:
    """Articles of two subjects with check tags; each cites the ones so many PMIDs before it."""
    return [
        Article(
            title=f"Subject {number}, a thorough study",
            pmid=number,
            sections=(Section(f"What was found of {number}."),),
            languages=(language,),
            headings=(
                Heading("", NEAR[number % 2][number // 2 % 2]),
                Heading("D006801", "Humans"),
            ),
            references=tuple(Reference(pmid=number - step) for step in cites),
        )
        for number in range(1, count + 1)
    ]


def check(library: Library, vocabulary: Vocabulary, name: str) -> Check:
    return next(c for c in readiness(library, vocabulary).checks if c.name == name)


def test_a_library_that_is_ready(library: Library, vocabulary: Vocabulary) -> None:
    library.write(articles(1100, cites=(1, 2)))
    found = readiness(library, vocabulary)
    assert {c.name: c.verdict for c in found.checks} == dict.fromkeys(
        ("abstracts", "MeSH", "contrast", "citations", "duplicates", "languages"), Verdict.GOOD
    )
    assert found.possible == ["combined", "biohicl", "bica"]
    assert all(c.remedy == "" for c in found.checks)


def test_too_few_articles_disable_everything_with_a_reason(
    library: Library, vocabulary: Vocabulary
) -> None:
    library.write(articles(LEAST - 1, cites=(1,)))
    found = readiness(library, vocabulary)
    assert found.possible == []
    assert all("299" in reason for reason in found.recipes.values())
    abstracts = found.checks[0]
    assert (abstracts.verdict, abstracts.have) == (Verdict.NOT_YET, 299)
    assert "1,000" in abstracts.remedy


def test_without_citations_bica_is_not_possible(library: Library, vocabulary: Vocabulary) -> None:
    library.write(articles(LEAST))
    found = readiness(library, vocabulary)
    assert found.possible == ["combined", "biohicl"]
    assert check(library, vocabulary, "citations").remedy == "Complete 300 records from PubMed."


def test_hops_are_counted_apart(library: Library, vocabulary: Vocabulary) -> None:
    """1 <- 2 <- 3, and 4 cites 5 which cites 4: back to the seed is no second hop."""
    library.write(articles(5))
    with library.writing() as connection:
        rows = [(2, 1, ""), (3, 2, ""), (4, 5, ""), (5, 4, "")]
        connection.exec_driver_sql("INSERT INTO citation_link VALUES (?, ?, ?)", rows)
    found = check(library, vocabulary, "citations")
    assert found.words.startswith("4 articles cite another one here; for 1 of them")


def test_one_subject_gives_no_contrast_and_is_trained_all_the_same(
    library: Library, vocabulary: Vocabulary
) -> None:
    alike = [a for a in articles(2 * LEAST + 2) if a.pmid and a.pmid % 2]
    library.write(alike)
    found = readiness(library, vocabulary)
    contrast = next(c for c in found.checks if c.name == "contrast")
    assert (contrast.verdict, contrast.have) == (Verdict.THIN, 0)  # check tags do not count
    assert found.recipes["biohicl"] == found.recipes["combined"] == ""


def test_headings_of_no_known_year_are_counted(library: Library, vocabulary: Vocabulary) -> None:
    unknown = Article("T", sections=(Section("x"),), headings=(Heading("D9", "Retired"),), pmid=9)
    library.write([unknown])
    assert "1 of 1 headings are unknown" in check(library, vocabulary, "MeSH").words


def test_foreign_languages_and_duplicates_are_said(
    library: Library, vocabulary: Vocabulary
) -> None:
    library.write(articles(10, language="fre"))
    first, second, *_ = library.ids()
    library.duplicates.decide(first, second, "doubtful")
    languages = check(library, vocabulary, "languages")
    assert (languages.verdict, languages.have) == (Verdict.THIN, 0)
    assert "multilingual" in languages.remedy
    assert (
        check(library, vocabulary, "duplicates").remedy == "Look through the 1 possible duplicates."
    )


def test_an_empty_library(library: Library, vocabulary: Vocabulary) -> None:
    assert readiness(library, vocabulary).possible == []


def test_it_can_be_cancelled(library: Library, vocabulary: Vocabulary) -> None:
    library.write(articles(3))

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        readiness(library, vocabulary, cancel)

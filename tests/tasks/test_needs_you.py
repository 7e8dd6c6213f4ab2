"""Deciding on waiting files: what each verb does, and that undoing leaves no trace."""

from pathlib import Path

import pytest

from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.records import Article, Author, Field, PartialDate
from desktop_app.tasks.import_files import import_files
from desktop_app.tasks.needs_you import (
    Decision,
    Fields,
    WaitingFile,
    accept,
    attach,
    candidates,
    dismiss,
    fields_of,
    undo,
    waiting_files,
)
from tests.importers.pdf.article_pdf import TITLE, doubtful_pdf, encrypted_pdf

KNOWN = Article("Early exercise after heart surgery in old adults", pmid=7, doi="10.1/known")


@pytest.fixture
def file(library: Library, tmp_path: Path) -> WaitingFile:
    """One doubtful PDF that waits, beside two articles."""
    library.write([KNOWN, Article("Asthma in children who live beside a road")], "RIS")
    (tmp_path / "a.pdf").write_bytes(doubtful_pdf(words="Osteoblasts were counted."))
    import_files(library, [tmp_path / "a.pdf"])
    [waiting] = waiting_files(library)
    return waiting


def state(library: Library) -> object:
    """Everything that a decision may change and undoing must restore."""
    articles = library.articles(library.ids())
    files = {i: [f.sha256 for f in library.attachments.of(i)] for i in articles}
    return (
        articles,
        files,
        waiting_files(library),
        library.lookups.full_text(["osteoblasts"]).tolist(),
    )


def test_accepting_makes_an_article_as_typed(library: Library, file: WaitingFile) -> None:
    typed = Fields(" A typed  title", "Okonjo A; Silva, Bea", "2019", "doi:10.5/X", "12", "pmc34")
    decision = accept(library, file.id, typed)
    assert decision.is_new
    assert library.article(decision.article_id) == Article(
        "A typed title",
        pmid=12,
        pmcid="PMC34",
        doi="10.5/x",
        authors=(Author("Okonjo", "", "A"), Author("Silva", "Bea", "B")),
        date=PartialDate(2019),
        fields=(Field("file", file.name),),
    )
    [attached] = library.attachments.of(decision.article_id)
    assert (attached.path, attached.sha256) == (file.path, file.sha256)
    assert library.lookups.full_text(["osteoblasts"]).tolist() == [decision.article_id]
    assert waiting_files(library) == []


@pytest.mark.parametrize("verb", ["new", "known", "attach", "dismiss"])
def test_every_decision_can_be_undone_and_made_again(
    library: Library, file: WaitingFile, verb: str
) -> None:
    def decide() -> Decision:
        if verb == "attach":
            return attach(library, file.id, 1)
        if verb == "dismiss":
            return dismiss(library, file.id)
        doi = KNOWN.doi if verb == "known" else ""
        return accept(library, file.id, Fields(TITLE, doi=doi))

    before = state(library)
    for _ in range(2):
        decision = decide()
        assert state(library) != before
        undo(library, decision)
        assert state(library) == before
    assert library.check() == []


def test_accepting_what_is_here_attaches_and_changes_no_field(
    library: Library, file: WaitingFile
) -> None:
    decision = accept(library, file.id, Fields(KNOWN.title + " indeed", doi=KNOWN.doi))
    assert (decision.article_id, decision.is_new) == (1, False)
    assert library.article(1) == KNOWN
    assert len(library.attachments.of(1)) == 1


def test_a_dismissed_file_stays_dismissed(
    library: Library, file: WaitingFile, tmp_path: Path
) -> None:
    dismiss(library, file.id)
    report = import_files(library, [tmp_path / "a.pdf"])
    assert (report.unchanged, report.needs_you, library.waiting.count()) == (1, 0, 0)


def test_undoing_after_a_merge_says_so(library: Library, file: WaitingFile) -> None:
    decision = accept(library, file.id, Fields(TITLE))
    library.duplicates.merge(1, decision.article_id)
    with pytest.raises(UserError, match="merged"):
        undo(library, decision)


def test_undoing_leaves_an_article_of_which_another_record_came(
    library: Library, file: WaitingFile
) -> None:
    decision = accept(library, file.id, Fields(TITLE, doi="10.1000/new"))
    assert decision.is_new
    counts = library.write([Article(TITLE, doi="10.1000/new")], "RIS", find_duplicates=True)
    assert counts.merged == 1
    with pytest.raises(UserError, match="imported since"):
        undo(library, decision)
    assert decision.article_id in library.ids()
    assert len(library.attachments.of(decision.article_id)) == 1


def test_the_likeliest_articles_are_offered(library: Library, file: WaitingFile) -> None:
    [candidate] = candidates(library, file)
    assert (candidate.article_id, candidate.title) == (1, KNOWN.title)
    assert 80 < candidate.likeness < 100


def test_a_file_without_a_title_is_compared_by_its_name(library: Library, tmp_path: Path) -> None:
    library.write([KNOWN], "RIS")
    path = tmp_path / "Early_exercise after-heart surgery in old adults.pdf"
    path.write_bytes(encrypted_pdf())
    import_files(library, [path])
    [file] = waiting_files(library)
    assert fields_of(file.guesses) == Fields()
    assert [c.article_id for c in candidates(library, file)] == [1]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (Fields(""), "needs a title"),
        (Fields("T", doi="nonsense"), "“nonsense” is not a DOI"),
        (Fields("T", pmid="12a"), "“12a” is not a PMID"),
        (Fields("T", pmcid="PMCx"), "“PMCx” is not a PMCID"),
        (Fields("T", year="19"), "“19” is not a year"),
    ],
)
def test_what_cannot_be_right_is_refused(
    library: Library, file: WaitingFile, fields: Fields, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        accept(library, file.id, fields)
    assert len(waiting_files(library)) == 1


def test_what_does_not_wait_or_is_not_here_is_refused(library: Library, file: WaitingFile) -> None:
    with pytest.raises(UserError, match="no article 99"):
        attach(library, file.id, 99)
    dismiss(library, file.id)
    with pytest.raises(UserError, match="waits for you"):
        dismiss(library, file.id)
    with pytest.raises(UserError, match="waits for you"):
        attach(library, 99, 1)

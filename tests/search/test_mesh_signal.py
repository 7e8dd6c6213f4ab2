"""The MeSH signal on a small library: near headings count, absent ones neither help nor hurt."""

import random
from collections.abc import Sequence

import numpy as np
import pytest

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Deletion, Heading, Qualifier, Section
from desktop_app.search import code_counts
from desktop_app.search.engine import SearchEngine
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.mesh_signal import MINOR, NEAR, MeshScores, MeshSignal
from desktop_app.search.request import Mode, SearchRequest

ASTHMA = ("D001249", "Asthma")
LUNG = ("D008171", "Lung Diseases")
BRONCHIAL = ("D001982", "Bronchial Diseases")
EXERCISE_INDUCED = ("D001250", "Asthma, Exercise-Induced")
KNEE = ("D007719", "Knee Joint")
HUMANS = ("D006801", "Humans")


def _article(number: int, *headings: tuple[str, str], major: bool = False) -> Article:
    return Article(
        title=f"Report {number}",
        pmid=number,
        sections=(Section("Text without any term of the field."),),
        headings=tuple(Heading(ui, name, major=major) for ui, name in headings),
    )


def _scores(
    library: Library, vocabulary: Vocabulary, uis: Sequence[str]
) -> tuple[MeshScores | None, dict[int, float]]:
    facets = FacetIndex(library, vocabulary)
    facets.load()
    found = MeshSignal(vocabulary, facets).scores(uis)
    if found is None:
        return None, {}
    return found, dict(zip(found.ids.tolist(), found.scores.tolist(), strict=True))


def _fill(library: Library) -> None:
    others = [_article(number, KNEE, HUMANS) for number in range(100, 130)]
    library.write(
        [
            _article(1, ASTHMA, HUMANS, major=True),
            _article(2, ASTHMA),
            _article(3, EXERCISE_INDUCED, major=True),
            _article(4, BRONCHIAL, major=True),
            _article(5),
            *others,
        ]
    )


def test_at_or_below_a_concept_counts_in_full_and_above_it_in_part(
    library: Library, vocabulary: Vocabulary
) -> None:
    _fill(library)
    _, by_id = _scores(library, vocabulary, [ASTHMA[0]])
    assert by_id[1] == by_id[3] == pytest.approx(1.0)
    assert 0.5 < by_id[4] < 1.0
    assert set(by_id) == {1, 2, 3, 4}


def test_a_minor_heading_counts_less_than_a_major_one(
    library: Library, vocabulary: Vocabulary
) -> None:
    _fill(library)
    _, by_id = _scores(library, vocabulary, [ASTHMA[0]])
    assert by_id[2] == pytest.approx(MINOR)


def test_a_heading_with_a_major_qualifier_is_major(
    library: Library, vocabulary: Vocabulary
) -> None:
    therapy = Qualifier("Q000628", "therapy", major=True)
    heading = Heading(*ASTHMA, qualifiers=(therapy,))
    library.write([Article(title="One", pmid=1, headings=(heading,)), _article(2, KNEE)])
    _, by_id = _scores(library, vocabulary, [ASTHMA[0]])
    assert by_id == {1: pytest.approx(1.0)}


def test_articles_without_headings_are_neither_helped_nor_hurt(
    library: Library, vocabulary: Vocabulary
) -> None:
    _fill(library)
    found, _ = _scores(library, vocabulary, [ASTHMA[0]])
    assert found is not None
    with_heading, unknown, other = found.standard(np.array([1, 5, 6], np.int64)).tolist()
    assert with_heading > 0 > other
    assert unknown == 0


@pytest.mark.parametrize("uis", [[], [HUMANS[0]], ["D000000"], [KNEE[0]]])
def test_concepts_that_tell_nothing_apart_give_no_signal(
    library: Library, vocabulary: Vocabulary, uis: list[str]
) -> None:
    library.write([_article(number, KNEE, HUMANS) for number in range(1, 6)])
    assert _scores(library, vocabulary, uis)[0] is None


def test_a_library_without_mesh_is_ranked_as_if_there_were_no_signal(
    library: Library, vocabulary: Vocabulary
) -> None:
    texts = ["Asthma in children", "Wheezing and asthma", "Knee pain after running"]
    library.write([Article(title=text, pmid=n) for n, text in enumerate(texts, 1)])
    engine = SearchEngine(library, vocabulary)
    on = engine.search(SearchRequest("asthma in children"))
    off = engine.search(SearchRequest("asthma in children", mesh_weight=0.0))
    assert on.ids.tolist() == off.ids.tolist()
    assert on.scores.tolist() == off.scores.tolist()


def _random_articles(vocabulary: Vocabulary, first: int, count: int) -> list[Article]:
    """Articles with headings of a few branches, so that near ones meet often."""
    chance = random.Random(first)
    near = np.unique(np.concatenate([vocabulary.below(_node(vocabulary, n)) for n in _BRANCHES]))
    articles = []
    for number in range(first, first + count):
        chosen = chance.sample(near.tolist(), chance.randrange(6))
        headings = [
            Heading(vocabulary.ui(i), vocabulary.name(i), major=chance.random() < 0.4)
            for i in chosen
        ]
        articles.append(Article(title=f"T{number}", pmid=number, headings=tuple(headings)))
    return articles


_BRANCHES = ("C08.381.495", "C08.127", "C14.280.067")  # lungs, bronchi, arrhythmias


def _node(vocabulary: Vocabulary, number: str) -> int:
    code = vocabulary.tree.code(number)
    assert code is not None
    return code


def _slow_scores(
    library: Library, vocabulary: Vocabulary, uis: Sequence[str]
) -> dict[int, np.float32]:
    """The definition: of each concept the worthiest heading, an article at a time."""
    known = {i: a.headings for i, a in library.articles(library.ids()).items() if a.headings}
    under: dict[int, set[int]] = {}
    for article_id, headings in known.items():
        for heading in headings:
            index = vocabulary.resolve(heading.ui, heading.name)
            assert index is not None
            for node in vocabulary.nodes_with_ancestors(index).tolist():
                under.setdefault(node, set()).add(article_id)

    def told(node: int) -> float:
        return float(np.log((len(known) + 1) / (len(under.get(node, ())) + 1)))

    concepts = []
    for ui in uis:
        index = vocabulary.resolve(ui, "")
        assert index is not None
        own = vocabulary.nodes(index).tolist()
        most = max(told(node) for node in own)
        worth = dict.fromkeys(own, 1.0)
        for node in own:
            for above in vocabulary.tree.ancestors(node):
                share = min(1.0, told(above) / most)
                if share < NEAR:
                    break
                worth.setdefault(above, share)
        concepts.append((most, worth))
    concepts.sort(key=lambda concept: -concept[0])
    scores = {}
    for article_id, headings in known.items():
        total = np.float32(0)
        for most, worth in concepts:
            best = np.float32(0)
            for heading in headings:
                index = vocabulary.resolve(heading.ui, heading.name)
                assert index is not None
                above = vocabulary.nodes_with_ancestors(index).tolist()
                value = np.float32(max((worth.get(node, 0.0) for node in above), default=0.0))
                best = max(best, value * np.float32(1.0 if heading.major else MINOR))
            total += np.float32(most) * best
        if total > 0:
            scores[article_id] = total / np.float32(sum(most for most, _ in concepts))
    return scores


@pytest.mark.parametrize("many_rows", [50, 50_000])  # by bitmaps, and a heading at a time
def test_scores_equal_the_definition(
    library: Library, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch, many_rows: int
) -> None:
    monkeypatch.setattr(code_counts, "MANY_ROWS", many_rows)
    library.write(_random_articles(vocabulary, 1, 200))
    facets = FacetIndex(library, vocabulary)
    facets.load()
    library.write([Deletion(7), *_random_articles(vocabulary, 190, 20)])  # ten of them anew
    facets.sync()
    signal = MeshSignal(vocabulary, facets)
    chance = random.Random(3)
    known = [a for a in library.articles(library.ids()).values() if a.headings]
    for concepts in (1, 1, 1, 1, 2, 3, 8):
        chosen = [chance.choice(a.headings).ui for a in chance.sample(known, concepts)]
        uis = list(dict.fromkeys(chosen))
        found = signal.scores(uis)
        assert found is not None
        slow = _slow_scores(library, vocabulary, uis)
        assert found.ids.tolist() == sorted(slow)
        assert found.scores.tolist() == [float(slow[i]) for i in sorted(slow)]
        assert set(found.without.tolist()) == set(library.ids()) - {
            i for i, a in library.articles(library.ids()).items() if a.headings
        }


def test_scores_follow_the_library(library: Library, vocabulary: Vocabulary) -> None:
    _fill(library)
    facets = FacetIndex(library, vocabulary)
    facets.load()
    signal = MeshSignal(vocabulary, facets)
    library.write([_article(500, LUNG, major=True), _article(501, ASTHMA, major=True)])
    facets.sync()
    found = signal.scores([ASTHMA[0]])
    assert found is not None
    assert library.find_pmid(501) in found.ids.tolist()


def test_other_modes_do_not_use_it(library: Library, vocabulary: Vocabulary) -> None:
    _fill(library)
    engine = SearchEngine(library, vocabulary)
    found = engine.search(SearchRequest("asthma", Mode.KEYWORD, mesh_weight=1.0))
    plain = engine.search(SearchRequest("asthma", Mode.KEYWORD, mesh_weight=0.0))
    assert found.scores.tolist() == plain.scores.tolist()


def test_without_an_encoder_words_and_headings_rank_together(
    library: Library, vocabulary: Vocabulary
) -> None:
    _fill(library)
    library.write([Article(title="Lung diseases of miners", pmid=200)])
    engine = SearchEngine(library, vocabulary)
    found = engine.search(SearchRequest("lung diseases"))
    by_words = engine.search(SearchRequest("lung diseases", mesh_weight=0.0))
    asthma = library.find_pmid(1)
    assert asthma in found.ids.tolist()
    assert asthma not in by_words.ids.tolist()
    assert library.find_pmid(200) in found.ids.tolist()
    assert np.isnan(found.similarities).all()
    assert np.all(np.diff(found.scores) <= 0)

"""Whether a library can train an encoder, said before anything starts: what is there, what lacks.

Every check has a verdict and, unless all is well, what would make it better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from desktop_app.library.library import Library
from desktop_app.library.training_rows import TrainingRow, TrainingRows
from desktop_app.mesh.check_tags import CHECK_TAGS
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.progress import Report, silent

LEAST = 300  # usable articles below which training is not offered
RECOMMENDED = 1000
_SAMPLE = 800  # articles whose labels are compared with each other
_POSITIVE = 0.3  # label similarity above which BioHiCL takes two articles for alike


class Verdict(StrEnum):
    """How well a library does on one check."""

    GOOD = "good"
    THIN = "thin"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `have` of `of`, in plain words, and the remedy ("" when none is needed)."""

    name: str
    have: int
    of: int
    verdict: Verdict
    words: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """All checks, and for each recipe why it is not possible ("" = possible)."""

    checks: tuple[Check, ...]
    recipes: dict[str, str]

    @property
    def possible(self) -> list[str]:
        """The recipes that can be trained now."""
        return [recipe for recipe, reason in self.recipes.items() if not reason]


@dataclass(slots=True)
class _Seen:
    """What one pass over the library counts."""

    articles: int = 0
    english: int = 0
    with_abstract: set[int] | None = None
    with_mesh: int = 0  # and an abstract
    labels: list[frozenset[int]] | None = None  # tree nodes of sampled articles
    unmatched: int = 0  # headings that the vocabulary does not know
    headings: int = 0


def readiness(library: Library, vocabulary: Vocabulary, report: Report = silent) -> Readiness:
    """Look at the whole library; seconds for 100,000 articles. `report` is told articles."""
    with library.reading() as connection:
        rows = TrainingRows(connection)
        seen = _pass_over(rows, vocabulary, report)
        one_hop, two_hops = _coverage(rows, seen.with_abstract or set())
        doubtful = len(rows.same_work())
    incomplete = len(library.incomplete())
    anchors = _share_of_anchors(seen.labels or [], vocabulary)
    checks = (
        _text_check(seen),
        _mesh_check(seen, incomplete),
        _anchor_check(anchors, len(seen.labels or [])),
        _citation_check(seen, one_hop, two_hops, incomplete),
        _duplicate_check(seen, doubtful),
        _language_check(seen),
    )
    return Readiness(checks, _recipes(seen, two_hops))


# --- counting ------------------------------------------------------------------------------------


def _pass_over(rows: TrainingRows, vocabulary: Vocabulary, report: Report) -> _Seen:
    seen = _Seen(with_abstract=set(), labels=[])
    total = rows.count_with_text()
    chance = np.random.default_rng(0)
    known: dict[tuple[str, str, bool], frozenset[int] | None] = {}
    for chunk in rows.articles():
        report(seen.articles, total)
        for row in chunk:
            _count(seen, row, vocabulary, known, chance)
    report(seen.articles, total)
    return seen


def _count(
    seen: _Seen,
    row: TrainingRow,
    vocabulary: Vocabulary,
    known: dict[tuple[str, str, bool], frozenset[int] | None],
    chance: np.random.Generator,
) -> None:
    seen.articles += 1
    seen.english += row.language in ("eng", "en", "")
    if not (row.abstract and row.title):
        return
    assert seen.with_abstract is not None
    seen.with_abstract.add(row.id)
    nodes: set[int] = set()
    for heading in row.headings:
        key = (heading.ui, heading.name, heading.major)
        if key not in known:
            known[key] = _nodes(vocabulary, *key)
        found = known[key]
        seen.headings += 1
        seen.unmatched += found is None
        nodes |= found or frozenset()
    if nodes:
        seen.with_mesh += 1
        _sample(seen, frozenset(nodes), chance)


def _sample(seen: _Seen, nodes: frozenset[int], chance: np.random.Generator) -> None:
    """Keep a uniform sample of the articles passed so far (reservoir sampling)."""
    assert seen.labels is not None
    if len(seen.labels) < _SAMPLE:
        seen.labels.append(nodes)
        return
    place = int(chance.integers(seen.with_mesh))
    if place < _SAMPLE:
        seen.labels[place] = nodes


def _nodes(vocabulary: Vocabulary, ui: str, name: str, major: bool) -> frozenset[int] | None:
    """The tree nodes of a heading with all above, None when unknown.

    Empty for a check tag, unless it is major: then the article is about it.
    """
    index = vocabulary.resolve(ui, name)
    if index is None:
        return None
    if vocabulary.ui(index) in CHECK_TAGS and not major:
        return frozenset()
    return frozenset(vocabulary.nodes_with_ancestors(index).tolist())


def _coverage(rows: TrainingRows, usable: set[int]) -> tuple[int, int]:
    """How many usable articles cite one that is here, and how many reach a second step from it."""
    cites: dict[int, list[int]] = {}
    for citing, cited in rows.edges():
        if citing in usable and cited in usable:
            cites.setdefault(citing, []).append(cited)
    two = sum(
        any(second != seed for first in cited for second in cites.get(first, ()))
        for seed, cited in cites.items()
    )
    return len(cites), two


def _share_of_anchors(labels: Sequence[frozenset[int]], vocabulary: Vocabulary) -> float:
    """Share of the sample with a partner above the positives' bound and one that shares nothing.

    Label similarity is BioHiCL's: cosine of label vectors weighted by log(depth + 1).
    """
    if len(labels) < 2:
        return 0.0
    codes = sorted(frozenset().union(*labels))
    columns = {code: column for column, code in enumerate(codes)}
    depths = np.array([vocabulary.tree.depth(code) for code in codes])
    weights = np.log(depths + 1).astype(np.float32)
    matrix = np.zeros((len(labels), len(codes)), np.float32)
    for number, nodes in enumerate(labels):
        chosen = [columns[code] for code in nodes]
        matrix[number, chosen] = weights[chosen]
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    similarity = matrix @ matrix.T
    np.fill_diagonal(similarity, 0.1)  # neither
    both = (similarity > _POSITIVE).any(axis=1) & (similarity == 0).any(axis=1)
    return float(both.mean())


# --- verdicts in words ---------------------------------------------------------------------------


def _by_count(count: int) -> Verdict:
    if count >= RECOMMENDED:
        return Verdict.GOOD
    return Verdict.THIN if count >= LEAST else Verdict.NOT_YET


def _complete(incomplete: int) -> str:
    return f"Complete {incomplete:,} records from PubMed." if incomplete else ""


def _text_check(seen: _Seen) -> Check:
    count = len(seen.with_abstract or ())
    words = f"{count:,} of {seen.articles:,} articles have a title and an abstract."
    remedy = "" if count >= RECOMMENDED else f"Import more: {RECOMMENDED:,} are recommended."
    return Check("abstracts", count, seen.articles, _by_count(count), words, remedy)


def _mesh_check(seen: _Seen, incomplete: int) -> Check:
    words = f"{seen.with_mesh:,} articles have an abstract and MeSH headings"
    unknown = f"; {seen.unmatched:,} of {seen.headings:,} headings are unknown to this year's MeSH"
    words += f"{unknown if seen.unmatched else ''}."
    verdict = _by_count(seen.with_mesh)
    remedy = "" if verdict is Verdict.GOOD else _complete(incomplete)
    return Check("MeSH", seen.with_mesh, seen.articles, verdict, words, remedy)


def _anchor_check(share: float, sample: int) -> Check:
    have = round(share * sample)
    words = (
        f"Of {sample:,} sampled articles {have:,} have both a near one by MeSH and one that shares "
        "no heading with them (check tags such as Humans left out)."
    )
    # queries written from headings rank all articles and need no unrelated one; the published
    # comparison of articles with articles (batch.anchors = articles) does
    verdict = Verdict.GOOD if share >= 0.8 else Verdict.THIN
    remedy = "" if verdict is Verdict.GOOD else "One subject: queries tell its articles apart."
    return Check("contrast", have, sample, verdict, words, remedy)


def _citation_check(seen: _Seen, one_hop: int, two_hops: int, incomplete: int) -> Check:
    words = (
        f"{one_hop:,} {'article cites' if one_hop == 1 else 'articles cite'} another one here; "
        f"for {two_hops:,} of them that one cites a further one."
    )
    verdict = _by_count(two_hops)
    remedy = "" if verdict is Verdict.GOOD else _complete(incomplete)
    return Check("citations", two_hops, seen.articles, verdict, words, remedy)


def _duplicate_check(seen: _Seen, doubtful: int) -> Check:
    pairs = "pair" if doubtful == 1 else "pairs"
    words = f"{doubtful:,} {pairs} may be one work; each pair stays on one side of the split."
    crowded = doubtful * 20 > max(seen.articles, 1)
    remedy = f"Look through the {doubtful:,} possible duplicates." if crowded else ""
    verdict = Verdict.THIN if crowded else Verdict.GOOD
    return Check("duplicates", doubtful, seen.articles, verdict, words, remedy)


def _language_check(seen: _Seen) -> Check:
    words = f"{seen.english:,} of {seen.articles:,} articles are in English or name no language."
    mixed = seen.english < 0.8 * seen.articles
    remedy = "Choose a multilingual encoder as the base." if mixed else ""
    verdict = Verdict.THIN if mixed else Verdict.GOOD
    return Check("languages", seen.english, seen.articles, verdict, words, remedy)


def _recipes(seen: _Seen, two_hops: int) -> dict[str, str]:
    mesh = citations = ""
    count = len(seen.with_abstract or ())
    if seen.with_mesh < LEAST:
        mesh = f"Needs {LEAST} articles with abstract and MeSH headings; there are "
        mesh += f"{seen.with_mesh}."
    if count < LEAST:
        citations = f"Needs {LEAST} articles with title and abstract; there are {count}."
    elif two_hops == 0:
        citations = "No article here cites another one here that cites a third."
    # `combined` is of headings alone where nothing here cites another article here
    return {"combined": mesh, "biohicl": mesh, "bica": citations}

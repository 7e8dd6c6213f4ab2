"""Which rows the MeSH facet shows: chains, check tags, headings at several places, order."""

import numpy as np
import pytest

from desktop_app.gui.models.mesh_branches import TAG_GROUP, Branch, MeshBranches
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.request import CountArray, Filters


class Counted:
    """Counts as the engine makes them: distinct articles at or below every node."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.counts: CountArray = np.zeros(len(vocabulary.tree), np.int64)

    def article(self, *names: str) -> "Counted":
        codes: set[int] = set()
        for name in names:
            index = self._vocabulary.find(name)
            assert index is not None, name
            codes.update(self._vocabulary.nodes_with_ancestors(index).tolist())
        self.counts[list(codes)] += 1
        return self


@pytest.fixture
def counted(vocabulary: Vocabulary) -> Counted:
    return Counted(vocabulary)


def tree(vocabulary: Vocabulary, counted: Counted, filters: Filters = Filters()) -> MeshBranches:  # noqa: B008
    branches = MeshBranches(vocabulary)
    branches.set_counts(counted.counts, filters)
    return branches


def labels(rows: list[Branch]) -> list[str]:
    return [row.label for row in rows]


def test_categories_come_in_one_order_and_only_those_with_articles(
    vocabulary: Vocabulary, counted: Counted
) -> None:
    for names in (("Asthma",), ("Asthma", "Mice"), ("Germany",), ("Insulin", "Mitochondria")):
        counted.article(*names)
    top = labels(tree(vocabulary, counted).open(None))
    assert top[0] == "Diseases"
    assert top.index("Chemicals and Drugs") < top.index("Anatomy") < top.index("Geographicals")
    assert top[-1] == "Check tags"
    assert "Psychiatry and Psychology" not in top


def test_headings_with_the_same_articles_are_one_row(
    vocabulary: Vocabulary, counted: Counted
) -> None:
    counted.article("Heart Failure")
    branches = tree(vocabulary, counted)
    row = branches.open(branches.open(None)[0])[0]
    assert row.label == "Cardiovascular Diseases › Heart Diseases › Heart Failure"
    assert branches.number(row.code) == "C14.280.434"
    assert not branches.has_rows(row)
    counted.article("Heart Diseases")  # the chain ends where an article stands by itself
    row = branches.open(branches.open(None)[0])[0]
    assert (row.label, row.count) == ("Cardiovascular Diseases › Heart Diseases", 2)
    assert labels(branches.open(row)) == ["Heart Failure"]


def test_a_filtered_heading_is_a_row_of_its_own(vocabulary: Vocabulary, counted: Counted) -> None:
    counted.article("Heart Failure")
    branches = tree(vocabulary, counted, Filters(include=("C14",)))
    row = branches.open(branches.open(None)[0])[0]
    assert row.label == "Cardiovascular Diseases"


def test_counts_are_articles_not_sums_over_places(vocabulary: Vocabulary, counted: Counted) -> None:
    counted.article("Insulin Resistance")  # at more than one place below Diseases
    index = vocabulary.find("Insulin Resistance")
    assert index is not None
    assert len(vocabulary.nodes(index)) > 1
    diseases = tree(vocabulary, counted).open(None)[0]
    assert (diseases.label, diseases.count) == ("Diseases", 1)


def test_check_tags_are_folded_into_one_row(vocabulary: Vocabulary, counted: Counted) -> None:
    counted.article("Humans", "Aged", "Asthma").article("Humans", "Asthma").article("Mice")
    branches = tree(vocabulary, counted)
    top = branches.open(None)
    assert labels(top) == ["Diseases", "Check tags"]  # nothing else is below Organisms
    assert top[-1].code == TAG_GROUP
    tags = branches.open(top[-1])
    assert [(t.label, t.count) for t in tags] == [
        ("Humans", 2),
        ("Adult", 1),  # Aged stands below it
        ("Aged", 1),
        ("Mice", 1),
    ]
    assert all(branches.number(tag.code) for tag in tags)


def test_a_species_beside_the_check_tags_stays_in_the_tree(
    vocabulary: Vocabulary, counted: Counted
) -> None:
    counted.article("Humans").article("Zebrafish")
    branches = tree(vocabulary, counted)
    rows, names = branches.open(None), ""
    while rows:
        names += " › ".join(["", *labels(rows)])
        rows = [below for row in rows if row.code >= 0 for below in branches.open(row)]
    assert "Zebrafish" in names
    assert "Humans" not in names
    assert "Mammals" not in names  # nothing of its own, only what leads to Humans


def test_an_excluded_heading_is_seen_though_no_result_has_it(
    vocabulary: Vocabulary, counted: Counted
) -> None:
    counted.article("Asthma")
    branches = tree(vocabulary, counted, Filters(exclude=("C04",)))
    rows = branches.open(branches.open(None)[0])
    assert ("Neoplasms", 0) in [(row.label, row.count) for row in rows]


def test_most_articles_first_then_by_name(vocabulary: Vocabulary, counted: Counted) -> None:
    for name in ("Asthma", "Migraine Disorders", "Migraine Disorders", "Heart Failure"):
        counted.article(name)
    branches = tree(vocabulary, counted)
    rows = branches.open(branches.open(None)[0])
    counts = [row.count for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert "Migraine" in rows[0].label


def test_a_search_finds_a_heading_once(vocabulary: Vocabulary, counted: Counted) -> None:
    counted.article("Insulin Resistance").article("Insulin")
    found = tree(vocabulary, counted).search("INSULIN")
    assert labels(found).count("Insulin Resistance") == 1
    assert labels(found).count("Insulin") == 1
    assert tree(vocabulary, counted).search("asthma") == []

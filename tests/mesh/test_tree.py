"""The tree as arrays, against what the tree numbers themselves say."""

from itertools import pairwise

import numpy as np
import pytest

from desktop_app.mesh.categories import CATEGORIES
from desktop_app.mesh.tree import Tree
from desktop_app.mesh.vocabulary import Vocabulary


def _prefixes(number: str) -> list[str]:
    """Every prefix that is a tree number, the longest first: C04.182 -> C04, C."""
    parts = number.split(".")
    above = [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
    return above if len(number) == 1 else [*above, number[0]]


def test_a_small_tree() -> None:
    tree = Tree(["A", "A01", "A01.111", "A01.236", "A01.236.500", "A02", "C"])
    assert tree.parents.tolist() == [-1, 0, 1, 1, 3, 0, -1]
    assert tree.ends.tolist() == [6, 5, 3, 5, 5, 6, 7]
    assert tree.children(1) == [2, 3]
    assert tree.ancestors(4) == [3, 1, 0]
    assert [tree.depth(code) for code in range(len(tree))] == [0, 1, 2, 2, 3, 1, 0]
    assert tree.parents.dtype == tree.ends.dtype == np.int32


@pytest.mark.parametrize(
    "numbers",
    [
        ["A01"],
        ["A", "A01.111"],
        ["A", "A01", "A01.111", "B", "B01.111"],
        ["A", "B01.111"],
        ["A", "A01", "A02.111"],
    ],
)
def test_a_missing_parent_is_refused(numbers: list[str]) -> None:
    with pytest.raises(ValueError, match="parent"):
        Tree(numbers)


def test_an_empty_tree() -> None:
    assert len(Tree([])) == 0
    assert Tree([]).code("A") is None


def test_the_roots_are_the_sixteen_categories(vocabulary: Vocabulary) -> None:
    roots = np.flatnonzero(vocabulary.tree.parents == -1).tolist()
    assert [vocabulary.tree.numbers[code] for code in roots] == list(CATEGORIES)
    assert [vocabulary.node_name(code) for code in roots] == list(CATEGORIES.values())
    assert {vocabulary.node_ui(code) for code in roots} == {""}
    assert vocabulary.node_name(roots[2]) == "Diseases"


def test_numbers_are_sorted_and_found(vocabulary: Vocabulary) -> None:
    tree = vocabulary.tree
    assert all(before < after for before, after in pairwise(tree.numbers))
    assert [tree.code(number) for number in tree.numbers] == list(range(len(tree)))
    assert tree.code("C04.9") is None
    assert tree.code("ZZZ") is None
    assert tree.code("") is None


def test_ancestors_of_every_node_are_its_prefixes(vocabulary: Vocabulary) -> None:
    tree = vocabulary.tree
    wrong = [
        number
        for code, number in enumerate(tree.numbers)
        if [tree.numbers[above] for above in tree.ancestors(code)] != _prefixes(number)
        or tree.depth(code) != len(_prefixes(number))
    ]
    assert wrong == []


def test_the_subtree_of_every_node_is_one_run(vocabulary: Vocabulary) -> None:
    """As many nodes begin with a number as its run is long, and the run's ends begin with it."""
    tree = vocabulary.tree
    sizes = dict.fromkeys(tree.numbers, 1)
    for number in tree.numbers:
        for prefix in _prefixes(number):
            sizes[prefix] += 1
    ends = tree.ends.tolist()
    assert [end - code for code, end in enumerate(ends)] == [sizes[one] for one in tree.numbers]
    for code, end in enumerate(ends):
        last = tree.numbers[end - 1]
        assert last == tree.numbers[code] or tree.numbers[code] in _prefixes(last)


def test_children_are_the_nodes_with_that_parent(vocabulary: Vocabulary) -> None:
    tree = vocabulary.tree
    by_parent: dict[int, list[int]] = {}
    for code, parent in enumerate(tree.parents.tolist()):
        by_parent.setdefault(parent, []).append(code)
    assert all(tree.children(code) == by_parent.get(code, []) for code in range(len(tree)))

"""Neighbourhoods: two hops, without the seed, and nothing that is held out."""

from trainer.citations import CitationGraph, Coverage, Neighbourhood

EDGES = [(1, 2), (1, 3), (2, 4), (3, 1), (3, 2), (4, 5), (6, 7), (7, 6), (8, 8), (1, 99)]


def graph(*without: int) -> CitationGraph:
    return CitationGraph(EDGES, set(range(1, 9)) - set(without))


def test_hops_leave_out_the_seed_and_what_is_nearer() -> None:
    assert graph().neighbourhood(1) == Neighbourhood(1, (2, 3), (4,))


def test_both_hops_must_hold_something() -> None:
    assert graph().neighbourhood(4) is None  # 5 cites nothing
    assert graph().neighbourhood(5) is None
    assert graph().neighbourhood(6) is None  # 7 cites only the seed
    assert graph().neighbourhood(8) is None  # cites itself


def test_a_second_hop_that_is_also_first_counts_as_first() -> None:
    found = CitationGraph([(1, 2), (1, 3), (2, 3)], {1, 2, 3}).neighbourhood(1)
    assert found == Neighbourhood(1, (2, 3), ())


def test_held_out_articles_do_not_exist() -> None:
    assert graph(2).neighbourhood(1) is None  # 3 cites 1 and 2 alone
    assert graph(4).neighbourhood(2) is None
    assert graph(1).neighbourhood(3) == Neighbourhood(3, (2,), (4,))


def test_coverage() -> None:
    assert graph().coverage() == Coverage(8, 6, 3)

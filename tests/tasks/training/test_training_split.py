"""The split: works stay together, sides stay as the library grows, nothing is on two of them."""

from desktop_app.tasks.training.split import TEST, TRAIN, VALIDATION, split_articles

TITLES = [(number, f"A study of subject number {number}") for number in range(1, 2001)]


def sides(titles: list[tuple[int, str]], seed: int = 0, library: str = "a") -> dict[int, str]:
    split = split_articles(titles, [], library, seed)
    return {article: side for side, ids in split.items() for article in ids}


def test_shares_and_every_article_once() -> None:
    split = split_articles(TITLES, [], "a", 0)
    assert sum(map(len, split.values())) == len(TITLES) == len(sides(TITLES))
    assert 0.12 < len(split[TEST]) / 2000 < 0.18
    assert 0.07 < len(split[VALIDATION]) / 2000 < 0.13


def test_seed_and_library_decide() -> None:
    assert sides(TITLES) == sides(TITLES)
    assert sides(TITLES) != sides(TITLES, seed=1)
    assert sides(TITLES) != sides(TITLES, library="b")


def test_versions_and_equal_titles_are_on_one_side() -> None:
    pairs = [(number, number + 1000) for number in range(1, 501)]
    twins = [(n, f"The one title: {n % 1000}") for n in range(1, 2001)]
    by_pair = split_articles(TITLES, pairs, "a", 0)
    places = {article: side for side, ids in by_pair.items() for article in ids}
    assert all(places[one] == places[other] for one, other in pairs)
    by_title = sides(twins)
    assert all(by_title[n] == by_title[n + 1000] for n in range(1, 1001))
    assert sides([(1, "The same  Title: β"), (2, "the same title – β")])[2] in (
        sides([(1, "The same title β")])[1],
    )


def test_short_titles_make_no_work() -> None:
    places = sides([(number, "Editorial") for number in range(1, 201)])
    assert len(set(places.values())) == 3


def test_a_held_out_article_never_turns_up_in_train_as_long_as_shares_hold() -> None:
    before, after = sides(TITLES[:1000]), sides(TITLES)
    assert all(after[article] == side for article, side in before.items())


def test_shrinking_shares_move_articles_to_train_alone() -> None:
    many = [(number, f"Subject number {number}") for number in range(1, 20_001)]
    before, after = sides(many[:2000]), sides(many)
    moved = {(side, after[article]) for article, side in before.items() if after[article] != side}
    assert moved == {(TEST, TRAIN), (VALIDATION, TRAIN)}
    assert sum(side == TEST for side in after.values()) < 2200

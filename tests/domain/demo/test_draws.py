"""Draws: the same for the same text, independent, and in proportion to weights."""

from collections import Counter

from dashapp.domain.demo.draws import Draws, Weighted


def test_the_same_text_gives_the_same_draws():
    draws = Draws("bistro-20261119-cart-0")

    assert [round(draws.share(), 4) for _ in range(3)] == [0.6386, 0.9788, 0.8106]
    assert Draws("a").whole(1, 1_000_000) != Draws("b").whole(1, 1_000_000)


def test_there_are_more_than_sixteen_draws():
    draws = Draws("x")

    assert len({draws.share() for _ in range(100)}) == 100


def test_draws_are_even_and_independent_of_each_other():
    pairs = Counter()
    for number in range(4_000):
        draws = Draws(f"cart-{number}")
        pairs[draws.whole(0, 3), draws.pick("abcd")] += 1

    assert len(pairs) == 16
    assert all(190 <= count <= 310 for count in pairs.values())


def test_options_are_drawn_by_weight():
    colors = Weighted({"red": 1, "blue": 3, "never": 0})
    counts = Counter(colors.drawn(Draws(f"{number}")) for number in range(4_000))

    assert set(counts) == {"red", "blue"}
    assert 900 <= counts["red"] <= 1_100


def test_bounds_are_included():
    numbers = {Draws(f"{number}").whole(3, 5) for number in range(100)}

    assert numbers == {3, 4, 5}

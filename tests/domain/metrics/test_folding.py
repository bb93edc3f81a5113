"""Folding events into tally rows."""

import json
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.metrics import folding
from dashapp.domain.metrics.amounts import Amount
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.folding import BLOCKS, KeptTally, split_into_blocks
from dashapp.domain.metrics.spreads import Spread, bucket_of
from dashapp.domain.metrics.tallies import EVENTS, EVENTS_BY_TYPE, USERS_BY_CHANNEL, Counted, Tally
from tests.factories import event
from tests.panels import SEARCH_TERMS

UTC = ZoneInfo("UTC")
DAY = 20_777  # 2026-11-20


def fold(batch, tallies, zone, stale=()):
    properties = [json.loads(sent.properties) for sent in batch]
    return folding.fold(batch, properties, tallies, zone, stale)


def test_events_are_folded_by_day_hour_and_project():
    batch = [
        event(at="2026-11-20T09:30:00Z", user="a"),
        event(at="2026-11-20T09:59:00Z", user="b", project="shop"),
        event("order.paid", at="2026-11-21T00:00:00Z"),
    ]
    tallies = [
        KeptTally(1, EVENTS, 0),
        KeptTally(2, EVENTS_BY_TYPE, DAY + 1),
        KeptTally(3, USERS_BY_CHANNEL, 0),
    ]

    folded = fold(batch, tallies, UTC, stale=[])

    assert folded.rows == {
        (1, "default", 0, DAY, "", ""): 1,
        (1, "shop", 0, DAY, "", ""): 1,
        (1, "", 0, DAY, "", ""): 2,
        (1, "default", 1, DAY * 32 + 9, "", ""): 1,
        (1, "shop", 1, DAY * 32 + 9, "", ""): 1,
        (1, "", 1, DAY * 32 + 9, "", ""): 2,
        (1, "default", 0, DAY + 1, "", ""): 1,
        (1, "", 0, DAY + 1, "", ""): 1,
        (1, "default", 1, (DAY + 1) * 32, "", ""): 1,
        (1, "", 1, (DAY + 1) * 32, "", ""): 1,
        (2, "default", 0, DAY + 1, "order.paid", ""): 1,
        (2, "", 0, DAY + 1, "order.paid", ""): 1,
        (2, "default", 1, (DAY + 1) * 32, "order.paid", ""): 1,
        (2, "", 1, (DAY + 1) * 32, "order.paid", ""): 1,
    }
    assert folded.users == {
        (3, "default", DAY, "web"): {"a"},
        (3, "shop", DAY, "web"): {"b"},
        (3, "", DAY, "web"): {"a", "b"},
    }


def test_events_on_stale_days_are_skipped():
    folded = fold([event(at="2026-11-20T09:30:00Z")], [KeptTally(1, EVENTS, 0)], UTC, stale=[DAY])

    assert folded.rows == {}


def test_labels_are_counted_by_block_and_spelling():
    batch = [
        event("conversation.search_term", at="2026-11-20T09:30:00Z", properties={"term": term})
        for term in ("Rice", "rice", "RICE", "rice")
    ]

    assert fold(batch, [KeptTally(5, SEARCH_TERMS, 0)], UTC).rows == {
        (5, project, *place, *count): n
        for project in ("default", "")
        for place, count, n in [
            ((0, DAY), ("", ""), 4),
            ((1, DAY * 32 + 9), ("", ""), 4),
            *(
                ((grain, step), label, n)
                for grain, step in ((2, DAY), (3, DAY // 8), (4, DAY // 64))
                for label, n in ((("rice", ""), 4), (("rice", "Rice"), 1), (("rice", "RICE"), 1))
            ),
        ]
    }


PAID = ("order.paid",)
TOTAL = Tally(types=PAID, counted=Counted.NUMBERS, of="properties.total")
TOTAL_BY_CITY = Tally(types=PAID, by="properties.city", counted=Counted.NUMBERS, of=TOTAL.of)


def paid(total, at="2026-11-20T09:30:00Z", **fields):
    city = fields.pop("city", None)
    return event("order.paid", at=at, properties={"total": total, "city": city}, **fields)


def test_numbers_are_folded_into_amounts_by_day_and_hour():
    batch = [paid(25), paid(0.1), paid("7", project="shop"), paid(-2, "2026-11-20T10:00:00Z")]

    amounts = fold(batch, [KeptTally(7, TOTAL, 0)], UTC).amounts

    nine = Amount(2, 0, 25_100_000, 100_000, 25_000_000)
    ten = Amount(1, 0, -2_000_000, -2_000_000, -2_000_000)
    assert amounts == {
        (7, "default", 0, DAY, "", ""): Amount(3, 0, 23_100_000, -2_000_000, 25_000_000),
        (7, "shop", 0, DAY, "", ""): Amount(0, 1),
        (7, "", 0, DAY, "", ""): Amount(3, 1, 23_100_000, -2_000_000, 25_000_000),
        (7, "default", 1, DAY * 32 + 9, "", ""): nine,
        (7, "shop", 1, DAY * 32 + 9, "", ""): Amount(0, 1),
        (7, "", 1, DAY * 32 + 9, "", ""): nine + Amount(0, 1),
        (7, "default", 1, DAY * 32 + 10, "", ""): ten,
        (7, "", 1, DAY * 32 + 10, "", ""): ten,
    }


def test_amounts_of_a_property_are_kept_by_blocks_of_days():
    batch = [paid(25, city="Berlin"), paid(5, city="Paris"), paid(9)]

    amounts = fold(batch, [KeptTally(7, TOTAL_BY_CITY, 0)], UTC).amounts

    assert amounts[7, "", 0, DAY, "", ""] == Amount(2, 0, 30_000_000, 5_000_000, 25_000_000)
    assert {place[2:]: amount.total for place, amount in amounts.items() if place[1:3] > ("", 1)
            and not place[1]} == {
        (grain, step, city, ""): total
        for grain, step in ((2, DAY), (3, DAY // 8), (4, DAY // 64))
        for city, total in (("Berlin", 25_000_000), ("Paris", 5_000_000))
    }  # fmt: skip


def test_percentiles_and_values_are_folded_by_day():
    spread = Tally(types=PAID, counted=Counted.SPREAD, of="properties.total")
    cities = Tally(counted=Counted.VALUES, of="properties.city")
    batch = [paid(25, city="Berlin"), paid("x", city=7.0), paid(3, city="", project="shop")]

    folded = fold(batch, [KeptTally(1, spread, 0), KeptTally(2, cities, 0)], UTC)

    high, low = bucket_of(25_000_000), bucket_of(3_000_000)
    assert folded.spreads == {
        (1, "default", DAY, ""): Spread({high: 1}, 25_000_000, 25_000_000, 1),
        (1, "shop", DAY, ""): Spread({low: 1}, 3_000_000, 3_000_000, 0),
        (1, "", DAY, ""): Spread({high: 1, low: 1}, 3_000_000, 25_000_000, 1),
    }
    assert folded.values == {
        (2, "default", DAY, ""): {"Berlin", "7"},
        (2, "", DAY, ""): {"Berlin", "7"},
    }
    assert folded.rows == {}


def test_only_events_that_meet_every_condition_are_folded():
    large = Tally(where=(Condition("properties.total", (), 10), Condition("channel", ("api",))))
    batch = [
        paid(10, channel="api"),
        paid(9.99, channel="api"),
        paid(11),
        paid("12", channel="api"),
    ]

    assert fold(batch, [KeptTally(1, large, 0)], UTC).rows[1, "", 0, DAY, "", ""] == 1


@given(st.integers(0, 30_000), st.integers(0, 800))
def test_blocks_cover_exactly_the_days(first, length):
    days = [
        day
        for grain, step in split_into_blocks([(first, first + length)])
        for day in range(step * BLOCKS[grain], (step + 1) * BLOCKS[grain])
    ]

    assert days == list(range(first, first + length))
    assert len(split_into_blocks([(first, first + length)])) <= 28 + length // 64

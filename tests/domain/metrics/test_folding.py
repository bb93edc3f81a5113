"""Folding events into tally rows."""

import json
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.metrics import folding
from dashapp.domain.metrics.folding import BLOCKS, KeptTally, split_into_blocks
from dashapp.domain.metrics.tallies import EVENTS, EVENTS_BY_TYPE, SEARCH_TERMS, USERS_BY_CHANNEL
from tests.factories import event

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


@given(st.integers(0, 30_000), st.integers(0, 800))
def test_blocks_cover_exactly_the_days(first, length):
    days = [
        day
        for grain, step in split_into_blocks([(first, first + length)])
        for day in range(step * BLOCKS[grain], (step + 1) * BLOCKS[grain])
    ]

    assert days == list(range(first, first + length))
    assert len(split_into_blocks([(first, first + length)])) <= 28 + length // 64

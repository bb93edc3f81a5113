"""What is counted ahead: how it is declared, named and folded."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.tallies import (
    BLOCKS,
    EVENTS,
    EVENTS_BY_TYPE,
    PRODUCTS_ADDED,
    SEARCH_TERMS,
    STANDARD,
    USERS_BY_CHANNEL,
    Counted,
    Kept,
    Label,
    Tally,
    blocks_of,
    fold,
    needed_by,
    needs,
    tally_of,
)
from dashapp.widgets.catalog import BUILT_IN
from tests.factories import event

UTC = ZoneInfo("UTC")
DAY = 20_777  # 2026-11-20


@pytest.mark.parametrize("tally", STANDARD, ids=lambda tally: tally.by or "all")
def test_a_definition_tells_the_whole_tally(tally):
    assert tally_of(tally.definition) == tally


@pytest.mark.parametrize("by", ["user", "properties.", "properties.a b", "properties.é", "a.b"])
def test_a_tally_by_something_else_is_refused(by):
    with pytest.raises(ValueError, match="cannot count by"):
        Tally(by=by)


def test_users_are_counted_by_exact_values():
    with pytest.raises(ValueError, match="exact"):
        Tally(by="properties.plan", label=Label.FOLDED, counted=Counted.USERS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (' “Basmati   Rice" ', ("basmati rice", "Basmati Rice")),
        ("STRASSE", ("strasse", "STRASSE")),
        ("Straße", ("strasse", "Straße")),
        ("e\u0301", ("é", "é")),
        ("«»", None),
        ("", None),
        (None, None),
        ("x" * 500, ("x" * 200, "x" * 200)),
    ],
)
def test_a_search_term_is_one_label_however_it_is_written(text, found):
    assert SEARCH_TERMS.key_of_field(text) == found


def test_products_keep_their_case():
    assert PRODUCTS_ADDED.key_of_field(" 'Rice' ") == ("Rice", "")


def test_only_text_is_a_value():
    by_store = Tally(types=("page.viewed",), by="properties.store")

    for value in (7, 7.5, True, None, ["7"], {"a": "7"}):
        assert by_store.key_of(event(properties={"store": value})) is None
    assert by_store.key_of(event(properties={})) is None
    assert by_store.key_of(event(properties={"store": "7"})) == ("7", "")


def test_values_beyond_those_declared_are_counted_together():
    assert USERS_BY_CHANNEL.key_of(event(channel="kiosk")) == ("other", "")
    assert USERS_BY_CHANNEL.key_of(event(channel="api")) == ("api", "")


def test_events_are_folded_by_day_hour_and_project():
    batch = [
        event(at="2026-11-20T09:30:00Z", user="a"),
        event(at="2026-11-20T09:59:00Z", user="b", project="shop"),
        event("order.paid", at="2026-11-21T00:00:00Z"),
    ]
    kept = [Kept(1, EVENTS, 0), Kept(2, EVENTS_BY_TYPE, DAY + 1), Kept(3, USERS_BY_CHANNEL, 0)]

    folded = fold(batch, kept, UTC, stale=[])

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


def test_stale_days_are_left_for_later():
    folded = fold([event(at="2026-11-20T09:30:00Z")], [Kept(1, EVENTS, 0)], UTC, stale=[DAY])

    assert folded.rows == {}


def test_labels_are_kept_by_block_and_spelling():
    batch = [
        event("conversation.search_term", at="2026-11-20T09:30:00Z", properties={"term": term})
        for term in ("Rice", "rice", "RICE", "rice")
    ]

    assert fold(batch, [Kept(5, SEARCH_TERMS, 0)], UTC).rows == {
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
def test_blocks_are_the_days_and_nothing_else(first, length):
    days = [
        day
        for grain, step in blocks_of([(first, first + length)])
        for day in range(step * BLOCKS[grain], (step + 1) * BLOCKS[grain])
    ]

    assert days == list(range(first, first + length))
    assert len(blocks_of([(first, first + length)])) <= 28 + length // 64


def test_a_query_declares_what_it_needs():
    @needs(EVENTS, SEARCH_TERMS)
    def query():
        """A question."""

    assert needed_by([query, query, lambda: None]) == [EVENTS, SEARCH_TERMS]


def test_every_built_in_widget_is_answered_from_tallies_that_every_org_keeps():
    declared = [needed_by([widget.query]) for widget in BUILT_IN]

    assert all(declared)
    assert {one for tallies in declared for one in tallies} <= set(STANDARD)

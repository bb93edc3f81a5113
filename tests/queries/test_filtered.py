"""What a visitor filters by: every question counts exactly the events whose labels are chosen."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.access.filters import parse_filters
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import resolve
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.answers import answer
from dashapp.widgets.catalog import load_catalog
from dashapp.widgets.chosen import narrowed
from tests.factories import event, send, time_range
from tests.queries.test_exact_numbers import (
    ANCHORS,
    LATER,
    ORG_ZONES,
    found_numbers,
    right_numbers,
)

CATALOG = load_catalog()
PANELS = [Panel(widget.slug) for widget in CATALOG]
TERM, PRODUCT = "conversations.search_term", "conversations.product_added_to_cart"
CODE, TYPE = "warnings-by-code", "runs-by-outcome"
AT = "2026-11-20T09:00:00Z"
WEEK = time_range("7d")

SPELLINGS = ("rice", "Rice", ' “Rice" ', "RICE", "straße", "STRASSE", " brown \t rice", "é",
             "e\u0301", "É", "7", "", " ", '"', "absent")  # fmt: skip
values = st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=3, unique=True).map(tuple)
channels = st.lists(st.sampled_from(["api", "web"]), min_size=1, unique=True).map(tuple)
chosen_filters = st.dictionaries(
    st.sampled_from(["properties.term", "properties.code", "properties.product"]),
    values,
    max_size=2,
).flatmap(
    lambda labels: st.builds(
        lambda more: tuple({**labels, **more}.items()),
        st.fixed_dictionaries({}, optional={"channel": channels}),
    )
)
locked_filters = st.sampled_from([
    None,
    (("channel", ("web",)),),
    (("properties.term", ("rice", "é")), ("channel", ("web", "kiosk"))),
    (("properties.code", ()),),
])  # fmt: skip
moments = st.tuples(st.sampled_from(ANCHORS), st.integers(-3 * 24 * 60, 4 * 24 * 60)).map(
    lambda pair: pair[0] + timedelta(minutes=pair[1], microseconds=3)
)
words = st.sampled_from(["6h", "24h", "7d", "30d", "12mo"])
projects = st.sampled_from([None, "default", "shop"])


def filtered(session, owner, found, chosen):
    """The Scope of a panel whose events have every field, as all of these do."""
    left = narrowed(session, owner, found, chosen, catalog=CATALOG, panels=PANELS)
    return replace(left.scope, chosen=left.chosen)


@settings(max_examples=150)
@given(st.sampled_from(range(len(ORG_ZONES))), moments, words, projects, locked_filters,
       chosen_filters)  # fmt: skip
def test_every_widget_equals_the_model(filled, place, moment, word, project, locked, chosen):
    owners, events = filled
    zone = ZoneInfo(ORG_ZONES[place])
    found = resolve(Choice(word, as_of=moment.isoformat()), zone, now=LATER)
    right = right_numbers(events, project, found, locked, chosen)
    for store, owner in owners[place :: len(ORG_ZONES)]:
        asking = Scope(owner.org, owner.role, project, filters=locked)
        with store.reading(asking) as session:
            assert found_numbers(session, filtered(session, asking, found, chosen), found) == right


def totals(session, asking, found, chosen=()):
    """Every panel's sum."""
    asked = answer(session, asking, CATALOG, PANELS, found, chosen=chosen)
    return {
        one.slug: sum(row.value for row in one.rows) for one in asked if one.slug != "success-rate"
    }


@settings(max_examples=50)
@given(moments, words, projects, locked_filters, chosen_filters)
def test_a_filter_never_shows_more(filled, moment, word, project, locked, chosen):
    owners, _ = filled
    found = resolve(Choice(word, as_of=moment.isoformat()), ZoneInfo("UTC"), now=LATER)
    for store, owner in owners[:: len(ORG_ZONES)]:
        asking = Scope(owner.org, owner.role, project, filters=locked)
        with store.reading(asking) as session:
            all_ = totals(session, asking, found)
            fewer = totals(session, asking, found, chosen)
        assert all(fewer[slug] <= all_[slug] for slug in all_)


def listed(store, owner, slug, *filters):
    """Label and count of a panel's rows, under filters as they stand in an address."""
    with store.reading(owner) as session:
        chosen = parse_filters(filters)
        asked = answer(session, owner, CATALOG, PANELS, WEEK, chosen=chosen, only={slug})
        return [(row.label, row.value) for row in asked[0].rows if not row.is_other]


def clicked(store, owner, slug):
    """Each row of a panel, and what the panel shows once that row was clicked."""
    rows = listed(store, owner, slug)
    by = CATALOG[slug].by
    return [([row], listed(store, owner, slug, by.filter_of(row[0]))) for row in rows]


def search(text):
    return event("conversation.search_term", AT, properties={"term": text})


def added(text):
    return event("conversation.product_added_to_cart", AT, properties={"product": text})


def warning(text, severity="WARNING", **more):
    return event(
        "finding.recorded", AT, properties={"severity": severity, "code": text}, **more
    )  # fmt: skip


ODD = (' “Rain  JACKET" ', "rain jacket", "RAIN JACKET", "Straße", "STRASSE", "straſſe", "İzmir",
       "i̇zmir", "IZMIR", "ızmir", "e\u0301clair", "É\u0063lair", "Ω", "Ω", "ﬁne", "FINE", "ΐ",
       "Ϊ\u0301", "a:b", "type:x", "%41", "a+b", "a&filter=b", "<b>", "'; --", "=1+1", "7", "\u00a0x\u2003y",
       "\x1fx", "x\u200b", "👩‍👩‍👧", "ᾳ\u0301", "ŉ", "ẞ", "\ufb03")  # fmt: skip


@pytest.mark.parametrize(("slug", "make"), [(TERM, search), (PRODUCT, added), (CODE, warning)])
@pytest.mark.parametrize("part", [slice(0, 10), slice(10, 20), slice(20, 30), slice(30, 40)])
def test_a_row_that_is_clicked_keeps_its_count(store, acme, slug, make, part):
    send(store, acme, [make(text) for n, text in enumerate(ODD[part]) for _ in range(1 + n % 3)])

    pairs = clicked(store, acme, slug)

    assert len(pairs) >= 3
    assert [before for before, _ in pairs] == [after for _, after in pairs]


@pytest.mark.parametrize(("slug", "make"), [(TERM, search), (PRODUCT, added)])
@pytest.mark.parametrize(
    "text",
    ["x" * 300, "x" * 199 + " y", "x" * 199 + '"y', "x" * 198 + " “y", "ß" * 300, "ß" * 150,
     "é" * 250, "e\u0301" * 250, "İ" * 201, "a b" * 100, "x" * 199 + "e\u0323\u0301", "x" * 200],
)  # fmt: skip
def test_a_label_that_was_cut_keeps_its_count_when_clicked(store, acme, slug, make, text):
    send(store, acme, [make(text), make(f" {text}"), make(text + "!"), make("other")])

    pairs = clicked(store, acme, slug)

    assert [before for before, _ in pairs] == [after for _, after in pairs]


def test_labels_are_found_however_they_are_asked_for(store, acme):
    send(store, acme, [search(' “Rain  JACKET" '), search("rain jacket"), search("RAIN JACKET "),
                       search("rainjacket")])  # fmt: skip

    for asked in ("rain jacket", "Rain Jacket", ' "RAIN   jacket”', "\train jacket\n"):
        assert listed(store, acme, TERM, f"properties.term:{asked}") == [("RAIN JACKET", 3)]
    assert listed(store, acme, TERM, "properties.term:rain") == []
    assert listed(store, acme, TERM, "properties.term:") == []
    assert listed(store, acme, TERM, 'properties.term: "" ') == []


def test_products_are_told_apart_by_case_and_codes_too(store, acme):
    send(store, acme, [added("Rice"), added("rice "), warning("E1"), warning("e1"), warning(" E1")])

    assert listed(store, acme, PRODUCT, "properties.product: rice") == [("rice", 1)]
    assert listed(store, acme, CODE, "properties.code:E1") == [("E1", 2)]


def test_values_of_a_field_are_alternatives_and_fields_are_conditions(store, acme):
    send(store, acme, [warning("E1", channel="api"), warning("E2", channel="web"),
                       warning("E3", channel="api")])  # fmt: skip

    one_or_two = ("properties.code:E1", "properties.code:E2")
    assert listed(store, acme, CODE, *one_or_two) == [("E1", 1), ("E2", 1)]
    assert listed(store, acme, CODE, *one_or_two, "channel:web") == [("E2", 1)]
    assert listed(store, acme, CODE, "properties.code:E3", "channel:web") == []


def shown(store, owner, slug, *filters):
    with store.reading(owner) as session:
        return totals(session, owner, WEEK, parse_filters(filters))[slug]


def test_an_error_counts_under_its_code_although_no_warning_has_it(store, acme):
    """A label is looked for in all events, not only in those of the panel that lists it."""
    send(store, acme, [warning("E1", "ERROR"), warning(" E1 ", "ERROR"), warning("E2")])

    assert shown(store, acme, "total-errors", "properties.code:E1") == 2
    assert shown(store, acme, "total-warnings", "properties.code:E1") == 0
    assert shown(store, acme, "events-time-series", "properties.code:E1") == 2


def test_a_filter_and_a_locked_one_on_the_same_field_leave_what_both_have(store, acme):
    send(store, acme, [search("rice"), search("Rice"), search("beans"), search("RICE")])
    locked = Scope(acme.org, acme.role, filters=(("properties.term", ("rice", "beans")),))

    assert listed(store, locked, TERM) == [("beans", 1), ("rice", 1)]
    assert listed(store, locked, TERM, "properties.term:Rice") == [("rice", 1)]
    assert listed(store, locked, TERM, "properties.term:RICE", "properties.term:beans") == [
        ("beans", 1),
        ("rice", 1),
    ]
    nothing = Scope(acme.org, acme.role, filters=(("properties.term", ()),))
    assert listed(store, nothing, TERM, "properties.term:rice") == []
    web = Scope(acme.org, acme.role, filters=(("channel", ("web",)),))
    assert shown(store, web, TERM, "channel:api") == 0
    assert shown(store, web, TERM, "channel:api", "channel:web") == 4


def test_a_project_is_not_left_by_a_filter(store, acme):
    send(store, acme, [event("conversation.search_term", AT, project=project,
                             properties={"term": term})
                       for project, term in (("shop", "rice"), ("default", "Rice"),
                                             ("default", "beans"))])  # fmt: skip
    shop = Scope(acme.org, acme.role, "shop")

    assert listed(store, shop, TERM, "properties.term:RICE") == [("rice", 1)]
    assert listed(store, shop, TERM, "properties.term:beans") == []


def test_the_range_before_is_filtered_by_its_own_spellings(store, acme):
    send(store, acme, [event("conversation.search_term", at, properties={"term": term})
                       for at, term in ((AT, "rice"), ("2026-11-10T00:00:00Z", "RICE "),
                                        ("2026-11-10T00:00:00Z", "beans"),
                                        ("2026-01-01T00:00:00Z", "x"))])  # fmt: skip
    with store.reading(acme) as session:
        chosen = (("properties.term", ("Rice",)),)
        (found,) = answer(session, acme, CATALOG, PANELS, WEEK, chosen=chosen, only={TERM})

    assert [(row.label, row.rank_before) for row in found.rows] == [("rice", 1)]


@pytest.mark.parametrize(
    "chosen",
    [
        (("user", ("u-1",)),),
        (("properties.secret", ("x",)),),
        (("properties.term", ("x",)),),  # of a panel that stands elsewhere
        (("channel", ("web",)), ("properties.note", ("x",))),
    ],
)
def test_a_field_that_no_panel_shows_is_refused(store, acme, chosen):
    panels = [Panel(CODE), Panel("users-time-series"), Panel("not-installed")]
    with store.reading(acme) as session, pytest.raises(BadInput, match="cannot be filtered"):
        narrowed(session, acme, WEEK, chosen, catalog=CATALOG, panels=panels)


@pytest.mark.parametrize(
    "chosen",
    [
        (("channel", ("kiosk",)),),
        (("channel", ("api", "other")),),
        (("type", ("user.logged_in",)),),
        (("type", ("validation_run.succeeded", "page.viewed")),),
        (("type", ("validation_run.",)),),
    ],
)
def test_a_value_that_no_panel_can_show_is_refused(store, acme, chosen):
    """Counts by type would tell what an embedded board does not."""
    with store.reading(acme) as session, pytest.raises(BadInput, match="cannot be filtered"):
        narrowed(session, acme, WEEK, chosen, catalog=CATALOG, panels=PANELS)

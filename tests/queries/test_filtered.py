"""Viewer filters: every query counts exactly the events with the chosen labels."""

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
from dashapp.widgets.chosen import viewer_filters
from dashapp.widgets.placing.placed import place
from tests.effort import scaled
from tests.factories import event, send, time_range
from tests.panels import built_in
from tests.queries.test_exact_numbers import (
    ANCHORS,
    LATER,
    ORG_ZONES,
    actual_numbers,
    expected_numbers,
)

LIBRARY = built_in()
PANELS = [Panel(offered.widget.slug, board=offered.board) for offered in LIBRARY.offered()]
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
preset_words = st.sampled_from(["6h", "24h", "7d", "30d", "12mo"])
projects = st.sampled_from([None, "default", "shop"])


def filtered(session, owner, resolved, chosen):
    """The scope of a panel whose events have all fields, as all events here do."""
    filters = viewer_filters(session, owner, resolved, chosen, place(LIBRARY, PANELS))
    return filters.scope.filtered_by(filters.chosen)


@pytest.mark.xdist_group("filled")
@settings(max_examples=scaled(50))
@given(st.sampled_from(range(len(ORG_ZONES))), moments, preset_words, projects, locked_filters,
       chosen_filters)  # fmt: skip
def test_every_filtered_query_equals_the_model(
    filled, org_number, moment, word, project, locked, chosen
):
    owners, events = filled
    zone = ZoneInfo(ORG_ZONES[org_number])
    resolved = resolve(Choice(word, as_of=moment.isoformat()), zone, now=LATER)
    expected = expected_numbers(events, project, resolved, locked, chosen)
    for store, owner in owners[org_number :: len(ORG_ZONES)]:
        viewer = Scope(owner.org, owner.role, project, filters=locked)
        with store.read(viewer) as session:
            panel_scope = filtered(session, viewer, resolved, chosen)
            assert actual_numbers(session, panel_scope, resolved) == expected


def totals(session, owner, resolved, chosen=()):
    """Every panel's sum."""
    answers = answer(session, owner, place(LIBRARY, PANELS), resolved, chosen=chosen)
    return {
        panel.slug: sum(row.value for row in panel.rows)
        for panel in answers
        if panel.slug != "success-rate"
    }


@pytest.mark.xdist_group("filled")
@settings(max_examples=scaled(20))
@given(moments, preset_words, projects, locked_filters, chosen_filters)
def test_a_filter_never_increases_a_number(filled, moment, word, project, locked, chosen):
    owners, _ = filled
    resolved = resolve(Choice(word, as_of=moment.isoformat()), ZoneInfo("UTC"), now=LATER)
    for store, owner in owners[:: len(ORG_ZONES)]:
        viewer = Scope(owner.org, owner.role, project, filters=locked)
        with store.read(viewer) as session:
            unfiltered = totals(session, viewer, resolved)
            filtered_totals = totals(session, viewer, resolved, chosen)
        assert all(filtered_totals[slug] <= unfiltered[slug] for slug in unfiltered)


def listed(store, owner, slug, *filters):
    """The labels and counts of a panel, under filters as written in a URL."""
    with store.read(owner) as session:
        chosen = parse_filters(filters)
        answers = answer(session, owner, place(LIBRARY, PANELS), WEEK, chosen=chosen, only={slug})
        return [(row.label, row.value) for row in answers[0].rows if not row.is_other]


def clicked(store, owner, slug):
    """Each row of a panel, and the panel's rows after a click on it."""
    rows = listed(store, owner, slug)
    by = LIBRARY.find(slug).by
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


@pytest.mark.parametrize(
    ("slug", "make_event"), [(TERM, search), (PRODUCT, added), (CODE, warning)]
)
@pytest.mark.parametrize("labels", [slice(0, 10), slice(10, 20), slice(20, 30), slice(30, 40)])
def test_filtering_by_a_row_keeps_its_count(store, acme, slug, make_event, labels):
    send(
        store,
        acme,
        [make_event(text) for n, text in enumerate(ODD[labels]) for _ in range(1 + n % 3)],
    )

    pairs = clicked(store, acme, slug)

    assert len(pairs) >= 3
    assert [before for before, _ in pairs] == [after for _, after in pairs]


@pytest.mark.parametrize(("slug", "make_event"), [(TERM, search), (PRODUCT, added)])
@pytest.mark.parametrize(
    "text",
    ["x" * 300, "x" * 199 + " y", "x" * 199 + '"y', "x" * 198 + " “y", "ß" * 300, "ß" * 150,
     "é" * 250, "e\u0301" * 250, "İ" * 201, "a b" * 100, "x" * 199 + "e\u0323\u0301", "x" * 200],
)  # fmt: skip
def test_filtering_by_a_truncated_label_keeps_its_count(store, acme, slug, make_event, text):
    send(
        store,
        acme,
        [make_event(text), make_event(f" {text}"), make_event(text + "!"), make_event("other")],
    )

    pairs = clicked(store, acme, slug)

    assert [before for before, _ in pairs] == [after for _, after in pairs]


def test_filter_values_are_matched_like_labels(store, acme):
    send(store, acme, [search(' “Rain  JACKET" '), search("rain jacket"), search("RAIN JACKET "),
                       search("rainjacket")])  # fmt: skip

    for value in ("rain jacket", "Rain Jacket", ' "RAIN   jacket”', "\train jacket\n"):
        assert listed(store, acme, TERM, f"properties.term:{value}") == [("RAIN JACKET", 3)]
    assert listed(store, acme, TERM, "properties.term:rain") == []
    assert listed(store, acme, TERM, "properties.term:") == []
    assert listed(store, acme, TERM, 'properties.term: "" ') == []


def test_products_and_codes_are_case_sensitive(store, acme):
    send(store, acme, [added("Rice"), added("rice "), warning("E1"), warning("e1"), warning(" E1")])

    assert listed(store, acme, PRODUCT, "properties.product: rice") == [("rice", 1)]
    assert listed(store, acme, CODE, "properties.code:E1") == [("E1", 2)]


def test_values_of_one_field_are_ored_and_fields_are_anded(store, acme):
    send(store, acme, [warning("E1", channel="api"), warning("E2", channel="web"),
                       warning("E3", channel="api")])  # fmt: skip

    one_or_two = ("properties.code:E1", "properties.code:E2")
    assert listed(store, acme, CODE, *one_or_two) == [("E1", 1), ("E2", 1)]
    assert listed(store, acme, CODE, *one_or_two, "channel:web") == [("E2", 1)]
    assert listed(store, acme, CODE, "properties.code:E3", "channel:web") == []


def panel_total(store, owner, slug, *filters):
    with store.read(owner) as session:
        return totals(session, owner, WEEK, parse_filters(filters))[slug]


def test_a_code_filter_counts_errors_even_if_no_warning_has_the_code(store, acme):
    """Labels are matched against all events, not only those that the listing panel counts."""
    send(store, acme, [warning("E1", "ERROR"), warning(" E1 ", "ERROR"), warning("E2")])

    assert panel_total(store, acme, "total-errors", "properties.code:E1") == 2
    assert panel_total(store, acme, "total-warnings", "properties.code:E1") == 0
    assert panel_total(store, acme, "events-time-series", "properties.code:E1") == 2


def test_a_viewer_filter_and_a_locked_filter_on_one_field_are_intersected(store, acme):
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
    assert panel_total(store, web, TERM, "channel:api") == 0
    assert panel_total(store, web, TERM, "channel:api", "channel:web") == 4


def test_a_filter_stays_within_the_project(store, acme):
    send(store, acme, [event("conversation.search_term", AT, project=project,
                             properties={"term": term})
                       for project, term in (("shop", "rice"), ("default", "Rice"),
                                             ("default", "beans"))])  # fmt: skip
    shop = Scope(acme.org, acme.role, "shop")

    assert listed(store, shop, TERM, "properties.term:RICE") == [("rice", 1)]
    assert listed(store, shop, TERM, "properties.term:beans") == []


def test_the_previous_range_is_filtered_by_its_own_spellings(store, acme):
    send(store, acme, [event("conversation.search_term", at, properties={"term": term})
                       for at, term in ((AT, "rice"), ("2026-11-10T00:00:00Z", "RICE "),
                                        ("2026-11-10T00:00:00Z", "beans"),
                                        ("2026-01-01T00:00:00Z", "x"))])  # fmt: skip
    with store.read(acme) as session:
        chosen = (("properties.term", ("Rice",)),)
        (panel_answer,) = answer(
            session, acme, place(LIBRARY, PANELS), WEEK, chosen=chosen, only={TERM}
        )

    assert [(row.label, row.rank_before) for row in panel_answer.rows] == [("rice", 1)]


@pytest.mark.parametrize(
    "chosen",
    [
        (("user", ("u-1",)),),
        (("properties.secret", ("x",)),),
        (("properties.term", ("x",)),),  # of a panel on another dashboard
        (("channel", ("web",)), ("properties.note", ("x",))),
    ],
)
def test_a_filter_on_a_field_that_no_panel_shows_is_rejected(store, acme, chosen):
    panels = [Panel(CODE), Panel("users-time-series"), Panel("not-installed")]
    with store.read(acme) as session, pytest.raises(BadInput, match="cannot be filtered"):
        viewer_filters(session, acme, WEEK, chosen, place(LIBRARY, panels))


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
def test_a_filter_with_a_value_that_no_panel_can_show_is_rejected(store, acme, chosen):
    """Counts by type would reveal numbers that an embedded board does not show."""
    with store.read(acme) as session, pytest.raises(BadInput, match="cannot be filtered"):
        viewer_filters(session, acme, WEEK, chosen, place(LIBRARY, PANELS))

"""What is counted ahead: how it is declared, named and folded."""

import json
from zoneinfo import ZoneInfo

import pytest

from dashapp.dashboards.templates import TEMPLATES
from dashapp.domain.metrics.tallies import (
    EVENTS,
    PRODUCTS_ADDED,
    SEARCH_TERMS,
    STANDARD,
    USERS_BY_CHANNEL,
    Counted,
    Label,
    Tally,
    declared_tallies,
    needs,
    tally_from_definition,
)
from dashapp.widgets.catalog import BUILT_IN
from tests.factories import event

UTC = ZoneInfo("UTC")
DAY = 20_777  # 2026-11-20
BY_STORE = Tally(types=("page.viewed",), by="properties.store")


def key(tally, one):
    return tally.key_of(one, json.loads(one.properties))


@pytest.mark.parametrize("tally", STANDARD, ids=lambda tally: tally.by or "all")
def test_a_definition_tells_the_whole_tally(tally):
    assert tally_from_definition(tally.definition) == tally


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
        ("x" * 500, ("x" * 199 + "…", "x" * 199 + "…")),
    ],
)
def test_a_search_term_is_one_label_however_it_is_written(text, found):
    assert SEARCH_TERMS.key_of_field(text) == found


def test_products_keep_their_case():
    assert PRODUCTS_ADDED.key_of_field(" 'Rice' ") == ("Rice", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (7.0, "7"), ("7", "7"), (7.5, "7.5"), (-0.0, "0"), (True, "true"), (1e300, "1e300")],
)
def test_numbers_and_booleans_are_values_by_their_json_text(value, text):
    assert key(BY_STORE, event(properties={"store": value})) == (text, "")


@pytest.mark.parametrize("value", [None, ["7"], {"a": "7"}, ""])
def test_null_lists_objects_and_empty_texts_are_no_values(value):
    assert key(BY_STORE, event(properties={"store": value})) is None
    assert key(BY_STORE, event(properties={})) is None


def test_a_tally_looks_at_numbers_as_at_their_text():
    slow = Tally(types=("page.viewed",), where=("status", "200"))

    assert key(slow, event(properties={"status": 200})) == ("", "")
    assert key(slow, event(properties={"status": 200.5})) is None


def test_a_label_that_is_cut_shows_it_and_is_its_own_label():
    long, whole = "x" * 201, "x" * 200

    assert PRODUCTS_ADDED.key_of_field(long) == ("x" * 199 + "…", "")
    assert PRODUCTS_ADDED.key_of_field(whole) == (whole, "")
    assert PRODUCTS_ADDED.key_of_field("x" * 199 + "…") == ("x" * 199 + "…", "")


def test_values_beyond_those_declared_are_counted_together():
    assert key(USERS_BY_CHANNEL, event(channel="kiosk")) == ("other", "")
    assert key(USERS_BY_CHANNEL, event(channel="api")) == ("api", "")


def test_a_query_declares_what_it_needs():
    @needs(EVENTS, SEARCH_TERMS)
    def query():
        """A question."""

    assert declared_tallies([query, query, lambda: None]) == [EVENTS, SEARCH_TERMS]


def test_every_built_in_widget_is_answered_from_tallies():
    assert all(declared_tallies([widget.query]) for widget in BUILT_IN)


def test_what_templates_place_is_counted_from_an_orgs_first_event_on():
    placed = {slug for template in TEMPLATES.values() for slug in template.widgets}
    queries = [widget.query for widget in BUILT_IN if widget.slug in placed]

    assert set(declared_tallies(queries)) <= set(STANDARD)

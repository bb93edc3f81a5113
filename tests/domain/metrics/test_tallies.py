"""Tallies: how they are declared and stored, and the keys that events count under."""

import json
from zoneinfo import ZoneInfo

import pytest

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
from tests.templates import TEMPLATES

UTC = ZoneInfo("UTC")
DAY = 20_777  # 2026-11-20
BY_STORE = Tally(types=("page.viewed",), by="properties.store")


def key(tally, sent):
    return tally.key_of(sent, json.loads(sent.properties))


@pytest.mark.parametrize("tally", STANDARD, ids=lambda tally: tally.by or "all")
def test_a_definition_round_trips(tally):
    assert tally_from_definition(tally.definition) == tally


@pytest.mark.parametrize("by", ["user", "properties.", "properties.a b", "properties.é", "a.b"])
def test_a_tally_by_an_unsupported_field_is_rejected(by):
    with pytest.raises(ValueError, match="cannot count by"):
        Tally(by=by)


def test_user_tallies_must_use_exact_labels():
    with pytest.raises(ValueError, match="exact"):
        Tally(by="properties.plan", label=Label.FOLDED, counted=Counted.USERS)


@pytest.mark.parametrize(
    ("text", "label"),
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
def test_spellings_of_a_search_term_share_one_label(text, label):
    assert SEARCH_TERMS.key_of_field(text) == label


def test_products_keep_their_case():
    assert PRODUCTS_ADDED.key_of_field(" 'Rice' ") == ("Rice", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (7.0, "7"), ("7", "7"), (7.5, "7.5"), (-0.0, "0"), (True, "true"), (1e300, "1e300")],
)
def test_numbers_and_booleans_count_as_their_json_text(value, text):
    assert key(BY_STORE, event(properties={"store": value})) == (text, "")


@pytest.mark.parametrize("value", [None, ["7"], {"a": "7"}, ""])
def test_null_lists_objects_and_empty_text_do_not_count(value):
    assert key(BY_STORE, event(properties={"store": value})) is None
    assert key(BY_STORE, event(properties={})) is None


def test_where_compares_numbers_by_their_text():
    slow = Tally(types=("page.viewed",), where=("status", "200"))

    assert key(slow, event(properties={"status": 200})) == ("", "")
    assert key(slow, event(properties={"status": 200.5})) is None


def test_a_truncated_label_ends_with_an_ellipsis():
    long, longest = "x" * 201, "x" * 200

    assert PRODUCTS_ADDED.key_of_field(long) == ("x" * 199 + "…", "")
    assert PRODUCTS_ADDED.key_of_field(longest) == (longest, "")
    assert PRODUCTS_ADDED.key_of_field("x" * 199 + "…") == ("x" * 199 + "…", "")


def test_undeclared_values_count_as_other():
    assert key(USERS_BY_CHANNEL, event(channel="kiosk")) == ("other", "")
    assert key(USERS_BY_CHANNEL, event(channel="api")) == ("api", "")


def test_a_query_declares_its_tallies():
    @needs(EVENTS, SEARCH_TERMS)
    def query():
        """A query."""

    assert declared_tallies([query, query, lambda: None]) == [EVENTS, SEARCH_TERMS]


def test_every_built_in_widget_reads_tallies():
    assert all(declared_tallies([widget.query]) for widget in BUILT_IN)


def test_new_orgs_keep_the_tallies_of_all_template_widgets():
    placed = {slug for template in TEMPLATES.values() for slug in template.widgets}
    queries = [widget.query for widget in BUILT_IN if widget.slug in placed]

    assert set(declared_tallies(queries)) <= set(STANDARD)

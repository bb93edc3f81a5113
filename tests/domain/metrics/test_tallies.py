"""Tallies: how they are declared and stored, and the keys that events count under."""

import json

import pytest

from dashapp.domain.errors import ConfigurationError
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import (
    EVENTS,
    EVENTS_BY_TYPE,
    STANDARD,
    USERS_BY_CHANNEL,
    Counted,
    Label,
    Tally,
    declared_tallies,
    needs,
    tally_from_definition,
)
from tests.factories import event
from tests.panels import ALL_TALLIES, PRODUCTS_ADDED, SEARCH_TERMS, built_in
from tests.templates import TEMPLATES

BY_STORE = Tally(types=("page.viewed",), by="properties.store")


def key(tally, sent):
    return tally.key_of(sent, json.loads(sent.properties))


TOTAL = Tally(types=("order.*",), counted=Counted.NUMBERS, of="properties.total")
LATE = Tally(
    by="channel",
    counted=Counted.SPREAD,
    of="properties.wait.seconds",
    where=(
        Condition("properties.wait.seconds", (), 0.5),
        Condition("properties.city", ("Berlin", "7")),
        Condition("user", (), None, 10),
    ),
)
CITIES = Tally(counted=Counted.VALUES, of="properties.city")


@pytest.mark.parametrize("tally", [*ALL_TALLIES, TOTAL, LATE, CITIES], ids=lambda t: t.definition)
def test_a_definition_round_trips(tally):
    assert tally_from_definition(tally.definition) == tally


@pytest.mark.parametrize(
    ("tally", "definition"),
    [
        (EVENTS, "{}"),
        (EVENTS_BY_TYPE, '{"by":"type"}'),
        (TOTAL, '{"counted":"numbers","of":"properties.total","types":["order.*"]}'),
        (LATE, ('{"by":"channel","counted":"spread","of":"properties.wait.seconds","where":'
               '[["properties.wait.seconds",[],0.5,null],["properties.city",["Berlin","7"]],'
               '["user",[],null,10]]}')),
    ],
)  # fmt: skip
def test_a_definition_leaves_out_what_is_not_set(tally, definition):
    assert tally.definition == definition


def test_a_definition_from_a_newer_version_is_refused():
    with pytest.raises(ConfigurationError, match=r"'sample'\. Upgrade"):
        tally_from_definition('{"by":"type","sample":0.1}')


@pytest.mark.parametrize(
    ("counted", "of"),
    [("events", "properties.total"), ("numbers", None), ("spread", "total"), ("values", "user")],
)
def test_a_tally_measures_a_property_only_if_it_needs_one(counted, of):
    with pytest.raises(ValueError, match=f"A tally of {counted} cannot measure"):
        Tally(counted=Counted(counted), of=of)


@pytest.mark.parametrize("field", ["project", "properties.", "properties.a b", "a.b", "types"])
def test_a_tally_filtered_by_an_unsupported_field_is_rejected(field):
    with pytest.raises(ValueError, match="cannot filter"):
        Tally(where=(Condition(field, ("x",)),))


@pytest.mark.parametrize(
    ("types", "event_type", "is_counted"),
    [
        ((), "order.paid", True),
        (("order.*",), "order.paid", True),
        (("order.*",), "order.item.added", True),
        (("order.*",), "orders.paid", False),
        (("order.paid",), "order.paid.twice", False),
        (("cart.created", "order.paid"), "order.paid", True),
    ],
)
def test_types_and_families_count(types, event_type, is_counted):
    assert Tally(types=types).counts_type(event_type) is is_counted


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
    slow = Tally(types=("page.viewed",), where=(Condition("properties.status", ("200",)),))

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


def test_every_built_in_panel_reads_tallies():
    assert all(declared_tallies([offered.widget.query]) for offered in built_in().offered())


def test_the_tallies_of_a_new_org_are_those_of_its_panels():
    library = built_in()
    placed = {slug for template in TEMPLATES.values() for slug in template.widgets}
    queries = [library.find(slug).query for slug in placed]

    assert len(placed) == 10
    assert len(set(declared_tallies(queries)) - set(STANDARD)) == 5

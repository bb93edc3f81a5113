"""What is counted ahead: how it is declared, named and folded."""

from zoneinfo import ZoneInfo

import pytest

from dashapp.dashboards.templates import TEMPLATES
from dashapp.domain.tallies import (
    EVENTS,
    PRODUCTS_ADDED,
    SEARCH_TERMS,
    STANDARD,
    USERS_BY_CHANNEL,
    Counted,
    Label,
    Tally,
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


def test_a_query_declares_what_it_needs():
    @needs(EVENTS, SEARCH_TERMS)
    def query():
        """A question."""

    assert needed_by([query, query, lambda: None]) == [EVENTS, SEARCH_TERMS]


def test_every_built_in_widget_is_answered_from_tallies():
    assert all(needed_by([widget.query]) for widget in BUILT_IN)


def test_what_templates_place_is_counted_from_an_orgs_first_event_on():
    placed = {slug for template in TEMPLATES.values() for slug in template.widgets}
    queries = [widget.query for widget in BUILT_IN if widget.slug in placed]

    assert set(needed_by(queries)) <= set(STANDARD)

"""Automatic refreshes: a 204 while nothing is new, numbers otherwise."""

import pytest

from tests import factories
from tests.board.panel_props import OCCURRED_AT
from tests.boards import SHOP, apply
from tests.factories import event, refresh, send, shown_by


def send_tick(client, response, **overrides):
    """Send an automatic refresh, with the state that the last response left in the browser."""
    shown = shown_by(response)
    return refresh(
        client,
        **{
            "view": shown["view"],
            "revision": shown["revision"],
            "as_of": shown["asOf"],
            "states": ["ready"] * 4,
            "changed": "tick.n_intervals",
            **overrides,
        },
    )


@pytest.mark.both_databases
def test_a_tick_with_nothing_new_is_a_204(log_in_ada, store, acme):
    send(store, acme, [event(at=OCCURRED_AT, user="u")])
    client = log_in_ada()
    response = refresh(client)

    idle = send_tick(client, response)

    assert (idle.status_code, idle.data) == (204, b"")


@pytest.mark.both_databases
def test_a_tick_after_an_event_returns_numbers(log_in_ada, store, acme):
    client = log_in_ada()
    response = refresh(client)
    send(store, acme, [event(at=OCCURRED_AT, user="u")])

    assert send_tick(client, response).status_code == 200


def test_a_tick_after_a_metric_changed_returns_numbers_and_a_newer_layout(
    log_in_ada, store, monkeypatch
):
    monkeypatch.setattr("dashapp.store.boards.loading.CHECK_SECONDS", 0.0)
    client = log_in_ada()
    response = refresh(client)
    assert send_tick(client, response).status_code == 204
    apply(store, SHOP)

    changed = send_tick(client, response)

    assert changed.status_code == 200
    assert (shown_by(response)["layoutVersion"], shown_by(changed)["layoutVersion"]) == (1, 2)
    assert send_tick(client, changed).status_code == 204


def test_a_board_over_an_hour_moves_on_without_new_events(log_in_ada, store, acme):
    clock = factories.Clock()
    client = log_in_ada(clock=clock)
    clock.advance(minutes=1)
    response = refresh(client, search="?time_range=1h")
    clock.advance(minutes=3)
    assert send_tick(client, response, search="?time_range=1h").status_code == 204
    clock.advance(minutes=2)

    assert send_tick(client, response, search="?time_range=1h").status_code == 200


def test_an_event_with_a_future_time_appears_at_that_time(log_in_ada, store, acme):
    clock = factories.Clock()
    send(store, acme, [event(at="2026-11-20T09:32:00Z", user="u")])
    client = log_in_ada(clock=clock)
    clock.advance(minutes=1)
    response = refresh(client)
    clock.advance(seconds=30)
    assert send_tick(client, response).status_code == 204
    clock.advance(seconds=31)

    assert send_tick(client, response).status_code == 200


def test_a_tick_retries_a_failed_panel(log_in_ada, store, acme):
    client = log_in_ada()
    response = refresh(client)

    assert (
        send_tick(client, response, states=["ready", "stale", "ready", "ready"]).status_code == 200
    )


def test_a_manual_refresh_returns_numbers_even_if_nothing_is_new(log_in_ada):
    client = log_in_ada()
    response = refresh(client)

    assert send_tick(client, response, changed="url.search").status_code == 200


@pytest.mark.parametrize("as_of", ["", "yesterday", "9999"])
def test_an_invalid_as_of_from_the_browser_gets_a_full_response(log_in_ada, as_of):
    client = log_in_ada()
    response = refresh(client)

    assert send_tick(client, response, as_of=as_of).status_code == 200

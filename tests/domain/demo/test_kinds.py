"""Sample events of other kinds of products: each board file finds what it measures."""

import json
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashapp.domain.demo.days import product_events
from dashapp.domain.demo.kinds import PRODUCTS
from dashapp.domain.events.event import make_event
from dashapp.domain.events.shapes import kinds_of
from dashapp.domain.time.instant import from_us, to_text

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
BOARDS = Path(__file__).parents[3] / "examples" / "boards"


def week(name):
    return list(product_events(PRODUCTS[name], "acme", BERLIN, NOON, 7))


def test_every_example_board_has_a_product():
    assert {path.stem for path in BOARDS.glob("*.toml")} == set(PRODUCTS)


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_week_has_these_events(name):
    assert dict(Counter(event.type for event in week(name))) == WEEK[name]


WEEK = {
    "api": {"api.called": 4500, "deploy.finished": 2},
    "ci": {"build.finished": 510, "build.started": 511, "runner.upgraded": 1},
    "learning": {
        "course.completed": 62,
        "course.started": 97,
        "lesson.finished": 327,
        "quiz.graded": 72,
    },
    "mobile": {
        "app.crashed": 12,
        "app.installed": 173,
        "app.opened": 1564,
        "purchase.completed": 73,
        "session.ended": 1564,
        "user.registered": 113,
    },
    "shop": {
        "cart.checked_out": 266,
        "cart.created": 414,
        "delivery.finished": 223,
        "order.paid": 241,
    },
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_events_could_have_been_sent_once_each(name):
    events = week(name)

    assert len({event.id for event in events}) == len(events)
    assert max(event.occurred_at for event in events) < NOON.timestamp() * 1_000_000
    for event in events:
        sent = {**event._asdict(), "occurred_at": to_text(from_us(event.occurred_at))}
        sent["properties"] = json.loads(event.properties)
        assert make_event(sent, received_at=NOON) == event


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_same_days_have_the_same_events(name):
    shorter = product_events(PRODUCTS[name], "acme", BERLIN, NOON, 3)

    assert set(shorter) <= set(week(name))


@pytest.mark.parametrize("name", PRODUCTS)
def test_each_metric_of_the_board_finds_its_events_and_properties(name):
    """At least one event has all properties that a metric and its panels read."""
    kinds = {}
    for event in week(name):
        for path, kind in kinds_of(json.loads(event.properties)).items():
            kinds.setdefault(event.type, {})[path] = kind
    board = tomllib.loads((BOARDS / f"{name}.toml").read_text())

    for metric in board["metrics"].values():
        for pattern in [*metric.get("events", ()), *metric.get("steps", ())]:
            types = [t for t in kinds if t == pattern or t.startswith(pattern.removesuffix("*"))]
            assert types, pattern
            fields = [*metric.get("where", ()), *([metric["of"]] if "of" in metric else [])]
            for field in fields:
                assert all(field.removeprefix("properties.") in kinds[t] for t in types), field
    for panel in board["boards"][name]["panels"]:
        for field in [panel.get("by", "type"), *panel.get("columns", ())]:
            if field.startswith("properties."):
                types = board["metrics"][panel["metric"]].get("events") or ratio_types(board, panel)
                assert all(field.removeprefix("properties.") in kinds[t] for t in types), field


def ratio_types(board, panel):
    """Return the event types of both metrics of a ratio."""
    metric = board["metrics"][panel["metric"]]
    return [t for part in metric["ratio"] for t in board["metrics"][part]["events"]]

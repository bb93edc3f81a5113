"""Sample events of past days: numbers, times and reproducibility."""

import json
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashapp.domain.demo.history import Plan, demo_events
from dashapp.domain.time.instant import from_us

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


def days_of(events) -> set[str]:
    return {from_us(event.occurred_at).astimezone(BERLIN).date().isoformat() for event in events}


def test_the_whole_days_before_today_have_events():
    events = list(demo_events("acme", BERLIN, NOON, Plan(3)))

    assert days_of(events) == {"2026-11-17", "2026-11-18", "2026-11-19"}


def test_each_run_is_created_started_and_ended():
    count = Counter(event.type for event in demo_events("acme", BERLIN, NOON, Plan(5)))

    assert count["validation_run.created"] == 20
    assert count["validation_run.started"] == 20
    assert (count["validation_run.succeeded"], count["validation_run.failed"]) == (16, 4)
    assert count["user.logged_in"] == 10


def test_no_run_fails_without_failures():
    plan = Plan(5, has_failures=False)

    assert "validation_run.failed" not in {
        event.type for event in demo_events("acme", BERLIN, NOON, plan)
    }


@pytest.mark.parametrize("runs", [1, 2, 4, 7])
def test_every_day_has_an_error(runs):
    events = demo_events("acme", BERLIN, NOON, Plan(10, runs))
    errors = [event for event in events if '"severity":"ERROR"' in event.properties]

    assert len(days_of(errors)) == 10


def test_channels_alternate_and_logins_are_on_the_web():
    events = list(demo_events("acme", BERLIN, NOON, Plan(2)))
    created = [event.channel for event in events if event.type == "validation_run.created"]

    assert set(zip(created, created[1:], strict=False)) == {("api", "web"), ("web", "api")}
    assert {event.channel for event in events if event.type == "user.logged_in"} == {"web"}


def test_the_same_days_have_the_same_events():
    longer = list(demo_events("acme", BERLIN, NOON, Plan(7)))
    shorter = list(demo_events("acme", BERLIN, NOON, Plan(3)))

    assert set(shorter) <= set(longer)
    assert len({event.id for event in longer}) == len(longer)


def test_ids_fit_with_a_long_org_slug():
    events = demo_events("x" * 63, BERLIN, NOON, Plan(1))

    assert max(len(event.id) for event in events) <= 64


def test_a_varied_plan_continues_today_up_to_now():
    events = list(demo_events("acme", BERLIN, NOON, Plan(1, 24, is_varied=True)))

    assert days_of(events) == {"2026-11-19", "2026-11-20"}
    assert max(from_us(event.occurred_at) for event in events) < NOON


def test_findings_have_a_validator_and_workflow_and_one_validator_is_noisy():
    findings = [
        json.loads(event.properties)
        for event in demo_events("acme", BERLIN, NOON, Plan(60, 24, is_varied=True))
        if event.type == "finding.recorded"
    ]
    warnings = Counter(
        finding["validator"] for finding in findings if finding["severity"] == "WARNING"
    )

    assert {"code", "run_id", "severity", "validator", "workflow"} == findings[0].keys()
    assert len({finding["workflow"] for finding in findings}) == 4
    (noisy, most), (_, second), *_ = warnings.most_common()
    assert (noisy, most > 2 * second) == ("naming-rules", True)

"""What was changed is marked in its bucket; a number has its trend and its past."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event as sa_event

from dashapp.domain.access.scope import Scope
from dashapp.domain.series import public_fields
from dashapp.queries import marks as module
from dashapp.queries.marks import lifecycle
from dashapp.queries.operations.event_volume import event_volume
from dashapp.queries.operations.run_count import run_count
from dashapp.queries.operations.run_outcomes import run_outcomes
from dashapp.queries.operations.success_rate import success_rate
from tests.factories import event, send, time_range

WEEK = time_range("7d")  # from 14 November to 20 November 2026, 09:30
ENDED = ("succeeded", "succeeded", "succeeded", "failed", "canceled", "timed_out")


def ask(store, owner, query, range_=WEEK):
    with store.reading(owner) as session:
        return query(session, owner, range_)


def at(day: int, hour: int = 12) -> str:
    return f"2026-11-{day:02}T{hour:02}:00:00Z"


def test_workflows_and_submissions_are_marked_with_what_when_and_who(store, acme, rival):
    send(
        store,
        acme,
        [
            event("workflow.updated", at(15), user="u-1"),
            event("submission.created", at(14), user="u-2"),
            event("workflow.deleted", at(16)),
            event("page.viewed", at(16)),
            event("workflow.created", at(13)),
            event("workflow.created", "2026-11-20T09:30:00Z"),
        ],
    )
    send(store, rival, [event("workflow.updated", at(14), user="theirs")])

    assert ask(store, acme, lifecycle) == [
        [(datetime(2026, 11, 14, 12, tzinfo=UTC), "submission.created", "u-2", 1)],
        [(datetime(2026, 11, 15, 12, tzinfo=UTC), "workflow.updated", "u-1", 1)],
        [(datetime(2026, 11, 16, 12, tzinfo=UTC), "workflow.deleted", None, 1)],
        *[[]] * 4,
    ]


def test_of_very_many_the_latest_are_named_and_the_others_counted(store, acme):
    assert module.MAX_NAMED == 100
    send(store, acme, [event("workflow.updated", at(15 + n // 24 % 5, n % 24)) for n in range(120)])

    found = ask(store, acme, lifecycle)

    assert sum(mark.times for marks in found for mark in marks) == 120
    assert [len(marks) for marks in found] == [0, 5, 24, 24, 24, 24, 0]
    *named, counted = found[1]
    assert named[0].at == datetime(2026, 11, 15, 20, tzinfo=UTC)
    assert counted == (datetime(2026, 11, 15, tzinfo=UTC), "workflow.updated", None, 20)


def test_a_board_without_changes_reads_no_event_for_them(store, acme):
    send(store, acme, [event("page.viewed", at(14))])
    seen = []
    with store.reading(acme) as session:
        sa_event.listen(session.get_bind(), "before_cursor_execute", lambda *a: seen.append(a[2]))
        lifecycle(session, acme, WEEK)

    assert not [statement for statement in seen if "ORDER BY events.occurred_at" in statement]


def test_a_mark_stands_in_its_bucket_and_in_no_answer_for_programs(store, acme):
    send(store, acme, [event("workflow.updated", at(15), user="u-1")])

    rows = ask(store, acme, event_volume)

    assert [len(row.marks) for row in rows] == [0, 1, 0, 0, 0, 0, 0]
    assert public_fields(rows[1]) == {
        "start": datetime(2026, 11, 15, tzinfo=UTC), "series": "events", "value": 1,
        "complete": True,
    }  # fmt: skip


def test_a_projects_marks_are_its_own(store, acme):
    send(store, acme, [event("workflow.updated", at(14), project=name) for name in ("shop", "x")])
    shop = Scope(acme.org, acme.role, project="shop")

    assert sum(mark.times for marks in ask(store, shop, lifecycle) for mark in marks) == 1


def test_the_trend_of_a_number_sums_to_it(store, acme):
    send(store, acme, [event("validation_run.created", at(day)) for day in (14, 15, 15, 19)])

    (row,) = ask(store, acme, run_count)

    assert row == (4, None, (1, 2, 0, 0, 0, 1, 0), False)
    assert public_fields(row) == {"value": 4, "previous": None}


def test_the_success_rate_is_of_the_runs_that_ended(store, acme):
    send(store, acme, [event(f"validation_run.{end}", at(15)) for end in ENDED])
    send(store, acme, [event("validation_run.created", at(15)), event("page.viewed", at(1))])
    send(store, acme, [event("validation_run.succeeded", at(day)) for day in (8, 19)])

    (row,) = ask(store, acme, success_rate)

    assert row == (4 / 7, 1.0, (None, 0.5, None, None, None, 1.0, None), True)


def test_without_a_run_there_is_no_rate(store, acme):
    send(store, acme, [event("page.viewed", at(1)), event("page.viewed", at(14))])

    assert ask(store, acme, success_rate) == [(None, None, (None,) * 7, True)]


def test_outcomes_that_never_were_are_no_series(store, acme):
    send(store, acme, [event("validation_run.succeeded", at(14))])
    assert {row.series for row in ask(store, acme, run_outcomes)} == {"succeeded", "failed"}

    send(store, acme, [event("validation_run.timed_out", at(14))])
    assert [row.series for row in ask(store, acme, run_outcomes)[:3]] == [
        "succeeded", "failed", "timed_out",
    ]  # fmt: skip


@pytest.mark.parametrize("hour", [8, 10])
def test_the_previous_range_ends_at_the_same_elapsed_time(store, acme, hour):
    """At 09:30 today is compared with that day a week ago up to 09:30, and no further."""
    send(store, acme, [event("page.viewed", at(1))])
    send(store, acme, [event("validation_run.created", at(13, hour))])

    (row,) = ask(store, acme, run_count)

    assert row.previous == (1 if hour == 8 else 0)

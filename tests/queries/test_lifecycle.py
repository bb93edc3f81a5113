"""Marks of workflow changes and submissions, and trends and previous values of numbers."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event as sa_event

from dashapp.domain.access.scope import Scope
from dashapp.domain.series import public_fields
from dashapp.queries.questions import marks as marks_module
from tests import panels
from tests.factories import event, send, time_range
from tests.panels import panel

WEEK = time_range("7d")  # from 14 November to 20 November 2026, 09:30
ENDED = ("succeeded", "succeeded", "succeeded", "failed", "canceled", "timed_out")


def run(store, owner, query, time_range_=WEEK):
    with store.read(owner) as session:
        return query(session, owner, time_range_)


LIFECYCLE = ("workflow.created", "workflow.updated", "workflow.deleted", "submission.created")


def lifecycle(session, owner, time_range_):
    """Return the marks of each bucket."""
    return panels.ask(
        session, owner, time_range_, lambda asking: marks_module.marks(asking, LIFECYCLE)
    )


def at(day: int, hour: int = 12) -> str:
    return f"2026-11-{day:02}T{hour:02}:00:00Z"


def test_workflow_changes_and_submissions_are_marked_with_type_time_and_user(store, acme, rival):
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

    assert run(store, acme, lifecycle) == [
        [(datetime(2026, 11, 14, 12, tzinfo=UTC), "submission.created", "u-2", 1)],
        [(datetime(2026, 11, 15, 12, tzinfo=UTC), "workflow.updated", "u-1", 1)],
        [(datetime(2026, 11, 16, 12, tzinfo=UTC), "workflow.deleted", None, 1)],
        *[[]] * 4,
    ]


def test_the_latest_hundred_are_marked_one_by_one_and_the_others_counted(store, acme):
    assert marks_module.MAX_NAMED == 100
    send(store, acme, [event("workflow.updated", at(15 + n // 24 % 5, n % 24)) for n in range(120)])

    marks_by_bucket = run(store, acme, lifecycle)

    assert sum(mark.times for marks in marks_by_bucket for mark in marks) == 120
    assert [len(marks) for marks in marks_by_bucket] == [0, 5, 24, 24, 24, 24, 0]
    *named, counted = marks_by_bucket[1]
    assert named[0].at == datetime(2026, 11, 15, 20, tzinfo=UTC)
    assert counted == (datetime(2026, 11, 15, tzinfo=UTC), "workflow.updated", None, 20)


def test_without_changes_no_event_is_read_for_marks(store, acme):
    send(store, acme, [event("page.viewed", at(14))])
    statements = []
    with store.read(acme) as session:
        sa_event.listen(
            session.get_bind(), "before_cursor_execute", lambda *a: statements.append(a[2])
        )
        lifecycle(session, acme, WEEK)

    assert not [statement for statement in statements if "ORDER BY events.occurred_at" in statement]


def test_a_family_marks_all_its_types_and_no_others(store, acme):
    names = ("workflow.updated", "workflow.run.ended", "workflows.updated", "page.viewed")
    send(store, acme, [event(name, at(15, hour)) for hour, name in enumerate(names)])

    with store.read(acme) as session:
        marks_by_bucket = panels.ask(
            session, acme, WEEK, lambda asking: marks_module.marks(asking, ["workflow.*"])
        )

    assert [mark.type for mark in marks_by_bucket[1]] == ["workflow.updated", "workflow.run.ended"]
    assert [len(marks) for marks in marks_by_bucket] == [0, 2, 0, 0, 0, 0, 0]


def test_the_marks_of_a_board_are_those_of_its_file(store, acme):
    send(store, acme, [event(name, at(14)) for name in (*LIFECYCLE, "page.viewed")])

    first, *_ = run(store, acme, panel("events-time-series"))

    assert sorted(mark.type for mark in first.marks) == sorted(LIFECYCLE)


def test_marks_are_in_their_bucket_and_not_exported(store, acme):
    send(store, acme, [event("workflow.updated", at(15), user="u-1")])

    rows = run(store, acme, panel("events-time-series"))

    assert [len(row.marks) for row in rows] == [0, 1, 0, 0, 0, 0, 0]
    assert public_fields(rows[1]) == {
        "start": datetime(2026, 11, 15, tzinfo=UTC), "series": "events", "value": 1,
        "complete": True,
    }  # fmt: skip


def test_a_project_has_only_its_own_marks(store, acme):
    send(store, acme, [event("workflow.updated", at(14), project=name) for name in ("shop", "x")])
    shop = Scope(acme.org, acme.role, project="shop")

    assert sum(mark.times for marks in run(store, shop, lifecycle) for mark in marks) == 1


def test_the_trend_sums_up_to_the_number(store, acme):
    send(store, acme, [event("validation_run.created", at(day)) for day in (14, 15, 15, 19)])

    (row,) = run(store, acme, panel("total-validations"))

    assert row == (4, None, (1, 2, 0, 0, 0, 1, 0), False, None, 0)
    assert public_fields(row) == {"value": 4, "previous": None}


def test_the_success_rate_is_a_share_of_the_runs_that_ended(store, acme):
    send(store, acme, [event(f"validation_run.{end}", at(15)) for end in ENDED])
    send(store, acme, [event("validation_run.created", at(15)), event("page.viewed", at(1))])
    send(store, acme, [event("validation_run.succeeded", at(day)) for day in (8, 19)])

    (row,) = run(store, acme, panel("success-rate"))

    assert row == (4 / 7, 1.0, (None, 0.5, None, None, None, 1.0, None), True, None, 0)


def test_without_ended_runs_there_is_no_success_rate(store, acme):
    send(store, acme, [event("page.viewed", at(1)), event("page.viewed", at(14))])

    assert run(store, acme, panel("success-rate")) == [(None, None, (None,) * 7, True, None, 0)]


def test_outcomes_without_runs_are_not_a_series(store, acme):
    send(store, acme, [event("validation_run.succeeded", at(14))])
    assert {row.series for row in run(store, acme, panel("runs-by-outcome"))} == {
        "succeeded",
        "failed",
    }

    send(store, acme, [event("validation_run.timed_out", at(14))])
    assert [row.series for row in run(store, acme, panel("runs-by-outcome"))[:3]] == [
        "succeeded", "failed", "timed_out",
    ]  # fmt: skip


@pytest.mark.parametrize("hour", [8, 10])
def test_the_previous_range_ends_at_the_same_time_of_day(store, acme, hour):
    """At 09:30, today is compared with the same day a week ago up to 09:30."""
    send(store, acme, [event("page.viewed", at(1))])
    send(store, acme, [event("validation_run.created", at(13, hour))])

    (row,) = run(store, acme, panel("total-validations"))

    assert row.previous == (1 if hour == 8 else 0)

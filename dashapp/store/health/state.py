"""The state of the installation in numbers, from a few short questions to the shared tables."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashapp.store.engine import Store
from dashapp.store.health.moments import Moment, moment, set_moment
from dashapp.store.orgs.orgs import IS_NOT_DELETED
from dashapp.store.tables import orgs, outbox

MAIL_STATES = ("waiting", "sent", "failed")


class InstallationState(NamedTuple):
    """Durations are in microseconds. Those of upkeep are None if it never ran."""

    orgs: int
    orgs_with_segments: int
    due_orgs: int
    longest_due: int
    upkeep_age: int | None
    last_run: int | None
    mails: dict[str, int]
    oldest_mail: int


def installation_state(store: Store, now: int) -> InstallationState:
    """Return the state. Raises SQLAlchemyError if the database does not answer."""
    with store.read_shared() as session:
        total, sealed = session.execute(
            select(func.count(), func.count().filter(orgs.c.has_segments)).where(IS_NOT_DELETED)
        ).one()
        due_orgs, first = session.execute(
            select(func.count(), func.min(func.coalesce(orgs.c.due_at, orgs.c.created_at))).where(
                IS_NOT_DELETED, func.coalesce(orgs.c.due_at, orgs.c.created_at) <= now
            )
        ).one()
        looked = moment(session, Moment.UPKEEP)
        mails, oldest = _mails(session)
        return InstallationState(
            orgs=total,
            orgs_with_segments=sealed,
            due_orgs=due_orgs,
            longest_due=0 if first is None else now - first,
            upkeep_age=None if looked is None else now - looked,
            last_run=_last_run(session),
            mails=mails,
            oldest_mail=0 if oldest is None else max(0, now - oldest),
        )


def record_run(store: Store, started: int, ended: int) -> None:
    """Record a full run of upkeep that has ended; times in microseconds."""
    with store.write_shared() as session:
        set_moment(session, Moment.RUN_STARTED, started)
        set_moment(session, Moment.RUN_ENDED, ended)


def _last_run(session: Session) -> int | None:
    started = moment(session, Moment.RUN_STARTED)
    ended = moment(session, Moment.RUN_ENDED)
    return ended - started if started is not None and ended is not None else None


def _mails(session: Session) -> tuple[dict[str, int], int | None]:
    """Return the number of mails for each state, and when the oldest waiting one was written."""
    rows = session.execute(
        select(outbox.c.state, func.count().label("mails")).group_by(outbox.c.state)
    )
    counts = {**dict.fromkeys(MAIL_STATES, 0), **{row.state: row.mails for row in rows}}
    oldest: int | None = session.execute(
        select(func.min(outbox.c.created_at)).where(outbox.c.state == MAIL_STATES[0])
    ).scalar()
    return counts, oldest

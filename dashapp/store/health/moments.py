"""When the installation did something last, such as upkeep. Times are in microseconds."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import moments


class Moment(StrEnum):
    """What happened."""

    UPKEEP = "upkeep"  # a pass over the orgs has ended
    CLOCK_JUMP = "clock_jump"  # upkeep noticed that the clock had jumped
    RUN_STARTED = "run_started"  # the last full run of upkeep that has ended
    RUN_ENDED = "run_ended"
    CHECK = "check"  # a readiness check has written


def moment(session: Session, name: Moment) -> int | None:
    """Return when something happened last, or None."""
    at: int | None = session.execute(select(moments.c.at).where(moments.c.name == name)).scalar()
    return at


def set_moment(session: Session, name: Moment, at: int) -> None:
    statement = upsert(session, moments)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[moments.c.name], set_={"at": statement.excluded.at}
        ),
        {"name": name, "at": at},
    )

"""Whether the clock can be trusted with deleting: a wrong one would make every event look old."""

import logging

from sqlalchemy import func, select

from dashapp.domain.time.instant import SECOND
from dashapp.store.engine import Store
from dashapp.store.health.moments import Moment, moment, set_moment

_DAY = 86_400 * SECOND
_LONGEST_STEP = 3 * _DAY  # between two passes of upkeep
_LARGEST_SETBACK = 300 * SECOND
_LARGEST_DIFFERENCE = 300 * SECOND  # from the clock of the database's machine
WAIT = _DAY  # after a jump: time to set the clock right
_log = logging.getLogger(__name__)


def is_steady(store: Store, now: int) -> bool:
    """Record a pass of upkeep; return whether the clock has not jumped since the day before.

    If a server was off for days, its clock seems to jump: then nothing is deleted for a day.
    """
    with store.write_shared() as session:
        last, jump = moment(session, Moment.UPKEEP), moment(session, Moment.CLOCK_JUMP)
        if last is not None and not last - _LARGEST_SETBACK <= now <= last + _LONGEST_STEP:
            set_moment(session, Moment.CLOCK_JUMP, now)
            jump = now
            _log.error(
                "the clock has jumped, so no events are removed for a day",
                extra={"seconds": (now - last) // SECOND},
            )
        set_moment(session, Moment.UPKEEP, now)
    return jump is None or not jump <= now < jump + WAIT


def difference(store: Store, now: int) -> int:
    """Return how far this machine's clock is ahead of the database's, in microseconds.

    0 if they are about the same, and for SQLite, which has no other clock.
    """
    if store.is_sqlite:
        return 0
    with store.read_shared() as session:
        statement = select(func.extract("epoch", func.clock_timestamp()))
        seconds = session.execute(statement).scalar_one()
    ahead = now - int(float(seconds) * SECOND)
    return ahead if abs(ahead) > _LARGEST_DIFFERENCE else 0

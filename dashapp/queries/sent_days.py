"""What arrived lately? The newest events, and how many there were per day."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.definitions import Measured
from dashapp.domain.series import EventRow, SeriesRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.questions.latest import latest
from dashapp.queries.questions.quantities import Quantity
from dashapp.queries.questions.series import series
from dashapp.queries.reading.together import Asking, answer_together

_ALL = Measured()
_COLUMNS = ("user", "channel", "project")


class SentDays(NamedTuple):
    """The newest events, the newest first, and one row per day. A day without events has 0."""

    newest: Sequence[EventRow]
    days: Sequence[SeriesRow]


def sent_days(session: Session, scope: Scope, time_range: TimeRange, *, newest: int) -> SentDays:
    """Return what a range has: the counts are exact."""
    asking = Asking(session, scope, time_range)
    questions = [latest(_ALL, _COLUMNS, newest), series({"events": Quantity((_ALL,))})]
    return SentDays(*answer_together(asking, questions))

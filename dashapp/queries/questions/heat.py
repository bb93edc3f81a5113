"""Numbers by weekday and hour of the board's zone."""

from zoneinfo import ZoneInfo

from dashapp.domain.boards.definitions import Measured
from dashapp.domain.series import HeatRow
from dashapp.queries.questions.quantities import Quantity, total_state, total_tally
from dashapp.queries.questions.ranges import whole
from dashapp.queries.reading.asks import Hours, Range
from dashapp.queries.reading.hour_slots import HOURS_PER_WEEK
from dashapp.queries.reading.together import Asking, Question, Steps

_HOURS_PER_DAY = 24


def heat(quantity: Quantity) -> Question:
    """Return the question for 168 rows, from Monday 00:00 on, without gaps."""

    def ask(asking: Asking) -> Steps:
        bounds, zone = whole(asking.time_range), asking.time_range.zone
        answers = yield [_hours(part, bounds, zone) for part in quantity.parts]
        return [
            HeatRow(
                hour // _HOURS_PER_DAY + 1,
                hour % _HOURS_PER_DAY,
                quantity.value(
                    tuple(
                        total_state(part, states[hour])
                        for part, states in zip(quantity.parts, answers, strict=True)
                    )
                ),
            )
            for hour in range(HOURS_PER_WEEK)
        ]

    return ask


def _hours(part: Measured, bounds: Range, zone: ZoneInfo) -> Hours:
    tally, labels = total_tally(part)
    return Hours(tally, bounds, zone, labels)

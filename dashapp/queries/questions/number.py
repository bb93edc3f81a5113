"""One number: its value in the range, in the previous one, and in each bucket."""

from typing import Any

from dashapp.domain.series import ScalarRow
from dashapp.queries.questions.goals import Target, goal
from dashapp.queries.questions.quantities import Quantity, add_up, left_out, totals
from dashapp.queries.questions.ranges import is_comparable, previous, whole
from dashapp.queries.reading.together import Asking, Question, Steps, in_step


def number(quantity: Quantity, target: Target | None = None) -> Question:
    """Return the question for one row."""

    def ask(asking: Asking) -> Steps:
        session, scope, time_range = asking[:3]
        ranges = [*time_range.edges, previous(time_range)]
        if quantity.is_distinct:
            ranges.append(whole(time_range))  # users of two buckets count once
        parts: list[Steps] = [totals(quantity, ranges)]
        if target:
            parts.append(goal(quantity, target, asking))
        answers = yield from in_step(*parts)
        states: list[Any] = answers[0]
        buckets = states[: len(time_range.edges)]
        before = states[len(time_range.edges)]
        total = states[-1] if quantity.is_distinct else add_up(quantity, buckets)
        can_compare = is_comparable(session, scope, time_range)
        row = ScalarRow(
            quantity.value(total),
            quantity.value(before) if can_compare else None,
            tuple(quantity.value(parts) for parts in buckets),
            can_compare,
            answers[1] if target else None,
            left_out(total),
        )
        return [row]

    return ask

"""How many users complete the steps of a funnel in order, within a time after the first step?"""

from collections.abc import Sequence

from dashapp.domain.boards.definitions import Funnel
from dashapp.domain.events.values import truncate_label
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import OTHER
from dashapp.domain.series import FunnelByRow, FunnelRow, ScalarRow
from dashapp.domain.time.instant import SECOND, to_us
from dashapp.queries.columns.steps import StepEvents
from dashapp.queries.questions.chains import reached
from dashapp.queries.questions.ranges import is_comparable, previous, whole
from dashapp.queries.reading.asks import Range
from dashapp.queries.reading.together import Asking, Question, Steps

DEFAULT_LABELS = 5
Users = list[set[object]]  # who reached each step


def funnel(metric: Funnel, where: tuple[Condition, ...] = ()) -> Question:
    """Return the question for one row per step."""

    def ask(asking: Asking) -> Steps:
        yield from ()
        users, before = _users(asking, metric, where)
        return _steps(metric, users, before)

    return ask


def completion(metric: Funnel, where: tuple[Condition, ...] = ()) -> Question:
    """Return the question for the share of users who complete all steps, as one row."""

    def ask(asking: Asking) -> Steps:
        yield from ()
        users, before = _users(asking, metric, where)
        return [
            ScalarRow(
                _share(users),
                None if before is None else _share(before),
                is_comparable=before is not None,
            )
        ]

    return ask


def funnel_by(
    metric: Funnel, by: str, most: int = DEFAULT_LABELS, where: tuple[Condition, ...] = ()
) -> Question:
    """Return the question for one row per step and value of a field at the first step.

    The values with the most users in the first step come first; all others are together.
    """

    def ask(asking: Asking) -> Steps:
        yield from ()
        current, *others = _reached(asking, metric, where, by)
        names = sorted(current, key=lambda name: (-len(current[name][0]), name))
        shown, rest = names[:most], names[most:]
        before = others[0] if others else None
        rows: list[FunnelByRow] = []
        for name in shown:
            earlier = None if before is None else before.get(name, _nobody(metric))
            rows += _labelled(_steps(metric, current[name], earlier), name)
        if rest:
            of_rest = _union(metric, [current[name] for name in rest])
            others_before = [users for name, users in (before or {}).items() if name not in shown]
            earlier = None if before is None else _union(metric, others_before)
            rows += _labelled(_steps(metric, of_rest, earlier), OTHER, is_other=True)
        return rows

    return ask


def _steps(metric: Funnel, users: Users, before: Users | None) -> list[FunnelRow]:
    first = len(users[0])
    return [
        FunnelRow(
            step,
            len(users[place]),
            len(users[place]) / first if first else None,
            None if before is None else len(before[place]),
        )
        for place, step in enumerate(metric.steps)
    ]


def _labelled(
    steps: Sequence[FunnelRow], label: str, *, is_other: bool = False
) -> list[FunnelByRow]:
    return [
        FunnelByRow(row.step, label, row.value, row.rate, row.previous, is_other) for row in steps
    ]


def _share(users: Users) -> float | None:
    return len(users[-1]) / len(users[0]) if users[0] else None


def _nobody(metric: Funnel) -> Users:
    return [set() for _step in metric.steps]


def _union(metric: Funnel, parts: Sequence[Users]) -> Users:
    return [set().union(*(users[place] for users in parts)) for place in range(len(metric.steps))]


def _users(
    asking: Asking, metric: Funnel, where: tuple[Condition, ...]
) -> tuple[Users, Users | None]:
    """Return the users of each step in the range, and in the previous one if it is comparable."""
    users, *others = (
        of_range.get("", _nobody(metric)) for of_range in _reached(asking, metric, where)
    )
    return users, others[0] if others else None


def _reached(
    asking: Asking, metric: Funnel, where: tuple[Condition, ...], by: str | None = None
) -> list[dict[str, Users]]:
    """Return the users of each step by label, in the range and in the previous one.

    The first step is in the range; the others may follow until the time is over. The previous range
    is given as much time after its end as the range has had.
    """
    session, scope, time_range = asking[:3]
    within = metric.within_seconds * SECOND
    after = max(0, min(within, to_us(time_range.as_of) - whole(time_range)[1]))
    ranges = [whole(time_range)]
    if is_comparable(session, scope, time_range):
        ranges.append(previous(time_range))
    wanted = StepEvents(metric.steps, where, metric.same, by)
    bounds = [_bounds(metric, of_range, after) for of_range in ranges]
    labelled = reached(session, scope, wanted, within, bounds)
    return [_by_label(metric, of_range) for of_range in labelled] if by else labelled


def _bounds(metric: Funnel, bounds: Range, after: int) -> list[Range]:
    low, high = bounds
    return [(low, high if step == 0 else high + after) for step in range(len(metric.steps))]


def _by_label(metric: Funnel, users_of: dict[str, Users]) -> dict[str, Users]:
    """Return the users by label; those without a value are left out."""
    labels: dict[str, Users] = {}
    for text, users in users_of.items():
        if text:
            label = truncate_label(text)
            labels[label] = _union(metric, [users, labels.get(label, _nobody(metric))])
    return labels

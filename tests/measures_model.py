"""A reference model of all measures in plain Python: each answer scans a list of all events."""

import json
from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from dashapp.domain.time.instant import from_us, to_us
from tests.model import property_text

_MILLIONTH = Decimal("0.000001")


def field_of(event, field):
    """Return the text of a field as events are counted by it."""
    if not field.startswith("properties."):
        return getattr(event, field)
    return property_text(value_of(event, field))


def value_of(event, field):
    value = json.loads(event.properties)
    for name in field.removeprefix("properties.").split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def number_of(event, field):
    """Return a number rounded to millionths, or None."""
    value = value_of(event, field)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= 2**63:
        return None
    return Decimal(repr(value)).quantize(_MILLIONTH, ROUND_HALF_EVEN)


def is_counted(event, measured):
    """Return whether an event is of the measure's types and meets its conditions."""
    types = [name for name in measured.types if not name.endswith("*")]
    families = [name[:-1] for name in measured.types if name.endswith("*")]
    is_of_type = not measured.types or event.type in types
    is_of_type = is_of_type or any(event.type.startswith(family) for family in families)
    return is_of_type and all(is_met(event, condition) for condition in measured.where)


def is_met(event, condition):
    if not condition.is_range:
        return field_of(event, condition.field) in condition.values
    value = value_of(event, condition.field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (condition.low is None or value >= condition.low) and (
        condition.high is None or value < condition.high
    )


def parts(quantity, events):
    """Return the exact value of each part of a quantity."""
    return [part_value(part, [e for e in events if is_counted(e, part)]) for part in quantity.parts]


def part_value(part, events):
    if part.measure in {"count", "users", "unique"}:
        return _distinct(part, events)
    numbers = sorted(n for event in events if (n := number_of(event, part.of)) is not None)
    if part.measure == "sum":
        return sum(numbers, Decimal(0))
    return _of_sorted(part.measure, numbers) if numbers else None


def _distinct(part, events):
    if part.measure == "count":
        return len(events)
    if part.measure == "users":
        return len({event.user for event in events if event.user})
    return len({field_of(event, part.of) for event in events} - {None, ""})


def _of_sorted(measure, numbers):
    if measure == "average":
        return float(Fraction(sum(numbers)) / len(numbers))
    if measure in {"min", "max"}:
        return numbers[0] if measure == "min" else numbers[-1]
    rank = max(1, -(-int(measure[1:]) * len(numbers) // 100))
    return numbers[rank - 1]


def value(quantity, events):
    values = parts(quantity, events)
    if not quantity.is_ratio:
        return values[0]
    top, bottom = map(Fraction, values)
    if not bottom:
        return None
    return float((bottom - top) / bottom if quantity.is_inverted else top / bottom)


def within(events, low, high):
    low, high = to_us(low), to_us(high)
    return [event for event in events if low <= event.occurred_at < high]


def by_value(quantity, field, events):
    """Return the value of the quantity for each value of a field."""
    events_by_value = defaultdict(list)
    for event in events:
        text = field_of(event, field)
        if text and any(is_counted(event, part) for part in quantity.parts):
            events_by_value[text].append(event)
    return {text: value(quantity, listed) for text, listed in events_by_value.items()}


def heat(quantity, events, zone: ZoneInfo):
    cells = defaultdict(list)
    for event in events:
        at = from_us(event.occurred_at).astimezone(zone)
        cells[at.isoweekday(), at.hour].append(event)
    return {
        (weekday, hour): value(quantity, cells[weekday, hour])
        for weekday in range(1, 8)
        for hour in range(24)
    }


def funnel(metric, events, low, high, last):
    """Return how many users reached each step; `last` is when the later steps must have come."""
    chains = defaultdict(list)
    for event in events:
        same = field_of(event, metric.same) if metric.same else ""
        if (
            event.user
            and event.type in metric.steps
            and same not in {None, *([""] * bool(metric.same))}
        ):
            chains[event.user, same].append((event.occurred_at, metric.steps.index(event.type)))
    reached = [set() for _ in metric.steps]
    for (user, _same), times in chains.items():
        times.sort()
        for start, step in times:
            if step == 0 and to_us(low) <= start < to_us(high):
                for number in range(depth(metric, times, start, to_us(last))):
                    reached[number].add(user)
    return [len(users) for users in reached]


def depth(metric, times, start, last):
    """Return how many steps in a row follow a start."""
    reached, at = 1, (start, 0)
    while reached < len(metric.steps):
        following = [t for t in times if t[1] == reached and t > at and t[0] < last]
        if not following or following[0][0] - start > metric.within_seconds * 1_000_000:
            return reached
        at = following[0]
        reached += 1
    return reached

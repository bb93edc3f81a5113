"""Conditions on events: a field has one of some values, or a property is in a range of numbers."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dashapp.domain.events.event import Event
from dashapp.domain.events.values import value_text

PROPERTY_PREFIX = "properties."
_COLUMNS = frozenset({"type", "channel", "project", "user"})


class Condition(NamedTuple):
    """Events count whose field has one of the values, or a number with `low <= number < high`."""

    field: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def is_range(self) -> bool:
        return self.low is not None or self.high is not None

    def is_met(self, event: Event, properties: Mapping[str, Any]) -> bool:
        """Return whether an event meets the condition. `properties` are its decoded properties."""
        if self.is_range:
            return self._is_in_range(property_of(properties, self.field))
        return text_of(event, properties, self.field) in self.values

    def _is_in_range(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


def text_of(event: Event, properties: Mapping[str, Any], field: str) -> str | None:
    """Return the text that a field counts and is filtered by; None without a value."""
    if field in _COLUMNS:
        text: str | None = getattr(event, field)
        return text
    return value_text(property_of(properties, field))


def property_of(properties: Mapping[str, Any], field: str) -> Any:
    """Return the value of a property such as `properties.a.b`; None if it is absent."""
    value: Any = properties
    for name in field.removeprefix(PROPERTY_PREFIX).split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value

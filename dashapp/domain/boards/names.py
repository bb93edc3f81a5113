"""Names in board files: of metrics, fields, event types, units and durations."""

import re

from babel.numbers import list_currencies

_METRIC = re.compile(r"[a-z][a-z0-9_-]{0,62}", re.ASCII)
_PANEL = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}", re.ASCII)
_EVENT_TYPE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*", re.ASCII)
_PROPERTY = re.compile(r"properties(\.[A-Za-z0-9_-]{1,60}){1,5}", re.ASCII)
_DURATION = re.compile(r"([1-9][0-9]{0,3})([mhdw])", re.ASCII)
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}
_MAX_TYPE = 100
_MAX_UNIT = 20
MAX_WITHIN = 365 * 86_400
BREAKDOWNS = ("type", "channel", "project")
COLUMNS = ("occurred_at", "type", "channel", "project", "user")
CONDITIONS = ("type", "channel", "user")
OWN_CURRENCY = "currency"
COLORS = ("good", "bad", "blue", "orange", "teal", "purple", "ochre", "gray")
UNITS = (OWN_CURRENCY, "percent", "%", "ms", "s", "min", "bytes")


def is_metric_name(text: str) -> bool:
    return _METRIC.fullmatch(text) is not None


def is_panel_slug(text: str) -> bool:
    return _PANEL.fullmatch(text) is not None


def is_event_type(text: str) -> bool:
    return len(text) <= _MAX_TYPE and _EVENT_TYPE.fullmatch(text) is not None


def is_event_family(text: str) -> bool:
    """Return whether this is a type, or a prefix such as `order.*`."""
    return is_event_type(text.removesuffix(".*"))


def is_property(text: str) -> bool:
    """Return whether this is a property such as `properties.total` or `properties.a.b`."""
    return _PROPERTY.fullmatch(text) is not None


def is_currency(unit: str | None) -> bool:
    """Return whether a unit is an ISO 4217 code, or the org's own currency."""
    return unit == OWN_CURRENCY or (unit is not None and is_currency_code(unit))


def is_currency_code(text: str) -> bool:
    """Return whether this is an ISO 4217 code such as `EUR`."""
    return text in list_currencies()


def unit_of_org(unit: str | None, currency: str | None) -> str | None:
    """Return a unit in an org: `currency` is the org's own currency, or None if it has none."""
    return currency if unit == OWN_CURRENCY else unit


def is_unit(text: str) -> bool:
    return text in UNITS or (0 < len(text.strip()) <= _MAX_UNIT and text.isprintable())


def seconds_of(duration: str) -> int | None:
    """Return the seconds of a duration such as `30m`, `12h`, `7d` or `2w`; None if it is invalid.

    >>> [seconds_of(text) for text in ("30m", "1d", "0d", "1y")]
    [1800, 86400, None, None]
    """
    match = _DURATION.fullmatch(duration)
    if match is None:
        return None
    seconds = int(match[1]) * _SECONDS[match[2]]
    return seconds if seconds <= MAX_WITHIN else None


def default_title(name: str) -> str:
    """Return a title for a metric without one.

    >>> default_title("average_order")
    'Average order'
    """
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]

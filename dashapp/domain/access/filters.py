"""Filters: an event counts if each filtered field has one of the listed values.

An embed token may have locked filters. A viewer can add filters, which only narrow the selection.
In a URL, each value is one parameter such as `channel:web`. `channel:!web` keeps all other events,
also those without a channel. A value that begins with "!" is written `=!`, and one that begins with
`=!` is written `==!`.

The field of a filter that excludes its values begins with "!". No locked filter has one.
"""

import re
from collections.abc import Iterable

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.events.shapes import NAME
from dashapp.domain.language import _

Filters = tuple[tuple[str, tuple[str, ...]], ...]  # (field, allowed values) pairs
MAX_VALUE = 200
MAX_FILTERS = 20
MAX_FIELD_DEPTH = 5  # names in the path of a property
_PATH = re.compile(rf"{NAME}(\.{NAME}){{0,{MAX_FIELD_DEPTH - 1}}}", re.ASCII)
_COLUMNS = frozenset({"type", "channel", "user"})
_PREFIX = "properties."
_NOT = "!"
_LOOKS_ESCAPED = re.compile(r"=*!")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def is_field(text: str) -> bool:
    """Whether events can be filtered by this field, such as `channel` or `properties.a.b-c`."""
    return text in _COLUMNS or (text.startswith(_PREFIX) and is_path(text.removeprefix(_PREFIX)))


def is_path(text: str) -> bool:
    """Whether this is the path of a property: `a.b-c` is the value of "b-c" in the object "a"."""
    return _PATH.fullmatch(text) is not None


def json_path(field: str) -> str | None:
    """Return where a field is in an event's properties, as a JSON path; None for a column.

    >>> [json_path(field) for field in ("channel", "properties.term", "properties.a.b-c")]
    [None, '$."term"', '$."a"."b-c"']
    """
    if field in _COLUMNS:
        return None
    names = field.removeprefix(_PREFIX).split(".")
    return "$" + "".join(f'."{name}"' for name in names)


def is_value(value: object) -> bool:
    """Whether this is text that every database can store, of at most MAX_VALUE characters."""
    return isinstance(value, str) and len(value) <= MAX_VALUE and is_storable(value)


def is_storable(text: str) -> bool:
    """Whether every database can store the text."""
    return not _UNSTORABLE.search(text)


def excluding(field: str) -> str:
    """Return the field of a filter that excludes its values."""
    return f"{_NOT}{field}"


def is_excluding(field: str) -> bool:
    """Whether a filter excludes its values."""
    return field.startswith(_NOT)


def filtered_field(field: str) -> str:
    """Return the field of events that a filter compares."""
    return field.removeprefix(_NOT)


def parse_filters(texts: Iterable[str], most: int = MAX_FILTERS) -> Filters:
    """Parse the filters of a URL: values of the same field are alternatives. Raises BadInput.

    >>> parse_filters(["channel:web", "type:page.viewed", "channel:api"])
    (('channel', ('web', 'api')), ('type', ('page.viewed',)))
    >>> parse_filters(["channel:!web", "channel:=!web"])
    (('!channel', ('web',)), ('channel', ('!web',)))
    """
    values_by_field: dict[str, list[str]] = {}
    for number, text in enumerate(dict.fromkeys(texts)):
        field, colon, written = text.partition(":")
        name, value = _unescaped(field, written)
        if not (colon and is_field(field) and is_value(value)) or number >= most:
            raise BadInput(
                _("Invalid filter “%(filter)s”. Remove it from the URL."), filter=excerpt(text)
            )
        values_by_field.setdefault(name, []).append(value)
    return tuple((field, tuple(values)) for field, values in values_by_field.items())


def filter_param(field: str, value: str) -> str:
    """Return one filter as a URL parameter.

    >>> filter_param("channel", "web"), filter_param("!channel", "web"), filter_param("user", "!x")
    ('channel:web', 'channel:!web', 'user:=!x')
    """
    if is_excluding(field):
        return f"{filtered_field(field)}:{_NOT}{value}"
    return f"{field}:={value}" if _LOOKS_ESCAPED.match(value) else f"{field}:{value}"


def _unescaped(field: str, written: str) -> tuple[str, str]:
    """Return the field and the value of a filter as written in a URL."""
    if written.startswith(_NOT):
        return excluding(field), written.removeprefix(_NOT)
    return field, written[1:] if _LOOKS_ESCAPED.match(written) else written

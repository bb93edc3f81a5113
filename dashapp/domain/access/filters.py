"""Filters: events count where each field has one of its values.

An embed token brings some that are locked; whoever looks at a board may choose more of them, which
only ever leave less. As text they are `channel:web`, one value each, as they stand in an address.
"""

import re
from collections.abc import Iterable

from dashapp.domain.errors import BadInput, shown
from dashapp.domain.language import _

Filters = tuple[tuple[str, tuple[str, ...]], ...]  # fields, and the values of which each has one
MAX_VALUE = 200
MAX_FILTERS = 20
_FIELD = re.compile(r"type|channel|user|properties\.[A-Za-z0-9_]{1,60}", re.ASCII)
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")


def is_field(text: str) -> bool:
    """Whether there can be such a field."""
    return _FIELD.fullmatch(text) is not None


def is_value(value: object) -> bool:
    """Text that a database can hold, and not too much of it."""
    return isinstance(value, str) and len(value) <= MAX_VALUE and not _UNFIT.search(value)


def parse_filters(texts: Iterable[str]) -> Filters:
    """Filters from an address: values of the same field are alternatives. Raises BadInput.

    >>> filters_of(["channel:web", "type:page.viewed", "channel:api"])
    (('channel', ('web', 'api')), ('type', ('page.viewed',)))
    """
    found: dict[str, list[str]] = {}
    for number, text in enumerate(dict.fromkeys(texts)):
        field, colon, value = text.partition(":")
        if not (colon and is_field(field) and is_value(value)) or number >= MAX_FILTERS:
            raise BadInput(
                _("“%(filter)s” is not a filter. Remove it from the address."), filter=shown(text)
            )
        found.setdefault(field, []).append(value)
    return tuple((field, tuple(values)) for field, values in found.items())


def filter_param(field: str, value: str) -> str:
    """One filter as it stands in an address."""
    return f"{field}:{value}"

"""The words that a field can have: they are said when another one is refused."""

import re
from enum import Enum
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

_FIELD = re.compile(r" - at `\$\.(\w+)`$")


def advice_on(kind: type[msgspec.Struct], refusal: str) -> str:
    """Return what to say after msgspec has refused a field: ` Use json, csv.`; often empty."""
    field = _FIELD.search(refusal)
    words = choices_of(kind, field[1]) if field else []
    return f" Use {', '.join(words)}." if words else ""


def choices_of(kind: type[msgspec.Struct], field: str) -> list[str]:
    """Return the words that a field of a struct can have; empty if it can have any value."""
    return _words(get_type_hints(kind).get(field))


def _words(hint: Any) -> list[str]:
    if get_origin(hint) is Literal:
        return [str(word) for word in get_args(hint)]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [str(member.value) for member in hint]
    return [word for part in get_args(hint) for word in _words(part)]

"""Converts tables of a board file to structs. Unknown keys and wrong types become faults."""

import re
from typing import Any, TypeVar

import msgspec

from dashapp.domain.boards.reading.faults import Faults, Path, suggestion
from dashapp.domain.choices import choices_of

SpecType = TypeVar("SpecType", bound=msgspec.Struct)
_AT = re.compile(r" - at `\$([^`]*)`$")
_PART = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\[\.\.\.\]")
_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}
_EXPECTED = re.compile(r"^Expected `([^`]+)`, got `([^`]+)`$")


def to_struct(
    table: Any, spec: type[SpecType], path: Path, what: str, faults: Faults
) -> SpecType | None:
    """Return the table as a struct, or None after adding its faults. `what` names the table."""
    if not isinstance(table, dict):
        faults.add(path, f"{what[:1].upper()}{what[1:]} must be a table.")
        return None
    keys = spec.__struct_fields__
    unknown = [key for key in table if key not in keys]
    for key in unknown:
        faults.add((*path, key), f'There is no key "{key}" in {what}.{suggestion(key, keys)}')
    try:
        return msgspec.convert(
            {key: value for key, value in table.items() if key not in unknown}, spec
        )
    except msgspec.ValidationError as error:
        text = str(error)
        match = _AT.search(text)
        where = _parts(match[1]) if match else ()
        faults.add((*path, *where), _choices(spec, where) or _reason(_AT.sub("", text)))
        return None


def _choices(spec: type[msgspec.Struct], where: Path) -> str | None:
    """Return the reason for a word that is not among the choices of a key."""
    if len(where) != 1:
        return None
    words = choices_of(spec, str(where[0]))
    return f"This must be one of {', '.join(words)}." if words else None


def _parts(text: str) -> Path:
    """Return the path that msgspec names: `.metrics[0]`."""
    parts: list[str | int] = []
    for name, index in _PART.findall(text):
        if name or index:
            parts.append(name or int(index))
    return tuple(parts)


def _reason(text: str) -> str:
    """Return msgspec's reason in words of the file format."""
    match = _EXPECTED.match(text)
    if match is None:
        return text.rstrip(".").replace("`", '"') + "."
    expected = [_TYPES.get(kind.strip(), kind.strip()) for kind in match[1].split("|")]
    expected = [kind for kind in expected if kind != "nothing"]
    return f"This must be {' or '.join(expected)}, not {_TYPES.get(match[2], match[2])}."

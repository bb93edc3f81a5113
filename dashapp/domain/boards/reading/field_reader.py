"""Reads the fields of a board file."""

import re
from collections.abc import Mapping
from typing import Any

from dashapp.domain.boards.definitions import Field
from dashapp.domain.boards.names import (
    BREAKDOWNS,
    COLORS,
    CONDITIONS,
    default_title,
    is_property,
)
from dashapp.domain.boards.reading.convert import to_struct
from dashapp.domain.boards.reading.faults import Faults, Path, suggestion
from dashapp.domain.boards.reading.fields import flat_fields
from dashapp.domain.boards.reading.texts import read_names, read_text
from dashapp.domain.boards.spec import FieldSpec

_KEYS = frozenset(FieldSpec.__struct_fields__)
_HEX = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


def field_specs(table: Mapping[str, Any], faults: Faults) -> dict[str, FieldSpec]:
    """Return the valid fields by name. `properties.a` may be written with or without quotes."""
    specs = {}
    for name, body in flat_fields(table, _KEYS):
        path = ("fields", name)
        if name not in {*BREAKDOWNS, *CONDITIONS} and not is_property(name):
            faults.add(path, f'"{name}" is not type, channel, project, user or properties.NAME.')
        spec = to_struct(body, FieldSpec, path, "a field", faults)
        if spec is not None:
            specs[name] = spec
    return specs


def read_field(name: str, spec: FieldSpec, faults: Faults) -> Field:
    """Return a field; its faults are added."""
    path: Path = ("fields", name)
    if spec.values and spec.always:
        faults.add(path, '"values" fixes all values: "always" does not go with it.')
    for value, color in spec.colors.items():
        if color not in COLORS and not _HEX.fullmatch(color):
            faults.add((*path, "colors", value), _no_color(color))
    title = spec.title or default_title(name.rpartition(".")[2])
    return Field(
        read_text(title, (*path, "title"), faults),
        read_names(spec.names, (*path, "names"), faults),
        spec.colors,
        spec.unit,
        tuple(spec.values),
        tuple(spec.always),
        spec.text,
    )


def _no_color(color: str) -> str:
    names = ", ".join(COLORS)
    return f'"{color}" is not a color: use {names}, or #rrggbb.{suggestion(color, COLORS)}'

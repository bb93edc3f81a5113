"""Paths of properties in SQL: `a.b-c` is the value of "b-c" in the object "a"."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, literal_column
from sqlalchemy.sql.compiler import SQLCompiler

from dashapp.domain.access.filters import is_path


def path_literal(path: str) -> Any:
    """Return a path as a literal, so that statements for different paths are cached apart.

    Raises ValueError for an invalid path.
    """
    if not is_path(path):
        raise ValueError(f"Not a path of a property: {path!r}")
    return literal_column(f"'{path}'", Text)


def parts_of(
    element: Any, compiler: SQLCompiler, kw: dict[str, Any]
) -> tuple[str, list[str], list[str]]:
    """Return an element's properties in SQL, the names of its path, and its other arguments."""
    properties, path, *others = element.clauses
    names = path.name.strip("'").split(".")
    return (
        compiler.process(properties, **kw),
        names,
        [compiler.process(other, **kw) for other in others],
    )


def sqlite_path(names: Sequence[str]) -> str:
    return "'$" + "".join(f'."{name}"' for name in names) + "'"


def postgresql_value(properties: str, names: Sequence[str]) -> str:
    """Return the value as JSON. `#>` would be shorter, but it finds items of lists by number."""
    return " -> ".join([properties, *(f"'{name}'" for name in names)])


def postgresql_text(properties: str, names: Sequence[str]) -> str:
    """Return the value as text."""
    return f"{postgresql_value(properties, names[:-1])} ->> '{names[-1]}'"

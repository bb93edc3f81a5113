"""Finds the line where a path is defined, which TOML parsers report only for syntax errors."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from dashapp.domain.boards.reading.faults import Path

_CLOSERS = ("", "]", "}", "]}", "}]", '"""', '"""]', "'''", "'''}", '"""}')
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_AT_END = "(at end of document)"


def line_of(text: str, path: Path) -> int:
    """Return the line (from 1) where a path first exists, else the line of its parent.

    Finds the shortest prefix of the file that parses, if necessary after closing brackets, and
    contains the path.
    """
    lines = text.splitlines(keepends=True)
    while path:
        for number in range(1, len(lines) + 1):
            tree = _parsed("".join(lines[:number]))
            if tree is not None and _has_path(tree, path):
                return number
        path = path[:-1]
    return 1


def syntax_fault_line(error: tomllib.TOMLDecodeError, text: str) -> int:
    """Return the line of a syntax error."""
    match = _SYNTAX_LINE.search(str(error))
    return int(match[1]) if match else len(text.splitlines()) or 1


def syntax_fault_reason(error: tomllib.TOMLDecodeError) -> str:
    """Return the parser's reason without its position, and a hint on the usual cause."""
    reason = _SYNTAX_LINE.sub("", str(error)).replace(_AT_END, "").strip()
    return (
        f"This is not valid TOML: {reason}. A panel or metric in {{ }} must be on one line; "
        "otherwise use [[boards.NAME.panels]] or [metrics.NAME]."
    )


def _parsed(prefix: str) -> dict[str, Any] | None:
    for closer in _CLOSERS:
        try:
            return tomllib.loads(f"{prefix.rstrip()}\n{closer}")
        except tomllib.TOMLDecodeError:
            continue
    return None


def _has_path(tree: Any, path: Path) -> bool:
    """Return whether a tree has a path. A field `properties.a` may be written as nested tables."""
    for part in _split(tree, path):
        if isinstance(tree, list):
            is_there = isinstance(part, int) and part < len(tree)
        else:
            is_there = isinstance(tree, dict) and part in tree
        if not is_there:
            return False
        tree = tree[part]
    return True


def _split(tree: Any, path: Path) -> Iterator[str | int]:
    """Yield the parts of a path, with dotted names split where the tree nests them."""
    for part in path:
        is_nested = isinstance(part, str) and "." in part and not _is_key(tree, part)
        yield from (str(part).split(".") if is_nested else (part,))


def _is_key(tree: Any, name: str) -> bool:
    """Return whether a name is a key anywhere in a tree."""
    if isinstance(tree, dict):
        return name in tree or any(_is_key(value, name) for value in tree.values())
    return isinstance(tree, list) and any(_is_key(value, name) for value in tree)

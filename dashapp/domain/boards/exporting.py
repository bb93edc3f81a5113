"""Writes definitions as a board file that `apply` reads back without a change."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dashapp.domain.boards.sources import Body, Key, Kind, Sources

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_MAX_LINE = 100
_EXACT = 2**53  # floats above it are not written as whole numbers
_DELETE = "\x7f"
_PANEL_KEYS = ("slug", "metric", "metrics", "widget", "show", "by")
_METRIC_KEYS = ("title", "events", "measure", "of", "where", "ratio", "steps", "within")
_BOARD_KEYS = ("title", "description", "opens_with", "marks")


def board_file_text(sources: Sources) -> str:
    """Return a TOML file: a panel on each line, and long metrics as blocks."""
    parts = [["version = 1", *_settings(sources)], _fields(_of(Kind.FIELD, sources))]
    parts += _metrics(_of(Kind.METRIC, sources))
    parts += [list(_board(name, body)) for name, body in _of(Kind.BOARD, sources)]
    parts += [list(_texts(tag, body)) for tag, body in _of(Kind.TEXTS, sources)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _of(kind: Kind, sources: Sources) -> list[tuple[str, Body]]:
    return [(key.name, body) for key, body in sources.items() if key.kind is kind]


def _settings(sources: Sources) -> Iterator[str]:
    for name, body in _of(Kind.SETTING, sources):
        yield f"{_key(name)} = {_value(body)}"


def _fields(fields: Iterable[tuple[str, Body]]) -> list[str]:
    lines = [f"{_key(name)} = {_value(body)}" for name, body in fields]
    return ["[fields]", *lines] if lines else []


def _metrics(metrics: Iterable[tuple[str, Body]]) -> list[list[str]]:
    """Return the short metrics as lines of one table, and each long one as a table."""
    short, long = ["[metrics]"], []
    for name, unordered in metrics:
        body = _ordered(unordered, _METRIC_KEYS)
        line = f"{_key(name)} = {_value(body)}"
        if len(line) <= _MAX_LINE:
            short.append(line)
        else:
            long.append([f"[metrics.{_key(name)}]", *_lines(body)])
    return [short, *long] if len(short) > 1 else long


def _board(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    yield f"[boards.{_key(name)}]"
    rest = {key: value for key, value in body.items() if key != "panels"}
    yield from _lines(_ordered(rest, _BOARD_KEYS))
    yield "panels = ["
    for panel in body["panels"]:
        yield f"  {_value(_ordered(panel, _PANEL_KEYS))},"
    yield "]"


def _texts(tag: str, texts: Mapping[str, str]) -> Iterator[str]:
    yield f"[texts.{_key(tag)}]"
    yield from _lines(texts)


def _ordered(body: Mapping[str, Any], first: Iterable[str]) -> dict[str, Any]:
    return {key: body[key] for key in (*first, *body) if key in body}


def _lines(body: Mapping[str, Any]) -> Iterator[str]:
    return (f"{_key(name)} = {_value(value)}" for name, value in body.items())


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(_lines(value))} }}" if value else "{}"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return str(value)


def _string(text: str) -> str:
    """Return a basic string of TOML: JSON's escapes, except that TOML also escapes DEL."""
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")


def selected(sources: Sources, keys: Iterable[Key], used: Iterable[Key]) -> dict[Key, Body]:
    """Return these definitions, those that they use, and the translations of their texts."""
    wanted = {*keys, *used}
    chosen = {key: body for key, body in sources.items() if key in wanted}
    shown = set(_strings(list(chosen.values())))
    for key, texts in sources.items():
        if key.kind is Kind.TEXTS:
            own = {text: said for text, said in texts.items() if text in shown}
            chosen |= {key: own} if own else {}
    return chosen


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)

"""A note: paragraphs with **bold** text and [links](https://example.com), and nothing else."""

import re
from collections.abc import Sequence
from typing import Any

from dash import html

from dashapp.domain.language import say
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.widget import Drawing, Painted, Widget

_PARAGRAPHS = re.compile(r"\n\s*\n")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_LINK = re.compile(r"\[([^\[\]]+)\]\(((?:https://|mailto:)[^\s()]+)\)")


def note(text: str) -> Drawing[Any]:
    """A drawing of a text, which is translated when shown. It needs no rows."""

    def paint(_widget: Widget[Any], _rows: Sequence[Any], _time_range: TimeRange) -> Painted:
        paragraphs = [part.strip() for part in _PARAGRAPHS.split(say(text)) if part.strip()]
        return Painted([html.P(_marked(part)) for part in paragraphs])

    return Drawing(paint=paint, is_empty=lambda _rows: False, has_figure=False, kind="text")


def _marked(text: str) -> list[Any]:
    """Text with its links and bold parts as elements."""
    parts: list[Any] = []
    end = 0
    for match in _LINK.finditer(text):
        parts += [*_bold(text[end : match.start()]), _link(match)]
        end = match.end()
    return [*parts, *_bold(text[end:])]


def _bold(text: str) -> list[Any]:
    """Text with its bold parts as elements; every second part is bold."""
    parts = _BOLD.split(text)
    return [html.Strong(part) if n % 2 else part for n, part in enumerate(parts) if part]


def _link(match: re.Match[str]) -> html.A:
    return html.A(_bold(match[1]), href=match[2], target="_blank", rel="noopener noreferrer")

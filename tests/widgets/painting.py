"""What a drawing paints, as texts and as a tree of [tag, attributes, children]."""

from collections.abc import Iterator, Sequence
from typing import Any

from dashapp.widgets.drawings.element import flatten
from dashapp.widgets.widget import Better, Drawing, Painted, Size, Widget
from tests.factories import time_range

WEEK = time_range("7d")


def widget_of(draw: Drawing[Any], **fields: Any) -> Widget[Any]:
    return Widget(
        slug="w",
        title="Orders",
        size=Size.QUARTER,
        query=lambda _session, _scope, _range: [],
        draw=draw,
        better=fields.pop("better", Better.NEITHER),
        **fields,
    )


def paint(draw: Drawing[Any], rows: Sequence[Any], time_range_=WEEK, **fields: Any) -> Painted:
    return draw.paint(widget_of(draw, **fields), rows, time_range_)


def tree(painted: Painted) -> list[Any]:
    return flatten(painted.children).tree


def elements(nodes: Any, tag: str = "", class_name: str | None = None) -> list[list[Any]]:
    """All elements with a tag and a class, in order."""
    return [
        node
        for node in _walk(nodes)
        if (not tag or node[0] == tag)
        and (class_name is None or class_name in node[1].get("className", "").split())
    ]


def text(node: Any) -> str:
    """The text of a node and of everything in it."""
    if isinstance(node, str):
        return node
    children = node[2] if node and isinstance(node[0], str) and isinstance(node[1], dict) else node
    return "".join(map(text, children))


def texts(nodes: Any, tag: str = "", class_name: str | None = None) -> list[str]:
    return [text(node) for node in elements(nodes, tag, class_name)]


def _walk(nodes: Any) -> Iterator[list[Any]]:
    for node in nodes:
        if not isinstance(node, str):
            yield node
            yield from _walk(node[2])

"""An element that Dash has no component for: SVG, and native form controls.

`assets/20-elements.js` draws it. Attributes have React's names: `className`, `viewBox`.
"""

from typing import Any, Literal

from dash.development.base_component import Component

Tag = Literal["svg", "path", "circle", "input", "select", "option", "kbd"]


class Element(Component):
    """One of a few tags, with its attributes. Text in it is text, whatever it holds."""

    _children_props: list[str] = []  # noqa: RUF012 - as Dash has it
    _base_nodes = ["children"]  # noqa: RUF012
    _namespace = "dashapp_ui"
    _type = "Element"

    def __init__(self, tag: Tag, children: Any = None, **attributes: Any) -> None:
        self._prop_names = ["children", "id", "tag", "attrs"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = self._prop_names
        self.available_wildcard_properties: list[str] = []
        named = {"id": attributes.pop("id")} if "id" in attributes else {}
        super().__init__(children=children, tag=tag, attrs=attributes, **named)  # type: ignore[no-untyped-call]


_js_dist: list[Any] = []  # nothing of its own to load: it is one of our assets

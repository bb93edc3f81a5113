"""Plain elements without the cost of Dash components; `assets/board/dash/elements.js` draws them.

Dash notifies all components whenever one is added or removed: a board of 240 components spent a
third of each refresh on that (docs/adr/0011-panel-rendering.md). Elements that no callback uses are
therefore sent as one component with a tree, which may contain tags that Dash has no component for.
"""

from typing import Any, Literal

from dash.development.base_component import Component

Tag = Literal["svg", "path", "circle", "input", "select", "option", "kbd", "td"]
Tree = list[Any]  # texts, and elements as [tag, attributes, children]
_HTML = "dash_html_components"


class Element(Component):
    """A tag that Dash has no component for. Attributes have React's names, such as `className`.

    Also a table's cell: Dash's own takes three times as long, and a heat map has 168.
    """

    _children_props: list[str] = []  # noqa: RUF012 - as in Dash
    _base_nodes = ["children"]  # noqa: RUF012
    _namespace = "dashapp_ui"
    _type = "Element"

    def __init__(self, tag: Tag, children: Any = None, **attributes: Any) -> None:
        id_ = {"id": attributes.pop("id")} if "id" in attributes else {}
        _set_props(self, children=children, tag=tag, attrs=attributes, **id_)


class Markup(Component):
    """A tree of plain elements, as one component."""

    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = []  # noqa: RUF012
    _namespace = "dashapp_ui"
    _type = "Markup"

    def __init__(self, tree: Tree) -> None:
        _set_props(self, tree=tree)


def _set_props(component: Any, **props: Any) -> None:
    """Set properties as Dash's own classes do, but without checking the names at each refresh.

    For the check, Dash searches all folders for a package with the namespace's name, once per
    property.
    """
    component._prop_names = list(props)  # noqa: SLF001
    component._valid_wildcard_attributes = []  # noqa: SLF001
    component.available_properties = list(props)
    component.available_wildcard_properties = []
    for name, value in props.items():
        setattr(component, name, value)


def flatten(children: Any) -> Any:
    """Turn children into one Markup, or return them unchanged if not all are plain elements."""
    if children is None:
        return None
    try:
        return Markup(_tree(children))
    except _NotPlain:
        return children


class _NotPlain(Exception):
    """Raised for a component that Dash must know: it has an id, or is not an HTML element."""


def _tree(children: Any) -> Tree:
    if children is None or isinstance(children, bool):
        return []  # as in React
    if isinstance(children, (list, tuple)):
        return [part for child in children for part in _tree(child)]
    if isinstance(children, (str, int, float)):
        return [str(children)]
    return [_element(children)]


def _element(component: Any) -> list[Any]:
    if isinstance(component, Element):
        tree = _tree(getattr(component, "children", None))
        id_ = {"id": component.id} if hasattr(component, "id") else {}
        attributes = getattr(component, "attrs", {})
        return [getattr(component, "tag", ""), {**attributes, **id_}, tree]
    if getattr(component, "_namespace", None) != _HTML or hasattr(component, "id"):
        raise _NotPlain
    props = dict(component.to_plotly_json()["props"])
    tree = _tree(props.pop("children", None))
    tag = component._type.removesuffix("El").lower()  # noqa: SLF001 - MapEl, ObjectEl
    return [tag, props, tree]


_js_dist: list[Any] = []  # nothing to load: the script is one of the app's assets

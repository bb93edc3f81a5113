"""Elements without Dash's price: `assets/20-elements.js` draws them with React alone.

Every Dash component that comes or goes tells all others of it: a board of 240 spent a third of each
refresh on that (docs/adr/0011-markup.md). What nobody listens to is therefore sent as a tree of
plain elements in one component; and elements that Dash has no component for can be in it.
"""

from typing import Any, Literal

from dash.development.base_component import Component

Tag = Literal["svg", "path", "circle", "input", "select", "option", "kbd"]
Tree = list[Any]  # texts, and elements as [tag, attributes, children]
_HTML = "dash_html_components"


class Element(Component):
    """A tag that Dash has no component for. Attributes have React's names: `className`."""

    _children_props: list[str] = []  # noqa: RUF012 - as Dash has it
    _base_nodes = ["children"]  # noqa: RUF012
    _namespace = "dashapp_ui"
    _type = "Element"

    def __init__(self, tag: Tag, children: Any = None, **attributes: Any) -> None:
        named = {"id": attributes.pop("id")} if "id" in attributes else {}
        _set(self, children=children, tag=tag, attrs=attributes, **named)


class Markup(Component):
    """A tree of plain elements, as one component."""

    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = []  # noqa: RUF012
    _namespace = "dashapp_ui"
    _type = "Markup"

    def __init__(self, tree: Tree) -> None:
        _set(self, tree=tree)


def _set(component: Any, **props: Any) -> None:
    """What Dash's own classes do, without checking each name again at each refresh.

    For that Dash looks for a package of the namespace's name, in all folders, for every property.
    """
    component._prop_names = list(props)  # noqa: SLF001
    component._valid_wildcard_attributes = []  # noqa: SLF001
    component.available_properties = list(props)
    component.available_wildcard_properties = []
    for name, value in props.items():
        setattr(component, name, value)


def flat(children: Any) -> Any:
    """The same as one Markup. What holds anything but plain elements is left as it is."""
    if children is None:
        return None
    try:
        return Markup(_tree(children))
    except _NotPlain:
        return children


class _NotPlain(Exception):
    """A component that Dash has to know: it has an id, or it is no element."""


def _tree(children: Any) -> Tree:
    if children is None:
        return []
    if isinstance(children, (list, tuple)):
        return [part for child in children for part in _tree(child)]
    if isinstance(children, (str, int, float)):
        return [str(children)]
    return [_element(children)]


def _element(component: Any) -> list[Any]:
    if isinstance(component, Element):
        inside = _tree(getattr(component, "children", None))
        named = {"id": component.id} if hasattr(component, "id") else {}
        attributes = getattr(component, "attrs", {})
        return [getattr(component, "tag", ""), {**attributes, **named}, inside]
    if getattr(component, "_namespace", None) != _HTML or hasattr(component, "id"):
        raise _NotPlain
    props = dict(component.to_plotly_json()["props"])
    inside = _tree(props.pop("children", None))
    tag = component._type.removesuffix("El").lower()  # noqa: SLF001 - MapEl, ObjectEl
    return [tag, props, inside]


_js_dist: list[Any] = []  # nothing of its own to load: it is one of our assets

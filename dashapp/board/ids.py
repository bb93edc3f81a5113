"""Component ids by name: nothing else in the board spells one out."""

from typing import Any, TypedDict


class PanelId(TypedDict):
    """A pattern-matching id: one kind of component, once a panel."""

    type: str
    slug: Any


URL = "url"
TICK = "tick"
RANGE = "range"
BOARD = "board"
DATES = "dates"
ZONE = "zone"
AS_OF = "as-of"
NOTICE = "notice"


def panel(slug: Any) -> PanelId:  # noqa: ANN401 - a slug, or Dash's ALL
    return {"type": "panel", "slug": slug}


def body(slug: Any) -> PanelId:  # noqa: ANN401
    return {"type": "body", "slug": slug}


def figure(slug: Any) -> PanelId:  # noqa: ANN401
    return {"type": "figure", "slug": slug}

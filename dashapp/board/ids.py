"""Component ids by name: nothing else in the board spells one out."""

from typing import Any

PanelId = dict[str, Any]  # a pattern-matching id: one kind of component, once a panel

URL = "url"
TICK = "tick"
RANGE = "range"
BOARD = "board"
DATES = "dates"
ZONE = "zone"
AS_OF = "as-of"
NOTICE = "notice"
CHIPS = "chips"
BEFORE = "before"
SAID = "said"


def panel(slug: Any) -> PanelId:
    return {"type": "panel", "slug": slug}


def body(slug: Any) -> PanelId:
    return {"type": "body", "slug": slug}


def figure(slug: Any) -> PanelId:
    return {"type": "figure", "slug": slug}

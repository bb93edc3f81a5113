"""The ids of components."""

from typing import Any

PanelId = dict[str, Any]  # a pattern-matching id: one component of each kind per panel

URL = "url"
TICK = "tick"
RANGE = "range"
BOARD = "board"
OPENING = "opening"
SHOWN = "shown"
DATES = "dates"
ZONE = "zone"
AS_OF = "as-of"
NOTICE = "notice"
CHIPS = "chips"
BEFORE = "before"
ANNOUNCEMENT = "announcement"
INSIGHT = "insight"


def panel(slug: Any) -> PanelId:
    return {"type": "panel", "slug": slug}


def body(slug: Any) -> PanelId:
    return {"type": "body", "slug": slug}


def figure(slug: Any) -> PanelId:
    return {"type": "figure", "slug": slug}

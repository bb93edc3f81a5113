"""The ids of components."""

import json
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
COMPARISONS = "comparisons"
ANNOUNCEMENT = "announcement"
INSIGHT = "insight"


def panel(slug: Any) -> PanelId:
    return {"type": "panel", "slug": slug}


def body(slug: Any) -> PanelId:
    return {"type": "body", "slug": slug}


def figure(slug: Any) -> PanelId:
    return {"type": "figure", "slug": slug}


def element_id(component: PanelId) -> str:
    """Return the id that Dash's renderer gives to the element of a component."""
    return json.dumps(component, sort_keys=True, separators=(",", ":"))

"""Checks the body of a callback before Dash gets it.

Dash 4.4.1 responds to half of all mutated bodies with a 500, and trusts ids and states. Only one
callback runs on the server, so its exact shape can be checked.
"""

import re
from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest

from dashapp.board import ids
from dashapp.board.callbacks import INPUTS, OUTPUTS, STATES
from dashapp.board.island import MAX_ADDRESS, UNEXPECTED_REQUEST, shown_by_browser
from dashapp.domain.errors import BadInput, UnexpectedInput
from dashapp.domain.language import _

MAX_BYTES = 64 * 1024
MAX_PANELS = 100
_MAX_TEXT = 2_000
_MAX_TICK = 2**53
_SURROGATE = re.compile(r"[\ud800-\udfff]")  # half a character, which cannot be encoded


def check(request: Request, output: str) -> None:
    """Raise BadInput unless this is a refresh that the board's page could have sent.

    `output` is the name of the callback. Flask caches the parsed body: Dash gets what is checked.
    """
    if not request.is_json:
        raise BadInput(_("Expected JSON."))
    if len(request.get_data(cache=True)) > MAX_BYTES:
        raise BadInput(_("The request is too large."))
    body = _parsed(request)
    _require(body.get("output") == output)
    slugs = _check_outputs(body.get("outputs"))
    _check_inputs(body.get("inputs"))
    _check_states(body.get("state"), slugs)
    changed = body.get("changedPropIds", [])
    _require(isinstance(changed, list) and len(changed) <= len(INPUTS))
    _require(all(isinstance(name, str) and len(name) <= _MAX_TEXT for name in changed))


def _parsed(request: Request) -> dict[str, Any]:
    try:
        body = request.get_json()
    except (BadRequest, RecursionError):
        raise BadInput(_("Invalid JSON.")) from None
    _require(isinstance(body, dict))
    return dict(body)


def _check_outputs(outputs: Any) -> list[str]:
    """Return the slugs of the panels. All lists must have the same ones; charts are a subset."""
    _require(isinstance(outputs, list) and len(outputs) == len(OUTPUTS))
    lists: dict[str, list[str]] = {}
    for sent, expected in zip(outputs, OUTPUTS, strict=True):
        pattern = expected.component_id
        if isinstance(pattern, dict):
            slugs = _check_group(sent, str(pattern["type"]), expected.component_property)
            _require(lists.setdefault(str(pattern["type"]), slugs) == slugs)
        else:
            _check_one(sent, pattern, expected.component_property)
    _require(lists["body"] == lists["panel"] and set(lists["figure"]) <= set(lists["panel"]))
    return lists["panel"]


def _check_inputs(inputs: Any) -> None:
    _require(isinstance(inputs, list) and len(inputs) == len(INPUTS))
    for sent, expected in zip(inputs, INPUTS, strict=True):
        _check_one(sent, expected.component_id, expected.component_property)
    search, tick = (sent.get("value") for sent in inputs)
    _require(search is None or _is_text(search, MAX_ADDRESS))
    _require(tick is None or (type(tick) is int and 0 <= tick <= _MAX_TICK))


def _check_states(states: Any, slugs: list[str]) -> None:
    _require(isinstance(states, list) and len(states) == len(STATES))
    shown, panels = states
    _check_one(shown, ids.SHOWN, "children")
    _require(isinstance(shown.get("value"), str))
    shown_by_browser(shown["value"])
    _require(_check_group(panels, "panel", "data-state") == slugs)
    _require(all(_is_text(panel.get("value")) for panel in panels))


def _check_group(group: Any, kind: str, prop: str) -> list[str]:
    """Return the slugs of one list of panels, which must be unique."""
    _require(isinstance(group, list) and len(group) <= MAX_PANELS)
    slugs = []
    for entry in group:
        _require(isinstance(entry, dict) and entry.get("property") == prop)
        panel_id = entry.get("id")
        _require(isinstance(panel_id, dict) and panel_id.keys() == {"type", "slug"})
        _require(panel_id["type"] == kind and _is_text(panel_id["slug"]) and bool(panel_id["slug"]))
        slugs.append(panel_id["slug"])
    _require(len(set(slugs)) == len(slugs))
    return slugs


def _check_one(entry: Any, name: object, prop: str) -> None:
    _require(isinstance(entry, dict) and entry.get("id") == name and entry.get("property") == prop)


def _is_text(value: Any, most: int = _MAX_TEXT) -> bool:
    return isinstance(value, str) and len(value) <= most and not _SURROGATE.search(value)


def _require(condition: bool) -> None:  # noqa: FBT001
    if not condition:
        raise UnexpectedInput(UNEXPECTED_REQUEST)

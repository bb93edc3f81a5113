"""The lines of a plan about one board: its panels, and what new dashboards get."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashapp.domain.boards.changes.merging import current_names, with_current_names
from dashapp.domain.boards.changes.wording import (
    Line,
    added,
    changed,
    renamed,
    value_changes,
)
from dashapp.domain.boards.sources import Body, Key, Kind, Sources

_Panel = Mapping[str, Any]
_AFFECTS_NEW = "for new dashboards"
_AFFECTS_ALL = frozenset({"marks", "was"})
_RETIRED = "retired"


def board_section(
    key: Key, before: Sources, after: Sources, built_in: Sources, reach: Mapping[str, int]
) -> list[Line]:
    """Return what changes about a board; nothing if it stays as it is."""
    body = after[key]
    names = (key.name, *body.get("was", ()))
    old_key = next((k for k in (Key(Kind.BOARD, name) for name in names) if k in before), None)
    old = before[old_key] if old_key else built_in.get(key)
    if old is None:
        return [added(key.name, f"{len(body['panels'])} panels; {_how_to_give(key.name)}")]
    metric_names = current_names(after)
    old, body = (_with_current_names(board, metric_names) for board in (old, body))
    lines = [*_board_lines(key.name, old, body), *_panel_lines(old, body, _reach(names, reach))]
    if not lines and old != body:
        lines = [changed(key.name, ": other old names or order of its panels")]
    if old_key is None:
        return [changed(key.name, " replaces the built-in board"), *lines]
    if old_key != key:
        return [renamed(old_key.name, key.name, "dashboards, tokens and addresses"), *lines]
    return lines


def _with_current_names(body: Body, names: Mapping[str, str]) -> dict[str, Body]:
    return {**body, "panels": [with_current_names(panel, names) for panel in body["panels"]]}


def _how_to_give(name: str) -> str:
    return f"give it to orgs with: dashapp provision {name} (--org SLUG | --all-orgs)"


def _reach(names: Sequence[str], reach: Mapping[str, int]) -> str:
    count = sum(reach.get(name, 0) for name in names)
    if not count:
        return ""
    dashboards = "1 dashboard" if count == 1 else f"{count:,} dashboards"
    return f"reaches {dashboards} with: dashapp provision {names[0]} --all-orgs"


def _board_lines(name: str, old: Body, body: Body) -> Iterator[Line]:
    keys = (old.keys() | body.keys()) - {"panels"}
    for key in sorted(keys):
        note = "" if key in _AFFECTS_ALL else _AFFECTS_NEW
        before, after = ({k: v for k, v in b.items() if k == key} for b in (old, body))
        if key == "was" and not set(before.get(key, ())) - set(after.get(key, ())):
            continue  # a new old name is in the plan as renamed
        yield from value_changes(Kind.SETTING, name, before, after, note)


def _panel_lines(old: Body, body: Body, reach: str) -> Iterator[Line]:
    before = {panel["slug"]: panel for panel in old["panels"]}
    new = []
    for panel in body["panels"]:
        slug = panel["slug"]
        old_slug = next((name for name in (slug, *panel.get("was", ())) if name in before), None)
        if old_slug is None or _is_back(before[old_slug], panel):
            new.append(slug)
        if old_slug is not None:
            yield from _changes(old_slug, before[old_slug], panel)
    for slug in new:
        yield added(slug, reach)
    if not new and _order(old) != _order(body) and sorted(_order(old)) == sorted(_order(body)):
        yield Line("~", "order", f"order of the panels   {_AFFECTS_NEW}")


def _is_back(old: _Panel, panel: _Panel) -> bool:
    return bool(old.get(_RETIRED)) and not panel.get(_RETIRED)


def _changes(old_slug: str, old: _Panel, panel: _Panel) -> Iterator[Line]:
    slug = panel["slug"]
    if old_slug != slug:
        yield renamed(old_slug, slug, "dashboards and addresses")
    if panel.get(_RETIRED) and not old.get(_RETIRED):
        yield changed(slug, " is no longer on new dashboards; those that have it keep it")
    before = {key: value for key, value in old.items() if key != "was"}
    after = {key: value for key, value in panel.items() if key != "was"}
    yield from value_changes(Kind.BOARD, slug, before, after)


def _order(body: Body) -> list[str]:
    return [panel["slug"] for panel in body["panels"] if not panel.get(_RETIRED)]

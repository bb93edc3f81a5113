"""Removes applied definitions. What other definitions use stays."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.boards.reading.faults import suggestion
from dashapp.domain.boards.sources import NEW_ORGS, Body, Key, Kind, Sources
from dashapp.domain.errors import Conflict, NotFound, excerpt
from dashapp.store.boards.applying import built_in_sources
from dashapp.store.boards.stored import Applied, lock_definitions, store_sources, stored_sources

_REMOVABLE = (Kind.BOARD, Kind.METRIC, Kind.FIELD)
_RETIRED = "retired"
_NEW_ORGS = Key(Kind.SETTING, NEW_ORGS)


def find_applied(session: Session, name: str) -> Key:
    """Return the applied board, metric or field with this name; a board comes first.

    Raises NotFound, or Conflict for what is built in.
    """
    sources = stored_sources(session).sources
    for kind in _REMOVABLE:
        if Key(kind, name) in sources:
            return Key(kind, name)
    if any(key.name == name for key in built_in_sources()):
        raise Conflict(f"{name} is built in and cannot be removed.")
    names = [key.name for key in sources if key.kind in _REMOVABLE]
    raise NotFound(f'There is no "{excerpt(name, 70)}" in applied files.{suggestion(name, names)}')


def remove_applied(session: Session, key: Key, applied: Applied) -> int:
    """Remove a definition, and a board from those of new orgs; return the new version.

    Retired panels of a metric are removed with it. Raises Conflict for a metric that other panels
    or metrics use.
    """
    lock_definitions(session)
    before = stored_sources(session)
    if key not in before.sources:
        raise NotFound(f"{key.name} has been removed already.")
    users = metric_users(before.sources, key)
    if users:
        raise Conflict(f"The metric {key.name} is in use: {', '.join(users)}.")
    after: dict[Key, Body] = {
        k: _without_retired(k, body, retired_panels(before.sources, key).get(k.name, ()))
        for k, body in before.sources.items()
        if k != key
    }
    if key.kind is Kind.BOARD and key not in built_in_sources() and _NEW_ORGS in after:
        names = {key.name, *before.sources[key].get("was", ())}
        after[_NEW_ORGS] = [name for name in after[_NEW_ORGS] if name not in names]
    rows = {k: (body, before.files[k]) for k, body in after.items()}
    return store_sources(session, before, rows, applied, f"{key.kind} {key.name} removed")


def metric_users(sources: Sources, metric: Key) -> list[str]:
    """Return what uses a metric: `3 panels on shop`, `ratio late_rate`. Retired panels do not."""
    if metric.kind is not Kind.METRIC:
        return []
    names = {metric.name, *sources[metric].get("was", ())}
    users = []
    for key, body in sources.items():
        if key.kind is Kind.BOARD:
            panels = [panel for panel in body["panels"] if names & _metrics(panel)]
            count = sum(1 for panel in panels if not panel.get(_RETIRED))
            if count:
                users.append(f"{count} panel{'' if count == 1 else 's'} on {key.name}")
        elif key.kind is Kind.METRIC and names & set(body.get("ratio", ())):
            users.append(f"ratio {key.name}")
    return users


def retired_panels(sources: Sources, metric: Key) -> dict[str, list[str]]:
    """Return the slugs of a metric's retired panels, by board."""
    if metric.kind is not Kind.METRIC:
        return {}
    names = {metric.name, *sources[metric].get("was", ())}
    slugs = {
        key.name: [
            panel["slug"]
            for panel in body["panels"]
            if panel.get(_RETIRED) and names & _metrics(panel)
        ]
        for key, body in sources.items()
        if key.kind is Kind.BOARD
    }
    return {board: of_board for board, of_board in slugs.items() if of_board}


def _without_retired(key: Key, body: Body, slugs: Sequence[str]) -> Body:
    if key.kind is not Kind.BOARD or not slugs:
        return body
    panels = [panel for panel in body["panels"] if panel["slug"] not in slugs]
    return {**body, "panels": panels}


def _metrics(panel: dict[str, Body]) -> set[str]:
    return {panel.get("metric", ""), *panel.get("metrics", ())}

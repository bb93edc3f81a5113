"""Merges files into what is stored. Nothing is deleted: what a file no longer has is kept.

Bodies are in canonical form (`sources.py`). Nothing here changes a body that it was given.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from dashapp.domain.boards.sources import Body, Key, Kind, Sources

_RENAMED = (Kind.METRIC, Kind.BOARD)


def merge(stored: Sources, file: Sources) -> dict[Key, Body]:
    """Return the definitions after applying a file."""
    merged = dict(stored)
    for key, body in file.items():
        before = _take(merged, key, body)
        merged[key] = _merged(key, before, body)
    return _without_reused_names(merged, file)


def renames(before: Sources, after: Sources) -> dict[Key, Key]:
    """Return the new key of each metric and board that was renamed, by the old key."""
    return {
        Key(key.kind, old): key
        for key, body in after.items()
        if key.kind in _RENAMED and key not in before
        for old in body.get("was", ())
        if Key(key.kind, old) in before and Key(key.kind, old) not in after
    }


def current_names(sources: Sources) -> dict[str, str]:
    """Return the current names of metrics by old name."""
    return {
        old: key.name
        for key, body in sources.items()
        if key.kind is Kind.METRIC
        for old in body.get("was", ())
    }


def with_current_names(body: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a metric or a panel that refers to metrics by their current names."""
    renamed = dict(body)
    if "metric" in body:
        renamed["metric"] = names.get(body["metric"], body["metric"])
    for key in ("metrics", "ratio"):
        if key in body:
            renamed[key] = [names.get(name, name) for name in body[key]]
    return renamed


def _take(merged: dict[Key, Body], key: Key, body: Body) -> Body | None:
    """Remove and return what a definition replaces, under its name and its old names.

    A board that takes the place of several ones gets the panels of all.
    """
    old_names = body.get("was", ()) if key.kind in _RENAMED else ()
    names = dict.fromkeys([key.name, *old_names])
    taken = [merged.pop(Key(key.kind, name)) for name in names if Key(key.kind, name) in merged]
    if not taken:
        return None
    if key.kind not in _RENAMED:
        return taken[0]
    was = [old for replaced in taken for old in replaced.get("was", ())]
    if key.kind is Kind.METRIC:
        return {**taken[0], "was": was}
    panels = {panel["slug"]: panel for board in reversed(taken) for panel in board["panels"]}
    return {**taken[0], "was": was, "panels": list(panels.values())}


def _merged(key: Key, before: Body | None, body: Body) -> Body:
    if before is None or key.kind not in {*_RENAMED, Kind.TEXTS}:
        return body
    if key.kind is Kind.TEXTS:
        return {**before, **body}
    merged = _with_old_names(key.name, before, body)
    if key.kind is Kind.BOARD:
        merged["panels"] = _merged_panels(before["panels"], body["panels"])
    return merged


def _with_old_names(
    name: str, before: Mapping[str, Any], body: Mapping[str, Any], taken: Collection[str] = ()
) -> dict[str, Any]:
    """Return a body that keeps the old names: dashboards and files may still use them.

    Old names that are `taken` now mean something else.
    """
    carried = [old for old in before.get("was", ()) if old != name and old not in taken]
    old_names = dict.fromkeys([*body.get("was", ()), *carried])
    rest = {key: value for key, value in body.items() if key != "was"}
    return {**rest, "was": list(old_names)} if old_names else rest


def _merged_panels(
    before: Iterable[Mapping[str, Any]], panels: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the new panels with their old names, and then those that the file no longer has."""
    by_slug = {panel["slug"]: panel for panel in before}
    taken = {name for panel in panels for name in (panel["slug"], *panel.get("was", ()))}
    merged = []
    for panel in panels:
        slug = panel["slug"]
        replaced = [by_slug.pop(name, {}) for name in (slug, *panel.get("was", ()))]
        merged.append(_with_old_names(slug, next(filter(None, replaced), {}), panel, taken))
    retired = [
        _with_old_names(slug, panel, {**panel, "was": [], "retired": True}, taken)
        for slug, panel in by_slug.items()
    ]
    return [*merged, *retired]


def _without_reused_names(merged: dict[Key, Body], file: Sources) -> dict[Key, Body]:
    """Return definitions without kept old names that the file now gives to other definitions."""
    return {key: _without_names(key, body, file) for key, body in merged.items()}


def _without_names(key: Key, body: Body, file: Sources) -> Body:
    if key.kind not in _RENAMED or "was" not in body:
        return body
    own = file.get(key, {}).get("was", ())
    names = [name for name in body["was"] if name in own or Key(key.kind, name) not in file]
    rest = {name: value for name, value in body.items() if name != "was"}
    return {**rest, "was": names} if names else rest


def left_out(file: Sources, built_in: Iterable[Sources], stored: Sources) -> set[Key]:
    """Return the keys of a file that only repeat built-in boards, as an export has them.

    These are boards that equal built-in ones, and what they use, unless other definitions of the
    file need it. Those find built-in metrics anyway.
    """
    boards, used, same = set[Key](), set[Key](), set[Key]()
    for sources in built_in:
        equal = {key for key, body in sources.items() if file.get(key) == body}
        own = {key for key in equal if _is_whole(key, file, sources)}
        boards |= own
        used |= references(own, sources)
        same |= equal
    others = {key for key in file if key not in boards | used and key.kind is not Kind.TEXTS}
    needed = {key for key in references(others, file) if key.kind is Kind.FIELD or key in stored}
    return (boards | (used & same)) - needed


def _is_whole(key: Key, file: Sources, built_in: Sources) -> bool:
    """Return whether this is a board, and everything that it uses is the same in the file."""
    used = references({key}, built_in)
    return key.kind is Kind.BOARD and all(file.get(k, built_in[k]) == built_in[k] for k in used)


def references(keys: Iterable[Key], sources: Sources) -> set[Key]:
    """Return the metrics and fields of `sources` that these definitions use, also indirectly."""
    current = {
        Key(Kind.METRIC, name): key
        for key, body in sources.items()
        if key.kind is Kind.METRIC
        for name in (*body.get("was", ()), key.name)
    }
    used: set[Key] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        names = _references(key.kind, sources.get(key, {}))
        known = {current.get(name, name) for name in names}
        waiting += [name for name in known - used if name in sources]
        used |= {name for name in known if name in sources}
    return used


def fields_named(sources: Sources) -> set[Key]:
    """Return the fields that definitions name, also those that nothing describes."""
    named = {name for key, body in sources.items() for name in _references(key.kind, body)}
    return {name for name in named if name.kind is Kind.FIELD}


def _references(kind: Kind, body: Mapping[str, Any]) -> set[Key]:
    """Return the metrics and fields that a definition names itself."""
    if kind is Kind.BOARD:
        rows = body["panels"]
        metrics = [name for row in rows for name in (row.get("metric"), *row.get("metrics", ()))]
        fields = [row.get("by") for row in rows] + [
            field for row in rows for field in (*row.get("where", ()), *row.get("columns", ()))
        ]
    elif kind is Kind.METRIC:
        metrics = list(body.get("ratio", ()))
        fields = [body.get("of"), *body.get("where", ())]
    else:
        return set()
    return {Key(Kind.METRIC, name) for name in metrics if name} | {
        Key(Kind.FIELD, name) for name in fields if name
    }

"""Writes the panels that people of an org made as boards of a file, one for each dashboard."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dashapp.domain.boards.sources import Body, Key, Kind, Sources

_MAX_NAME = 63


class MadePanel(NamedTuple):
    """A panel that people made, and the dashboard that it is on."""

    dashboard: str
    slug: str
    definition: Mapping[str, Any]
    title: str | None
    size: str | None


def own_sources(org: str, panels: Iterable[MadePanel], others: Sources) -> dict[Key, Body]:
    """Return boards named `ORG-DASHBOARD` with these panels, and the metrics of their own.

    A metric gets another name if the file has a different one of the same name.
    """
    sources: dict[Key, Body] = {}
    for made in panels:
        body = {key: value for key, value in made.definition.items() if key != "board"}
        if isinstance(body["metric"], dict):
            body["metric"] = _add_metric(made.slug, body["metric"], {**others, **sources}, sources)
        overrides = {"title": made.title, "size": made.size}
        body |= {key: value for key, value in overrides.items() if value is not None}
        name = f"{org}-{made.dashboard}"[:_MAX_NAME].rstrip("-")
        board = sources.setdefault(
            Key(Kind.BOARD, name), {"title": f"{org}: {made.dashboard}", "panels": []}
        )
        board["panels"].append({"slug": made.slug, **body})
    return sources


def _add_metric(name: str, body: Body, known: Sources, sources: dict[Key, Body]) -> str:
    """Add a metric, unless the file has it already; return its name in the file."""
    key, number = Key(Kind.METRIC, name[:_MAX_NAME]), 1
    while known.get(key, body) != body:
        number += 1
        key = Key(Kind.METRIC, f"{name[: _MAX_NAME - 4]}-{number}")
    sources[key] = body
    return key.name

"""Shared by the tests of the board."""

from dataclasses import replace

from dashapp.widgets.catalog import BUILT_IN, Catalog

OCCURRED_AT = "2026-11-20T09:00:00Z"


def panel_props(response, prop: str) -> dict[str, object]:
    """Return this property of each panel in a refresh, by slug."""
    component_type = {"children": "body", "figure": "figure"}.get(prop, "panel")
    return {
        output_id.split('"')[3]: props[prop]
        for output_id, props in response.json["response"].items()
        if f'"type":"{component_type}"' in output_id and prop in props
    }


def catalog_with(*slugs, **changes) -> Catalog:
    """Return the built-in widgets, with these changes to the named ones."""
    return Catalog(
        replace(widget, **changes) if widget.slug in slugs else widget for widget in BUILT_IN
    )


def fail(*_args):
    raise RuntimeError("no answer")

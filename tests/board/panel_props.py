"""Shared by the tests of the board."""

OCCURRED_AT = "2026-11-20T09:00:00Z"


def panel_props(response, prop: str) -> dict[str, object]:
    """Return this property of each panel in a refresh, by slug."""
    component_type = {"children": "body", "figure": "figure"}.get(prop, "panel")
    return {
        output_id.split('"')[3]: props[prop]
        for output_id, props in response.json["response"].items()
        if f'"type":"{component_type}"' in output_id and prop in props
    }


def fail(*_args):
    raise RuntimeError("no answer")

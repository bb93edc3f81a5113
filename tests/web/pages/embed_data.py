"""Shared by the tests of embedded boards."""

OCCURRED_AT = "2026-11-19T12:00:00Z"


def panel_value(response, slug):
    return next(
        panel["rows"][0]["value"] for panel in response.json["panels"] if panel["slug"] == slug
    )

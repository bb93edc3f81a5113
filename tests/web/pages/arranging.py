"""Shared by the tests that arrange a dashboard."""

from dashapp.store.orgs.dashboards import list_panels
from tests.factories import hidden_value

LAYOUT_URL = "/app/acme/operations/layout"
BOARD_URL = "/app/acme/operations"
FOUR_WIDGETS = ("total-errors", "events-time-series", "users-time-series", "warnings-by-code")


def layout_form(client, panels=FOUR_WIDGETS, hidden=(), **changes):
    """Return the form of the page with these changes."""
    page = client.get(LAYOUT_URL).text
    token, version = hidden_value(page, "csrf_token"), hidden_value(page, "version")
    shown_fields = {f"shown:{slug}": "1" for slug in panels if slug not in hidden}
    base_fields = {"csrf_token": token, "version": version, "do": "save", "opens_with": "24h"}
    return {**base_fields, "panel": list(panels), **shown_fields, **changes}


def save_layout(client, *args, **changes):
    return client.post(LAYOUT_URL, data=layout_form(client, *args, **changes))


def stored_panels(store, scope):
    with store.read(scope) as session:
        return list_panels(session, scope, "operations")


def row_order(response) -> list[str]:
    return [part.split('"')[0] for part in response.text.split('data-panel-row="')[1:]]

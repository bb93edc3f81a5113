"""Shared by the tests of dashboards in the API."""

DATA_URL = "/api/v1/dashboards/operations/data"


def panel_rows(response, slug):
    return next(panel["rows"] for panel in response.json["panels"] if panel["slug"] == slug)

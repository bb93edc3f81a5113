"""Shared by the tests of panel files."""

import csv
import io
from urllib.parse import urlencode

OCCURRED_AT = "2026-11-20T09:00:00Z"
DASHBOARD_URL = "/api/v1/dashboards/operations"
WIDGETS = ("total-validations", "total-errors", "events-time-series", "users-time-series",
           "runs-by-outcome", "conversations.search_term")  # fmt: skip
TERM_WIDGET = "conversations.search_term"


def get_file(client, slug, kind="csv", headers=None, **parameters):
    query = urlencode({"org": "acme", "time_range": "7d", **parameters}, doseq=True)
    return client.get(f"{DASHBOARD_URL}/panels/{slug}.{kind}?{query}", headers=headers or {})


def csv_rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))

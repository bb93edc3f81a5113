"""Shared by the tests of the pages Dashboards, Embedding and Data."""

from dashapp.store.audit.entries import Wanted, list_entries
from tests.factories import hidden_value

SETTINGS = "/app/acme/settings"


def submit(client, path, form=None, page=None, **fields):
    """Send a form with the token of its page; `page` is where it is, if not at `path`."""
    token = hidden_value(client.get(f"{SETTINGS}{page or path}").text, "csrf_token")
    return client.post(f"{SETTINGS}{path}", data={"csrf_token": token, **(form or {}), **fields})


def recorded(store, owner):
    """Return what the org's audit has, in alphabetical order."""
    with store.read(owner) as session:
        entries = list_entries(session, owner, Wanted())
    ignored = {"signed_in", "signed_out"}
    rows = [(row.action, row.actor_name, row.target) for row in entries]
    return sorted(row for row in rows if row[0] not in ignored)

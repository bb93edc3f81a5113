"""Forms of settings pages, sent as a browser does."""

from flask.testing import FlaskClient

from dashapp.store.audit.entries import Entry, Wanted, list_entries
from tests.factories import hidden_value

ROOT = "/app/acme/settings"


def send_form(client: FlaskClient, path: str, page: str | None = None, **fields):
    """Send the form of a page, with its token; return the response."""
    token = hidden_value(client.get(page or path).text, "csrf_token")
    return client.post(path, data={"csrf_token": token, **fields})


def audited(store, owner) -> list[Entry]:
    """Return what the org's audit has, without sign-ins, the newest first."""
    with store.read(owner) as session:
        entries = list_entries(session, owner, Wanted())
    return [entry for entry in entries if entry.action != "signed_in"]

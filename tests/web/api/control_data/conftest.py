"""Fixtures for the routes of the vendor's keys that concern an org's data."""

import pytest

from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.installation.keys import insert_installation_key

SCOPES = (KeyScope.USAGE, KeyScope.DATA, KeyScope.EMBED)


def admin_key(store, *scopes) -> tuple[str, str]:
    with store.write_shared() as session:
        return insert_installation_key(session, KeyKind.ADMIN, "+".join(scopes), scopes, now=1)


@pytest.fixture
def vendor(store):
    """The id and the secret of a key that may do all of this."""
    return admin_key(store, *SCOPES)


@pytest.fixture
def call(server, vendor):
    """Send a request with the vendor's key, or with another secret."""

    def send(method, path, secret=vendor[1], **options):
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return server.test_client().open(path, method=method, headers=headers, **options)

    return send


@pytest.fixture
def audit(store, acme):
    """Return what the audit of Acme says: action, target, and the id of who did it."""

    def entries():
        with store.read(acme) as session:
            rows = list_entries(session, acme, Wanted(50))
        return [(row.action, row.target, row.actor) for row in rows]

    return entries

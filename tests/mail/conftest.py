"""A mail server, its certificate, and the outbox of an installation."""

import pytest

from dashapp.domain.secrets.sealing import Secrets
from dashapp.mail.sending import Postman
from dashapp.store.mail.kinds import Mail, MailKind
from dashapp.store.mail.outbox import Outbox
from tests.factories import SECRET
from tests.mail import peer as peers

URL = "https://dash.example.com"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return peers.certificate(tmp_path_factory.mktemp("mail"))


@pytest.fixture
def peer():
    with peers.running() as running:
        yield running


@pytest.fixture
def postman(store, peer):
    return Postman(store, peer.server(), Secrets(SECRET), URL)


@pytest.fixture
def put(store):
    """Put a notice into the outbox."""

    def put_mail(*addresses, kind=MailKind.SECOND_FACTOR_REMOVED, locale="en", now=1, **params):
        with store.write_shared() as session:
            return [
                Outbox(Secrets(SECRET)).put(session, Mail(kind, address, locale, params), now=now)
                for address in addresses
            ]

    return put_mail

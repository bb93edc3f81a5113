"""Notices, and who may choose a new password by mail."""

import pytest
from sqlalchemy import insert, text

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.sealing import Secrets
from dashapp.store.mail.kinds import MailKind
from dashapp.store.mail.notices import tell, tell_owners
from dashapp.store.mail.outbox import Outbox
from dashapp.store.mail.resets import begin_reset
from dashapp.store.people import users
from dashapp.store.tables import providers
from tests import factories
from tests.factories import SECRET

OUTBOX = Outbox(Secrets(SECRET))
ADA = "ada@example.com"
DAY = 86_400_000_000


def mailed(store) -> list[tuple]:
    with store.read_shared() as session:
        rows = session.execute(text("SELECT kind, address FROM outbox ORDER BY address, id"))
        return [tuple(row) for row in rows]


def test_a_lock_is_mailed_once_a_day(store):
    factories.add_user(store, ADA)
    for now in (1, 2, DAY, DAY + 2):
        with store.write_shared() as session:
            user = users.find_user(session, ADA)
            tell(session, OUTBOX, MailKind.ACCOUNT_LOCKED, user, now=now)

    assert mailed(store) == [("account_locked", ADA)] * 2


def test_an_address_that_gets_no_mail_does_not_fail_the_act(store):
    factories.add_user(store, "zoë@example.com")
    with store.write_shared() as session:
        user = users.find_user(session, "zoë@example.com")
        tell(session, OUTBOX, MailKind.PASSWORD_CHANGED, user, now=1)

    assert mailed(store) == []


def test_only_owners_are_told_that_a_provider_is_the_only_way(store, acme, rival):
    factories.add_user(store, ADA, (acme, Role.OWNER))
    factories.add_user(store, "bob@example.com", (acme, Role.ADMIN))
    factories.add_user(store, "rita@example.com", (rival, Role.OWNER))
    with store.write_shared() as session:
        params = {"provider": "Acme login"}
        tell_owners(session, OUTBOX, MailKind.ONLY_WAY_CHANGED, acme, params, now=1)

    assert mailed(store) == [("only_way_changed", ADA)]


@pytest.mark.parametrize(
    ("role", "is_in_rival", "is_everywhere", "can_reset"),
    [
        (Role.ADMIN, False, False, False),
        (Role.OWNER, False, False, True),
        (Role.ADMIN, True, False, True),
        (Role.ADMIN, True, True, False),
        (Role.OWNER, True, True, True),
    ],
)
def test_who_may_only_use_a_provider_gets_no_link(
    store, acme, rival, role, is_in_rival, is_everywhere, can_reset
):
    others = [(rival, Role.MEMBER)] if is_in_rival else []
    factories.add_user(store, ADA, (acme, role), *others)
    with store.write_shared() as session:
        org_id = None if is_everywhere else acme.org_id
        row = {"id": "p1", "name": "x", "issuer": "https://x.example"}
        session.execute(
            insert(providers).values(
                **row, org_id=org_id, client_id="c", is_only_way=True, created_at=1
            )
        )
    with store.write_shared() as session:
        assert (begin_reset(session, ADA, now=1) is not None) is can_reset

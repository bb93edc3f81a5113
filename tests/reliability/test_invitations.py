"""Sixteen processes invite, accept and remove at once: what they leave is consistent."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from dashapp.domain.access.roles import Role
from tests import factories

PROCESSES = 16
PEOPLE = [f"p{number}@example.com" for number in range(4)]
WORK = """
import random, sys
from contextlib import suppress
from sqlalchemy.exc import OperationalError  # SQLite's lock took longer than five seconds
from dashapp.domain.access.actors import Actor, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import DashappError
from dashapp.domain.secrets.sealing import Secrets
from dashapp.store.administration import invitations, members
from dashapp.store.administration.change import changing
from dashapp.store.engine import Store
from dashapp.store.mail.outbox import Outbox
from dashapp.store.orgs import orgs
from dashapp.store.people import users
from tests import factories

url, seed = sys.argv[1:]
store, chance = Store(url), random.Random(int(seed))
with store.read_shared() as session:
    owner = factories.scope(orgs.find_org(session, "acme"))
by = Actor(ActorKind.MEMBER, "1", "ada@example.com")
secrets, accepted = [], 0
for round in range(12):
    email = f"p{chance.randrange(4)}@example.com"
    with suppress(DashappError, OperationalError), changing(store, owner, by, now=5) as change:
        act = chance.choice(["invite", "invite", "accept", "accept", "remove"])
        user = users.find_user(change.session, email)
        if act == "invite":
            new = invitations.invite(change, email, chance.choice([Role.MEMBER, Role.AUTHOR]))
            secrets.append((new.secret, user.id))
        elif act == "accept" and secrets:
            invitations.accept(change, *chance.choice(secrets))
        elif act == "remove":
            members.remove_member(change, user)
"""
ENTRIES = "SELECT action, count(*) FROM audit WHERE org_id = :org GROUP BY action"


@pytest.mark.both_databases
def test_what_many_processes_leave_is_what_the_audit_says(store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    for email in PEOPLE:
        factories.add_user(store, email)
    url = store.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WORK, url]
    processes = [subprocess.Popen([*command, str(seed)]) for seed in range(PROCESSES)]
    assert [process.wait() for process in processes] == [0] * PROCESSES

    with store.read(acme) as session:
        org = {"org": acme.org_id}
        done = dict(session.execute(text(ENTRIES), org).tuples().all())
    with store.read_shared() as session:
        members = session.execute(
            text("SELECT count(*) FROM memberships WHERE org_id = :org"), org
        ).scalar_one()
        both = session.execute(
            text(
                "SELECT count(*) FROM invitations i JOIN users u ON u.email = i.email"
                " JOIN memberships m ON m.user_id = u.id AND m.org_id = i.org_id"
            )
        ).scalar_one()
    assert done["member_invited"] > 0
    assert done.get("member_added", 0) == done.get("invitation_accepted", 0)
    assert members == 1 + done.get("member_added", 0) - done.get("member_removed", 0)
    assert both == 0

"""Sixteen processes invite, accept and remove at once: what they leave is consistent."""

import random
from contextlib import closing, suppress
from multiprocessing import get_context

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from dashapp.domain.access.actors import Actor, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import DashappError
from dashapp.store.administration.change import changing
from dashapp.store.administration.people import invitations, members
from dashapp.store.engine import Store
from dashapp.store.people import users
from tests import factories

PROCESSES, ROUNDS = 16, 8
PEOPLE = [f"p{number}@example.com" for number in range(4)]
BY_ADA = Actor(ActorKind.MEMBER, "1", "ada@example.com")
ENTRIES = "SELECT action, count(*) FROM audit WHERE org_id = :org GROUP BY action"


def work(url: str, owner, seed: int) -> None:
    """Invite, accept and remove people at random."""
    chance, secrets = random.Random(seed), []
    with closing(Store(url)) as store:
        for _round in range(ROUNDS):
            # SQLite's lock can take longer than five seconds.
            with (
                suppress(DashappError, OperationalError),
                changing(store, owner, BY_ADA, now=5) as change,
            ):
                act(change, chance, secrets)


def act(change, chance, secrets) -> None:
    user = users.find_user(change.session, chance.choice(PEOPLE))
    what = chance.choice(["invite", "invite", "accept", "accept", "remove"])
    if what == "invite":
        new = invitations.invite(change, user.email, chance.choice([Role.MEMBER, Role.AUTHOR]))
        secrets.append((new.secret, user.id))
    elif what == "accept" and secrets:
        invitations.accept(change, *chance.choice(secrets))
    elif what == "remove":
        members.remove_member(change, user)


def test_what_many_processes_leave_is_what_the_audit_says(store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    for email in PEOPLE:
        factories.add_user(store, email)
    url = store.url.render_as_string(hide_password=False)
    forked = get_context("fork")
    processes = [forked.Process(target=work, args=(url, acme, n)) for n in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES

    with store.read(acme) as session:
        org = {"org": acme.org_id}
        done = {row[0]: row[1] for row in session.execute(text(ENTRIES), org)}
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

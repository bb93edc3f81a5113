"""What people do with their own accounts, and what happens to these, in the audits of their orgs.

A person can be in thousands of orgs: the first five record it. What outlives orgs, and what people
without an org do, is recorded by the installation.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, Actor
from dashapp.domain.access.scope import Org, Scope
from dashapp.store.audit.entries import add_entry, add_installation_entry
from dashapp.store.engine import Store
from dashapp.store.people.memberships import Visitor, memberships_of
from dashapp.store.people.users import User

MOST_ORGS = 5


class Recorder(NamedTuple):
    """Records acts that concern a person, in the transaction of the act."""

    store: Store
    scope_of_org: Callable[[Org], Scope]

    def record(
        self,
        session: Session,
        user: User,
        actor: Actor,
        action: Action,
        *,
        after: Mapping[str, object] | None = None,
        now: int,
    ) -> None:
        """Add an entry to each of the person's orgs. Write what is shared before this."""
        members = memberships_of(session, Visitor(user.id), most=MOST_ORGS)
        if not members:
            add_installation_entry(session, actor, action, user.email, after=after, now=now)
        for member in members:
            scope = self.scope_of_org(member.org)
            self.store.enter_org(session, scope)
            add_entry(session, scope, actor, action, user.email, after=after, now=now)

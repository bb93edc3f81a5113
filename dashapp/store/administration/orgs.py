"""Orgs, added by the vendor."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dashapp.domain.access.actors import Action, Actor
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import Conflict
from dashapp.store.administration.change import Change
from dashapp.store.audit.entries import add_installation_entry
from dashapp.store.engine import Store
from dashapp.store.orgs.new_orgs import FirstRows, NewOrg, check_new_org, insert_orgs


class OrgExists(Conflict):
    """There is an org with this slug."""


@contextmanager
def adding_org(
    store: Store,
    make_scope: Callable[[Org], Scope],
    new: NewOrg,
    first: FirstRows,
    actor: Actor,
) -> Iterator[Change]:
    """Add an org with its first rows, and yield a change of it in the same transaction.

    An exception leaves nothing behind. Raises BadInput, OrgExists or SlugReserved.
    """
    check_new_org(new)
    now = first.created_at
    with store.write_shared() as session:
        added = insert_orgs(session, make_scope, [new], first)
        if not added:
            raise OrgExists(f"Org {new.slug} already exists.")
        scope = make_scope(added[0])
        add_installation_entry(session, actor, Action.ORG_ADDED, new.name, org=new.slug, now=now)
        store.enter_org(session, scope)
        change = Change(session, scope, actor, now)
        boards = [saved.template for saved, _panels in first.dashboards]
        change.record(Action.ORG_ADDED, new.slug, after={**new._asdict(), "boards": boards})
        yield change

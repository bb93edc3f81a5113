"""Orgs, added by the vendor."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.orm import Session

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
    with store.write_shared() as session:
        added = insert_orgs(session, make_scope, [new], first)
        if not added:
            raise OrgExists(f"Org {new.slug} already exists.")
        scope = make_scope(added[0])
        record_added(store, session, [scope], first, actor)
        yield Change(session, scope, actor, first.created_at)


def record_added(
    store: Store, session: Session, scopes: Sequence[Scope], first: FirstRows, actor: Actor
) -> None:
    """Record that orgs were added: in the installation's audit, and in their own.

    The transaction, on the shared tables before, goes on with the last org.
    """
    now = first.created_at
    boards = [saved.template for saved, _panels in first.dashboards]
    for scope in scopes:
        slug = scope.org.slug
        add_installation_entry(session, actor, Action.ORG_ADDED, slug, org=slug, now=now)
    for scope in scopes:
        store.enter_org(session, scope)
        values = scope.org._asdict()
        del values["id"]
        change = Change(session, scope, actor, now)
        change.record(Action.ORG_ADDED, scope.org.slug, after={**values, "boards": boards})

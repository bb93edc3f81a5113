"""Origins that may embed an org's dashboards, changed by someone.

The vendor replaces the whole list of those that it has set; the org's own ones stay.
"""

from collections.abc import Sequence

from dashapp.domain.access.actors import Action, ActorKind
from dashapp.domain.errors import Conflict, Forbidden
from dashapp.domain.language import _
from dashapp.store.administration.change import Change
from dashapp.store.orgs import origins


def add_origin(change: Change, origin: str) -> str:
    """Allow an origin; return its normal form. Raises BadInput or Conflict."""
    is_vendors = change.actor.kind is not ActorKind.MEMBER
    added = origins.insert_origin(
        change.session, change.scope, origin, now=change.now, is_vendors=is_vendors
    )
    change.record(Action.ORIGIN_ADDED, added)
    return added


def remove_origin(change: Change, origin: str) -> str:
    """Stop allowing an origin; return its normal form.

    Raises BadInput, NotFound, or Forbidden if a member removes an origin that the vendor has set.
    """
    if change.actor.is_member:
        allowed = origins.allowed_origins(change.session, change.scope)
        if allowed.get(origins.normal_origin(origin)):
            raise Forbidden(_("Your provider has set this origin. Ask them if it must be removed."))
    removed = origins.delete_origin(change.session, change.scope, origin)
    change.record(Action.ORIGIN_REMOVED, removed)
    return removed


def replace_vendors_origins(change: Change, wanted: Sequence[str]) -> None:
    """Allow these origins instead of those that the vendor has set. Raises BadInput or Conflict."""
    normal = {origins.normal_origin(origin) for origin in wanted}
    session, scope = change.session, change.scope
    allowed = origins.allowed_origins(session, scope)
    for origin in sorted(o for o, is_vendors in allowed.items() if is_vendors and o not in normal):
        remove_origin(change, origin)
    missing = sorted(normal - allowed.keys())
    kept = [o for o, is_vendors in allowed.items() if not is_vendors or o in normal]
    if len(kept) + len(missing) > origins.MAX_ORIGINS:
        raise Conflict(f"An org can have at most {origins.MAX_ORIGINS} origins.")
    for origin in missing:
        add_origin(change, origin)

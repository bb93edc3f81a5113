"""Keys of an org, added and revoked by someone."""

from typing import NamedTuple

from dashapp.domain.access.actors import Action
from dashapp.domain.errors import BadInput, Conflict
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.sealing import Secrets
from dashapp.store.administration.change import Change
from dashapp.store.orgs import keys

MAX_NAME = 100


class NewKey(NamedTuple):
    """What is asked for. `name` is unique among the org's active keys."""

    kind: KeyKind
    name: str | None = None
    events_per_minute: int | None = None


class NameTaken(Conflict):
    """An active key has the name already: a retry finds the first one."""

    def __init__(self, name: str, key_id: str) -> None:
        text = _("An active key is already called “%(name)s”. Choose another name.")
        super().__init__(text, name=name)
        self.id = key_id


def add_key(change: Change, new: NewKey, *, secrets: Secrets | None = None) -> tuple[str, str]:
    """Add a key; return its id and its secret, which cannot be shown again.

    An embed key needs the installation's `secrets`. Raises BadInput or NameTaken.
    """
    if new.name is not None:
        check_key_name(new.name)
        taken = keys.active_key_named(change.session, change.scope, new.name)
        if taken is not None:
            raise NameTaken(new.name, taken)
    key_id, secret = keys.insert_key(
        change.session,
        change.scope,
        new.kind,
        now=change.now,
        name=new.name,
        events_per_minute=new.events_per_minute,
        secrets=secrets,
    )
    change.record(Action.KEY_ADDED, key_id, after={"kind": new.kind, "name": new.name})
    return key_id, secret


def revoke_key(change: Change, key_id: str) -> None:
    """Revoke a key of the org: every worker refuses it from its next request. Raises NotFound."""
    kind, name = keys.revoke_key(change.session, change.scope, key_id, now=change.now)
    change.record(Action.KEY_REVOKED, key_id, before={"kind": kind, "name": name})


def check_key_name(name: str) -> None:
    """Raise BadInput for an invalid name of a key."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise BadInput(
            _("A key's name must have 1 to %(most)s printable characters."), most=MAX_NAME
        )

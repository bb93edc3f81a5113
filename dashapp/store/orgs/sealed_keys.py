"""Embed keys whose secrets cannot be read, because DASHAPP_SECRET_KEY has changed."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashapp.domain.errors import ConfigurationError
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.sealing import Secrets
from dashapp.store.orgs.keys import EmbedKey, secret_of
from dashapp.store.orgs.orgs import IS_NOT_DELETED, ORG_COLUMNS, org_from
from dashapp.store.tables import keys, orgs

_ACTIVE = (
    select(keys.c.id.label("key_id"), keys.c.sealed, *ORG_COLUMNS)
    .join(orgs, orgs.c.id == keys.c.org_id)
    .where(
        keys.c.kind == KeyKind.EMBED.value,
        keys.c.sealed.is_not(None),
        keys.c.revoked_at.is_(None),
        IS_NOT_DELETED,
    )
)


class SealedKeys(NamedTuple):
    """How many embed keys are active, and how many of them cannot be read."""

    active: int
    unreadable: int

    @property
    def fault(self) -> str | None:
        """A sentence with what to do if some cannot be read."""
        if not self.unreadable:
            return None
        return (
            f"{self.unreadable:,} of {self.active:,} embed keys cannot be read, so their boards do "
            "not open: DASHAPP_SECRET_KEY has changed. Set DASHAPP_SECRET_KEY_OLD to the value "
            "with which the keys were made, or make new ones: dashapp key add --kind embed"
        )


def sealed_keys(session: Session, secrets: Secrets) -> SealedKeys:
    """Try to read each active embed key."""
    active = unreadable = 0
    for row in session.execute(_ACTIVE):
        active += 1
        try:
            secret_of(EmbedKey(row.key_id, org_from(row), row.sealed, None), secrets)
        except ConfigurationError:
            unreadable += 1
    return SealedKeys(active, unreadable)

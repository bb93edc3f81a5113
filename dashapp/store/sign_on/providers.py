"""Identity providers: one of the installation, and one per org."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.domain.secrets.sealing import Purpose, Secrets, seal, unseal
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.orgs.orgs import IS_NOT_DELETED, ORG_COLUMNS, org_from
from dashapp.store.tables import (
    identities,
    login_sessions,
    orgs,
    providers,
    sign_on_domains,
    sign_ons,
)

_COLUMNS = (
    "id",
    "name",
    "issuer",
    "client_id",
    "sealed",
    "role_claim",
    "roles",
    "joins_as",
    "is_only_way",
)
# A provider of an org that is being deleted is none.
_PROVIDER = (
    select(*(providers.c[name] for name in _COLUMNS), *ORG_COLUMNS)
    .outerjoin(orgs, (orgs.c.id == providers.c.org_id) & IS_NOT_DELETED)
    .where(providers.c.org_id.is_(None) | orgs.c.id.is_not(None))
)


def provider_of(session: Session, scope: Scope | None) -> Provider | None:
    """Return the provider of an org, or, without a Scope, of the installation."""
    return _first(session, _owned_by(scope))


def provider_of_slug(session: Session, slug: str) -> Provider | None:
    """Return the provider of the org with this slug."""
    return _first(session, orgs.c.slug == slug)


def find_provider(session: Session, provider_id: str) -> Provider | None:
    return _first(session, providers.c.id == provider_id)


def list_providers(session: Session) -> Sequence[Provider]:
    """Return all providers: the installation's first, then by the slug of their org."""
    rows = session.execute(_PROVIDER.order_by(orgs.c.slug.is_not(None), orgs.c.slug))
    return [_provider_from(row) for row in rows]


def has_providers_of_orgs(session: Session) -> bool:
    """Return whether any org has a provider and a mail domain that leads to it."""
    led_to = exists().where(sign_on_domains.c.org_id == providers.c.org_id)
    return bool(session.execute(select(led_to)).scalar())


def insert_provider(
    session: Session, scope: Scope | None, provider_id: str, *, now: int, **values: Any
) -> None:
    """Add a provider with a new id (`make_short_id`)."""
    session.execute(
        insert(providers).values(
            id=provider_id,
            org_id=None if scope is None else scope.org_id,
            created_at=now,
            **values,
        )
    )


def set_provider(session: Session, provider: Provider, **values: Any) -> None:
    """Change columns of a provider. Another issuer is another set of identities."""
    session.execute(update(providers).where(providers.c.id == provider.id).values(**values))
    if values.get("issuer", provider.issuer) != provider.issuer:
        forget_people(session, provider)


def forget_people(session: Session, provider: Provider) -> None:
    """Delete the identities of a provider, and what is under way with it."""
    session.execute(delete(identities).where(identities.c.provider == provider.id))
    session.execute(delete(sign_ons).where(sign_ons.c.provider == provider.id))


def delete_provider(session: Session, provider: Provider) -> None:
    """Delete a provider, with its identities and what is under way with it."""
    session.execute(delete(providers).where(providers.c.id == provider.id))


def end_sessions_through(session: Session, provider: Provider, *, at: int) -> None:
    """End the sessions that an org's provider opened: they open nothing without it."""
    session.execute(
        update(login_sessions)
        .where(login_sessions.c.provider == provider.id, login_sessions.c.ended_at.is_(None))
        .values(ended_at=at, end_reason="provider", is_tracked=False)
    )


def sealed_secret(secrets: Secrets, provider_id: str, secret: str) -> str:
    """Return a client's secret, encrypted for its provider."""
    return seal(secrets, secret, purpose=Purpose.PROVIDER, context=provider_id)


def secret_of(provider: Provider, secrets: Secrets) -> str | None:
    """Return the client's secret, None for a public client. Raises ConfigurationError."""
    if provider.sealed is None:
        return None
    return unseal(secrets, provider.sealed, purpose=Purpose.PROVIDER, context=provider.id)


def _owned_by(scope: Scope | None) -> Any:
    if scope is None:
        return providers.c.org_id.is_(None)
    return providers.c.org_id == scope.org_id


def _first(session: Session, condition: Any) -> Provider | None:
    row = session.execute(_PROVIDER.where(condition)).first()
    return None if row is None else _provider_from(row)


def _provider_from(row: Any) -> Provider:
    return Provider(
        row.id,
        None if row.org_id is None else org_from(row),
        row.name,
        row.issuer,
        row.client_id,
        row.sealed,
        row.role_claim,
        {value: Role(role) for value, role in row.roles.items()},
        None if row.joins_as is None else Role(row.joins_as),
        row.is_only_way,
    )

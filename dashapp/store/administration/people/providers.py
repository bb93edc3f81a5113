"""The identity provider of an org or of the installation, changed by someone.

The vendor alone sets mail domains: who runs a provider could name any address there.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, Actor
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, Conflict, Forbidden, NotFound
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import make_short_id
from dashapp.domain.secrets.sealing import Secrets
from dashapp.domain.sign_on import providers as rules
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.administration.change import Change
from dashapp.store.audit.entries import add_installation_entry
from dashapp.store.mail.kinds import MailKind
from dashapp.store.mail.notices import tell_owners
from dashapp.store.mail.outbox import Outbox
from dashapp.store.sign_on import domains, providers

_NO_PROVIDER = _("No identity provider is set up.")


class Wish(NamedTuple):
    """What a provider should be. `secret` is None to keep the stored one, "" for none."""

    name: str
    issuer: str
    client_id: str
    secret: str | None = None
    role_claim: str | None = None
    roles: Mapping[str, Role] = {}
    joins_as: Role | None = None


class Site(NamedTuple):
    """What the installation decides: the secrets to seal with, and whether http is allowed."""

    secrets: Secrets
    allows_private: bool = False


def set_provider(change: Change, wish: Wish, site: Site) -> Provider:
    """Set up or change the provider of the org. Raises BadInput or Forbidden.

    With another issuer, its identities are dropped, and the sessions that it opened end.
    """
    _check_owner(change)
    before = providers.provider_of(change.session, change.scope)
    after = _put(change.session, change.scope, before, wish, site, now=change.now)
    if before is not None and before.issuer != after.issuer:
        providers.end_sessions_through(change.session, before, at=change.now)
    old, new = _differences(before, after)
    if new:
        change.record(Action.PROVIDER_CHANGED, after.name, before=old or None, after=new)
    return after


def remove_provider(change: Change) -> None:
    """Remove the provider of the org, and end the sessions that it opened. Raises NotFound."""
    _check_owner(change)
    before = _existing(change)
    providers.end_sessions_through(change.session, before, at=change.now)
    providers.delete_provider(change.session, before)
    change.record(Action.PROVIDER_CHANGED, before.name, before=_described(before))


def set_only_way(
    change: Change,
    *,
    is_only_way: bool,
    session_provider: str | None = None,
    mails: Outbox | None = None,
) -> None:
    """Make the provider the only way into the org, or one of several. Owners are told by mail.

    Members turn it on from a session through this provider only, so that they know it works.
    Owners keep their password with a second factor. Raises NotFound, Forbidden or Conflict.
    """
    _check_owner(change)
    provider = _existing(change)
    if provider.is_only_way is is_only_way:
        return
    if is_only_way and session_provider != provider.id:
        raise Conflict(
            _(
                "Sign in with %(name)s first: only such a session can make it the only way to "
                "sign in."
            ),
            name=provider.name,
        )
    providers.set_provider(change.session, provider, is_only_way=is_only_way)
    if is_only_way:
        kind, params = MailKind.ONLY_WAY_CHANGED, {"provider": provider.name}
        tell_owners(change.session, mails, kind, change.scope, params, now=change.now)
    change.record(
        Action.PROVIDER_CHANGED,
        provider.name,
        before={"is_only_way": provider.is_only_way},
        after={"is_only_way": is_only_way},
    )


def set_domains(change: Change, wanted: Sequence[str]) -> list[str]:
    """Set the org's mail domains; return them in their normal form.

    Raises Forbidden for members, BadInput, or Conflict if another org has one.
    """
    if change.actor.is_member:
        raise Forbidden(_("The operator of this server sets mail domains."))
    normal = sorted({domains.normal_domain(text) for text in wanted})
    before = list(domains.domains_of(change.session, change.scope))
    if normal != before:
        domains.replace_domains(change.session, change.scope, normal, now=change.now)
        old, new = {"domains": before}, {"domains": normal}
        change.record(Action.PROVIDER_CHANGED, change.scope.org.slug, before=old, after=new)
    return normal


def set_installation_provider(
    session: Session, actor: Actor, wish: Wish, site: Site, *, now: int
) -> Provider:
    """Set up or change the provider of the installation. Raises BadInput."""
    if wish.role_claim or wish.roles or wish.joins_as:
        raise BadInput("Roles are for providers of an org: people join orgs by invitation here.")
    before = providers.provider_of(session, None)
    after = _put(session, None, before, wish, site, now=now)
    _old, new = _differences(before, after)
    add_installation_entry(
        session, actor, Action.PROVIDER_CHANGED, after.name, after=new or None, now=now
    )
    return after


def remove_installation_provider(session: Session, actor: Actor, *, now: int) -> None:
    """Remove the provider of the installation. Raises NotFound."""
    before = providers.provider_of(session, None)
    if before is None:
        raise NotFound(_NO_PROVIDER)
    providers.delete_provider(session, before)
    add_installation_entry(session, actor, Action.PROVIDER_CHANGED, before.name, now=now)


def set_installation_only_way(
    session: Session, actor: Actor, *, is_only_way: bool, now: int
) -> None:
    """Make the installation's provider the only way in, or one of several. Raises NotFound."""
    before = providers.provider_of(session, None)
    if before is None:
        raise NotFound(_NO_PROVIDER)
    providers.set_provider(session, before, is_only_way=is_only_way)
    after = {"is_only_way": is_only_way}
    add_installation_entry(
        session, actor, Action.PROVIDER_CHANGED, before.name, after=after, now=now
    )


def _check_owner(change: Change) -> None:
    if change.scope.role is not Role.OWNER:
        raise Forbidden(_("Only owners can change how people sign in."))


def _existing(change: Change) -> Provider:
    provider = providers.provider_of(change.session, change.scope)
    if provider is None:
        raise NotFound(_NO_PROVIDER)
    return provider


def _put(
    session: Session,
    scope: Scope | None,
    before: Provider | None,
    wish: Wish,
    site: Site,
    *,
    now: int,
) -> Provider:
    provider_id = make_short_id() if before is None else before.id
    values = _values(wish, site, provider_id)
    if before is None:
        providers.insert_provider(session, scope, provider_id, now=now, **values)
    else:
        values = _carefully(values, before)
        providers.set_provider(session, before, **values)
    after = providers.find_provider(session, provider_id)
    assert after is not None
    return after


def _carefully(values: dict[str, Any], before: Provider) -> dict[str, Any]:
    """Return the columns with what another issuer or client must not keep.

    The secret is never sent to another provider, and nobody is locked in with one that was not
    tried.
    """
    is_same_issuer = values["issuer"] == before.issuer
    is_same_client = is_same_issuer and values["client_id"] == before.client_id
    lost_secret = {} if is_same_issuer or "sealed" in values else {"sealed": None}
    return {**values, **lost_secret, **({} if is_same_client else {"is_only_way": False})}


def _values(wish: Wish, site: Site, provider_id: str) -> dict[str, Any]:
    """Return the columns of a provider. Raises BadInput."""
    values: dict[str, Any] = {
        "name": rules.check_name(wish.name),
        "issuer": rules.check_issuer(wish.issuer, allows_private=site.allows_private),
        "client_id": rules.check_client_id(wish.client_id),
        "role_claim": rules.check_role_claim(wish.role_claim),
        "roles": {value: rules.given_role(role).value for value, role in wish.roles.items()},
        "joins_as": None if wish.joins_as is None else rules.given_role(wish.joins_as).value,
    }
    if wish.secret is not None:
        secret = rules.check_secret(wish.secret) if wish.secret.strip() else None
        values["sealed"] = secret and providers.sealed_secret(site.secrets, provider_id, secret)
    return values


def _differences(
    before: Provider | None, after: Provider
) -> tuple[dict[str, object], dict[str, object]]:
    old, new = {} if before is None else _described(before), _described(after)
    if before is not None and before.sealed != after.sealed:
        new["has_new_secret"] = True
    names = [name for name in new if name not in old or old[name] != new[name]]
    return {name: old[name] for name in names if name in old}, {name: new[name] for name in names}


def _described(provider: Provider) -> dict[str, object]:
    """Return a provider for the audit, without its secret."""
    return {
        "name": provider.name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "role_claim": provider.role_claim,
        "roles": {value: role.value for value, role in provider.roles.items()},
        "joins_as": provider.joins_as,
        "is_only_way": provider.is_only_way,
    }

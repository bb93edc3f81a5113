"""Let someone in whom a provider vouches for: decide, make the change, and start a session."""

from typing import Literal, NamedTuple

from flask import Response

from dashapp.domain.access.actors import Action, Actor, ActorKind
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict, DashappError, Forbidden
from dashapp.domain.language import _
from dashapp.domain.sign_on.claims import Said
from dashapp.domain.sign_on.decision import Account, Decision, Outcome, Refusal, decide
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.administration.change import changing
from dashapp.store.administration.people import sign_on as acts
from dashapp.store.audit.entries import add_entry
from dashapp.store.people import users
from dashapp.store.people.users import User
from dashapp.store.sign_on import identities
from dashapp.store.sign_on.identities import facts_of, invitations_of
from dashapp.web.access.actors import actor_of
from dashapp.web.access.login.sessions import How, sign_in
from dashapp.web.services import Services

METHOD: Literal["sso"] = "sso"
_TRIES = 2  # another request can add the same person meanwhile


class Entering(NamedTuple):
    """Someone at the door: what their provider said, and where they want to go."""

    app: Services
    provider: Provider
    said: Said
    target: str | None

    @property
    def scope(self) -> Scope | None:
        """The Scope of the provider's org, None for the installation's provider."""
        org = self.provider.org
        return None if org is None else self.app.scope_of_org(org)


class NotLetIn(DashappError):
    """The provider is right about who it is, but they may not come in."""

    code = "forbidden"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class MustProve(Exception):
    """The address has an account: the person must prove that it is theirs."""

    def __init__(self, account: Account) -> None:
        super().__init__("an account has this address")
        self.account = account


def enter(entering: Entering) -> Response:
    """Start a session, after whatever that takes. Raises NotLetIn or MustProve."""
    user = _user_of(entering)
    own = entering.provider.org and entering.provider.id
    return sign_in(entering.app, user, How(METHOD, own), entering.target)


def connect(entering: Entering, account_id: int) -> None:
    """Link the identity to an account that the person has proved to be theirs. Raises Conflict."""
    app, provider, now = entering.app, entering.provider, entering.app.now_us()
    user = _user_with_id(app, account_id)
    actor = acts.as_member(_nobody(provider), user)
    if entering.scope is None:
        with app.store.write_shared() as session:
            acts.link_for_all_orgs(session, actor, provider, entering.said, user, now=now)
        return
    with changing(app.store, entering.scope, actor, now=now) as change:
        acts.link(change, provider, entering.said, user)


def _user_of(entering: Entering) -> User:
    for attempt in range(_TRIES):
        try:
            return _let_in(entering)
        except Conflict:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError


def _let_in(entering: Entering) -> User:
    decision = _decision(entering)
    if decision.outcome is Outcome.REFUSE:
        assert decision.refusal is not None
        _record_refusal(entering, decision.refusal)
        raise NotLetIn(decision.refusal)
    if decision.outcome is Outcome.LINK:
        assert decision.account is not None
        raise MustProve(decision.account)
    if decision.role is None and decision.account is not None:
        user = _user_with_id(entering.app, decision.account.user_id)
    else:
        user = _change(entering)
    _note_use(entering)
    if entering.provider.org is None:
        _accept_invitations(entering, user)
    return user


def _decision(entering: Entering) -> Decision:
    app, scope, provider = entering.app, entering.scope, entering.provider
    with app.store.read_shared() as session:
        facts = facts_of(session, provider, scope, entering.said, now=app.now_us())
    return decide(provider, entering.said, facts)


def _change(entering: Entering) -> User:
    """Decide again under the org's lock, and do what that takes, in one transaction."""
    app, provider, said = entering.app, entering.provider, entering.said
    now, scope = app.now_us(), entering.scope
    if scope is None:
        with app.store.write_shared() as session:
            return acts.create_user(session, provider, said, now=now)
    with changing(app.store, scope, _nobody(provider), now=now) as change:
        facts = facts_of(change.session, provider, scope, said, now=now)
        decision = decide(provider, said, facts)
        if decision.outcome not in {Outcome.SIGN_IN, Outcome.CREATE}:
            raise Conflict(_("Someone else changed this account at the same time. Sign in again."))
        if decision.account is None:
            user = acts.create_user(change.session, provider, said, now=now)
        else:
            user = users.find_user(change.session, decision.account.email)
        if decision.role is not None:
            own = change._replace(actor=acts.as_member(change.actor, user))
            acts.give_role(own, user, decision.role, is_invited=decision.uses_invitation)
        return user


def _accept_invitations(entering: Entering, user: User) -> None:
    """Accept what was sent to the address that the installation's provider vouches for."""
    app, said, now = entering.app, entering.said, entering.app.now_us()
    is_same = identities.normal_or_none(said.email) == user.email
    if not (is_same and said.is_email_verified):
        return
    with app.store.read_shared() as session:
        invited = invitations_of(session, user.email, None, now=now)
    for invitation in invited:
        scope = app.scope_of_org(invitation.org)
        actor = acts.as_member(_nobody(entering.provider), user)
        with changing(app.store, scope, actor, now=now) as change:
            acts.accept_invitation(change, user)


def _note_use(entering: Entering) -> None:
    app = entering.app
    with app.store.try_write_shared() as session:
        identities.record_use(session, entering.provider, entering.said, now=app.now_us())


def _record_refusal(entering: Entering, refusal: Refusal) -> None:
    """Show the org's administrators who could not come in, and why."""
    scope, said, app = entering.scope, entering.said, entering.app
    if scope is None:
        return
    after = {"method": METHOD, "reason": refusal.value}
    actor, target = _nobody(entering.provider), said.email or said.subject
    with app.store.try_write(scope) as session:
        add_entry(
            session,
            scope,
            actor,
            Action.SIGN_IN_FAILED,
            target,
            after=after,
            now=app.now_us(),
        )


def _nobody(provider: Provider) -> Actor:
    """Return the provider as who acts, until it is known who the person is."""
    return actor_of(ActorKind.SYSTEM, provider.id, provider.name)


def _user_with_id(app: Services, user_id: int) -> User:
    with app.store.read_shared() as session:
        email = users.email_of(session, user_id)
        if email is None:
            raise Forbidden(_("This account was deleted."))
        return users.find_user(session, email)

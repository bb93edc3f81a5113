"""What a sign-on through a provider changes: new people, linked identities, roles."""

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, Actor, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.sign_on.claims import Said
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.administration.change import Change
from dashapp.store.administration.members import set_member
from dashapp.store.audit.entries import add_installation_entry
from dashapp.store.people import users
from dashapp.store.people.invitations import delete_invitation_of, find_invitation_of
from dashapp.store.people.members import role_of
from dashapp.store.people.users import User
from dashapp.store.sign_on import identities


def create_user(session: Session, provider: Provider, said: Said, *, now: int) -> User:
    """Add a user whom the provider vouches for. They have no password.

    Nobody has proved to this server that the address is theirs, so it stays unconfirmed: another
    org invites them and does not just add them. Raises Conflict if the address is taken.
    """
    user_id = users.insert_user(session, said.email or "", "", now=now)
    if said.name:
        users.set_name(session, user_id, said.name)
    identities.link(session, provider, said, user_id, now=now)
    return users.find_user(session, said.email or "")


def link(change: Change, provider: Provider, said: Said, user: User) -> None:
    """Link an identity to a user who has proved that the account is theirs."""
    identities.link(change.session, provider, said, user.id, now=change.now)
    change.record(Action.IDENTITY_LINKED, user.email, after=_described(provider))


def link_for_all_orgs(
    session: Session, actor: Actor, provider: Provider, said: Said, user: User, *, now: int
) -> None:
    """Link an identity of the installation's provider."""
    identities.link(session, provider, said, user.id, now=now)
    after = _described(provider)
    add_installation_entry(session, actor, Action.IDENTITY_LINKED, user.email, after=after, now=now)


def give_role(change: Change, user: User, role: Role, *, is_invited: bool) -> None:
    """Give the user the role that the provider or an invitation says."""
    set_member(change, user, role)
    if is_invited:
        delete_invitation_of(change.session, change.scope, user.email)
        change.record(Action.INVITATION_ACCEPTED, user.email, after={"role": role})


def accept_invitation(change: Change, user: User) -> None:
    """Accept the invitation of the user's address, if one is open."""
    if role_of(change.session, change.scope, user.id) is not None:
        return
    invited = find_invitation_of(change.session, change.scope, user.email)
    if invited is not None and not invited.has_expired(now=change.now):
        give_role(change, user, invited.role, is_invited=True)


def as_member(actor: Actor, user: User) -> Actor:
    """Return the user as who acts, from where the actor is."""
    return actor._replace(kind=ActorKind.MEMBER, id=str(user.id), name=user.email)


def _described(provider: Provider) -> dict[str, object]:
    return {"provider": provider.name, "issuer": provider.issuer}

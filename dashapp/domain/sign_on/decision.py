"""Who is someone that a provider vouches for, and what happens: a pure decision.

An identity is (provider, issuer, subject). An e-mail address alone never opens an account: the
operator of a provider could name any address.
"""

from enum import StrEnum
from typing import NamedTuple

from dashapp.domain.access.roles import Role
from dashapp.domain.sign_on.claims import Said
from dashapp.domain.sign_on.providers import Provider


class Account(NamedTuple):
    """A user, and what the provider's org knows about them."""

    user_id: int
    email: str
    is_disabled: bool
    has_password: bool
    role: Role | None  # in the org, None if they are not a member
    was_removed: bool  # by the org


class Facts(NamedTuple):
    """What is stored about someone who signs in.

    `linked` is the account of the identity, `named` the one with the address that the provider
    says. `invited_as` is the role of an open invitation of that address to the org, or, for the
    installation's provider, to any org. `is_own_domain`: the vendor has set the address's domain
    for the org.
    """

    linked: Account | None
    named: Account | None
    invited_as: Role | None
    is_own_domain: bool


class Outcome(StrEnum):
    """What happens."""

    SIGN_IN = "sign_in"
    LINK = "link"  # after the person has proved that the account is theirs
    CREATE = "create"
    REFUSE = "refuse"


class Refusal(StrEnum):
    """Why not: a word for the log. The page does not tell whether an account exists."""

    DISABLED = "disabled"
    NO_EMAIL = "no_email"
    UNPROVEN_EMAIL = "unproven_email"
    NOT_INVITED = "not_invited"
    REMOVED = "removed"


class Decision(NamedTuple):
    """An outcome. `role` is what the person gets in the org, None to leave it as it is."""

    outcome: Outcome
    account: Account | None = None
    role: Role | None = None
    refusal: Refusal | None = None
    uses_invitation: bool = False


def decide(provider: Provider, said: Said, facts: Facts) -> Decision:
    """Return what happens."""
    if facts.linked is not None:
        return _decide_linked(provider, said, facts, facts.linked)
    if said.email is None:
        return _refuse(Refusal.NO_EMAIL)
    if not is_proven(provider, said, facts):
        return _refuse(Refusal.UNPROVEN_EMAIL)
    account = facts.named
    refusal = _why_not(provider, facts, account)
    if refusal is not None:
        return _refuse(refusal)
    if account is not None:
        return Decision(Outcome.LINK, account)
    role = _joining_role(provider, said, facts)
    return Decision(Outcome.CREATE, None, role, uses_invitation=facts.invited_as is not None)


def is_proven(provider: Provider, said: Said, facts: Facts) -> bool:
    """Return whether the provider vouches for the address.

    An org's own provider may leave that out for addresses of a domain that the vendor has set.
    """
    if said.is_email_verified is None:
        return provider.org is not None and facts.is_own_domain
    return said.is_email_verified


def _decide_linked(provider: Provider, said: Said, facts: Facts, account: Account) -> Decision:
    if account.is_disabled:
        return _refuse(Refusal.DISABLED)
    if provider.org is None:
        return Decision(Outcome.SIGN_IN, account)
    if account.role is not None:
        role = said.role if account.role is not Role.OWNER else None
        return Decision(Outcome.SIGN_IN, account, None if role is account.role else role)
    is_same_address = account.email == (said.email or "").lower()
    if not (is_same_address and is_proven(provider, said, facts)):
        return _refuse(Refusal.REMOVED if account.was_removed else Refusal.NOT_INVITED)
    refusal = _why_not(provider, facts, account)
    if refusal is not None:
        return _refuse(refusal)
    is_invited = facts.invited_as is not None
    role = _joining_role(provider, said, facts)
    return Decision(Outcome.SIGN_IN, account, role, uses_invitation=is_invited)


def _why_not(provider: Provider, facts: Facts, account: Account | None) -> Refusal | None:
    """Return why someone may not come in, None if they may.

    An org's provider lets in members, the invited, and, if the org wants that, anybody of its own
    domain, but nobody whom it removed. The installation's provider lets in every user.
    """
    if account is not None and account.is_disabled:
        return Refusal.DISABLED
    if facts.invited_as is not None:
        return None
    if account is not None and (provider.org is None or account.role is not None):
        return None
    if account is not None and account.was_removed:
        return Refusal.REMOVED
    if provider.org is not None and provider.joins_as is not None and facts.is_own_domain:
        return None
    return Refusal.NOT_INVITED


def _joining_role(provider: Provider, said: Said, facts: Facts) -> Role | None:
    """Return the role of someone who joins the provider's org.

    Only the invitation of an owner makes an owner.
    """
    if provider.org is None:
        return None
    if facts.invited_as is Role.OWNER:
        return Role.OWNER
    return said.role or facts.invited_as or provider.joins_as


def _refuse(refusal: Refusal) -> Decision:
    return Decision(Outcome.REFUSE, refusal=refusal)

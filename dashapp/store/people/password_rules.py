"""What a person's new password is checked against (`domain/secrets/passwords.py`)."""

from sqlalchemy.orm import Session

from dashapp.domain.secrets.passwords import Rules, context_words
from dashapp.store.people.memberships import Visitor, memberships_of
from dashapp.store.people.second_factors import has_second_factor
from dashapp.store.people.users import User, normal_email

_MOST_ORGS = 20


def rules_for(session: Session, user: User, breached: str | None) -> Rules:
    """Return the rules for a user's new password."""
    members = memberships_of(session, Visitor(user.id), most=_MOST_ORGS)
    names = [text for member in members for text in (member.org.name, member.org.slug)]
    words = context_words(user.email, *names)
    return Rules(words, has_second_factor(session, user.id), breached)


def rules_for_new(email: str, breached: str | None, *names: str) -> Rules:
    """Return the rules for the password of someone who joins an org with these names."""
    return Rules(context_words(normal_email(email), *names), breached=breached)

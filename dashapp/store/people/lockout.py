"""What attempts to sign in are counted for: the subjects of an account."""

from collections.abc import Sequence

from dashapp.store.people.users import User


def account(email: str) -> str:
    return f"account:{email}"


def devices(user_id: int) -> str:
    return f"devices:{user_id}"


def codes(user_id: int) -> str:
    """Return the subject of second factors in 15 minutes."""
    return f"codes:{user_id}"


def codes_of_day(user_id: int) -> str:
    return f"codes-of-day:{user_id}"


def told(user_id: int) -> str:
    """Return the subject of mails that say that an account is locked."""
    return f"told:{user_id}"


def subjects_of(user: User) -> Sequence[str]:
    """Return what wrong passwords are counted for. Networks and single devices are not theirs.

    Codes are not among them: a person who reads their mail could guess on after each reset.
    """
    return account(user.email), devices(user.id)


def all_subjects_of(user: User) -> Sequence[str]:
    """Return everything that can lock a user out, for operators."""
    return (*subjects_of(user), codes(user.id), codes_of_day(user.id), told(user.id))

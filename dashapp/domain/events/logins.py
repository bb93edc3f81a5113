"""The events of logins: their types, and the user they name."""

from collections.abc import Mapping
from types import MappingProxyType

LOGIN_TYPES: Mapping[str, str] = MappingProxyType(
    {"logged_in": "user.logged_in", "logged_out": "user.logged_out"}
)


def event_user_of(user_id: int) -> str:
    """Return the user of a person's login events. It is no email address: events are shared."""
    return f"member:{user_id}"

"""What a provider says about a person: the claims of a verified ID token, checked."""

import re
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, NamedTuple

from dashapp.domain.access.roles import Role
from dashapp.domain.sign_on.providers import Provider

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
MAX_SUBJECT, _MAX_EMAIL, _MAX_NAME, _MAX_VALUES = 255, 320, 200, 1_000
_RANKS = {role: rank for rank, role in enumerate(Role)}


class RefusedSignOn(Exception):
    """An answer of a provider that proves nothing. `reason` is a word for the log."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


class Said(NamedTuple):
    """Who a provider says that someone is.

    `is_email_verified` is None if the provider says nothing about it. `role` is that of the role
    claim, None if the provider has none.
    """

    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool | None
    name: str | None
    role: Role | None


def said_by(provider: Provider, claims: Mapping[str, Any], nonce: str) -> Said:
    """Check the claims of an ID token whose signature, issuer, audience and times are right.

    Raises RefusedSignOn.
    """
    if not compare_digest(_text(claims, "nonce").encode(), nonce.encode()):
        raise RefusedSignOn("nonce")
    if claims["aud"] not in (provider.client_id, [provider.client_id]):
        raise RefusedSignOn("audience", "the token is for other clients, too")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise RefusedSignOn("audience", "azp names another client")
    subject = _text(claims, "sub")
    if not 0 < len(subject) <= MAX_SUBJECT:
        raise RefusedSignOn("subject", "sub must be a text of 1 to 255 characters")
    return Said(
        provider.issuer,
        subject,
        _short(claims.get("email"), _MAX_EMAIL),
        _flag(claims),
        _short(claims.get("name"), _MAX_NAME),
        _role(provider, claims),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    """Return a text that can be stored. A claim that is none counts as missing."""
    value = claims.get(name)
    return value if isinstance(value, str) and not _UNSTORABLE.search(value) else ""


def _short(value: object, most: int) -> str | None:
    """Return a text that people can read. A claim of another type counts as missing."""
    is_readable = isinstance(value, str) and 0 < len(value) <= most and value.isprintable()
    return str(value) if is_readable else None


def _flag(claims: Mapping[str, Any]) -> bool | None:
    """Return `email_verified`: only `true` is yes, and anything else that is sent is no."""
    return claims["email_verified"] is True if "email_verified" in claims else None


def _role(provider: Provider, claims: Mapping[str, Any]) -> Role | None:
    """Return the most powerful role of the claim's values, else that of people who just join.

    A provider never makes an owner.
    """
    if provider.role_claim is None:
        return None
    value = claims.get(provider.role_claim)
    values = value[:_MAX_VALUES] if isinstance(value, list) else [value]
    roles = {
        provider.roles[each] for each in values if isinstance(each, str) and each in provider.roles
    } - {Role.OWNER}
    return min(roles, key=_RANKS.__getitem__, default=provider.joins_as or Role.MEMBER)

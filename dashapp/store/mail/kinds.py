"""The kinds of mails, and what is stored of one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import idna

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.language import _


class MailKind(StrEnum):
    """What a mail is about. `dashapp/mail/texts.py` has the texts."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    ACCOUNT_LOCKED = "account_locked"
    ONLY_WAY_CHANGED = "only_way_changed"
    BREAK_GLASS = "break_glass"
    SECOND_FACTOR_REMOVED = "second_factor_removed"


class Mail(NamedTuple):
    """A mail to one person. `params` fill its text in; `locale` is the reader's language."""

    kind: MailKind
    address: str
    locale: str
    params: Mapping[str, str]


def check_mailable(address: str) -> None:
    """Raise BadInput for an address that mails cannot be sent to."""
    mailable(address)


def mailable(address: str) -> str:
    """Return an address as mail servers take it, with its domain in ASCII. Raises BadInput.

    Few servers accept other letters before the at sign (SMTPUTF8), so these are refused.
    """
    name, _at, domain = address.rpartition("@")
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        ascii_domain = ""
    if not (name.isascii() and ascii_domain):
        raise BadInput(
            _("Mails cannot be sent to “%(email)s”: before the @, it needs plain letters."),
            email=excerpt(address, 60),
        )
    return f"{name}@{ascii_domain}"

"""What the first proof of an address has removed from its account, in words."""

from collections.abc import Iterable

from dashapp.domain.language import _, say
from dashapp.store.administration.people.proving import Removed

_WORDS = {
    Removed.PASSWORD: _("the password"),
    Removed.AUTHENTICATOR: _("the authenticator app"),
    Removed.PASSKEYS: _("the passkeys"),
    Removed.IDENTITIES: _("the connection to single sign-on"),
}


def removed_text(codes: Iterable[str]) -> str:
    """Return the names of what was removed, also from an address that anyone can write."""
    return ", ".join(say(text) for code, text in _WORDS.items() if code.value in codes)

"""Encryption of secrets that must be read again, with keys derived from the installation's secret.

HMAC needs an embed secret exactly as printed, so it is encrypted instead of hashed. Each purpose
has its own key, derived from the installation's secret (HKDF, RFC 5869). A sealed text begins with
the name of its secret, so that secrets can be rotated.
"""

import base64
import binascii
import os
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dashapp.domain.errors import ConfigurationError

_NAME_BYTES, _NONCE_BYTES = 4, 12


class Purpose(StrEnum):
    """What is sealed. `store/secrets/columns.py` says in which column, and with which context."""

    EMBED_KEY = "embed keys"
    AUTHENTICATOR = "authenticators"
    PROVIDER = "providers"
    MAIL = "mails"


_SUBJECTS = {
    Purpose.EMBED_KEY: (
        "embed key",
        "Create a new one: dashapp key add --org SLUG --kind embed",
    ),
    Purpose.AUTHENTICATOR: (
        "authenticator app",
        "Sign in with a recovery code, and add the app again.",
    ),
    Purpose.PROVIDER: (
        "client secret of an identity provider",
        "Enter it again in the settings of the provider.",
    ),
    Purpose.MAIL: ("mail", "Send it again."),
}


class Secrets(NamedTuple):
    """The installation's secret and, while it is being rotated, the one before it."""

    current: str
    old: str | None = None

    @property
    def oldest_first(self) -> list[str]:
        """The order of itsdangerous: the last one signs, and all verify."""
        return [*([] if self.old is None else [self.old]), self.current]

    def derived_keys(self, purpose: str) -> list[bytes]:
        """Return the keys for one purpose, the current first: it signs, and all verify."""
        return [derived_key(secret, purpose) for secret in reversed(self.oldest_first)]


@lru_cache(maxsize=64)
def derived_key(secret: str, purpose: str) -> bytes:
    """Derive a 256-bit key for one purpose."""
    return _derived(secret, purpose, 32)


def name_of(secret: str) -> bytes:
    """Return the name of a secret. It says nothing about the secret."""
    return _derived(secret, "name", _NAME_BYTES)


def seal(secrets: Secrets, text: str, *, purpose: Purpose, context: str) -> str:
    """Encrypt a text under the current secret.

    `context` says what it belongs to, such as a key and its org; `unseal` needs the same one.
    """
    nonce = os.urandom(_NONCE_BYTES)
    bound = _bound(purpose, context)
    encrypted = _cipher(secrets.current, purpose).encrypt(nonce, text.encode(), bound)
    return base64.b64encode(name_of(secrets.current) + nonce + encrypted).decode()


def unseal(secrets: Secrets, sealed: str, *, purpose: Purpose, context: str) -> str:
    """Decrypt a text.

    Raises ConfigurationError if it was sealed with another secret, purpose or context.
    """
    for secret in reversed(secrets.oldest_first):
        for text in _opened(secret, sealed, purpose, context):
            return text
    subject, mend = _SUBJECTS[purpose]
    raise ConfigurationError(
        f"This {subject} was encrypted with a different DASHAPP_SECRET_KEY. Set "
        f"DASHAPP_SECRET_KEY_OLD to that one if you still have it. If not: {mend}"
    )


def is_current(secrets: Secrets, sealed: str) -> bool:
    """Return whether a text is sealed under the current secret, in the current form."""
    return _decoded(sealed).startswith(name_of(secrets.current))


def _opened(secret: str, sealed: str, purpose: Purpose, context: str) -> Iterator[str]:
    """Yield the text if it opens with this secret."""
    decoded = _decoded(sealed)
    if decoded.startswith(name_of(secret)):
        yield from _decrypted(
            _cipher(secret, purpose), decoded[_NAME_BYTES:], _bound(purpose, context)
        )
    if purpose is Purpose.EMBED_KEY:  # older ones lack the name of the secret
        yield from _decrypted(AESGCM(derived_key(secret, purpose)), decoded, context.encode())


def _decrypted(cipher: AESGCM, encrypted: bytes, bound: bytes) -> Iterator[str]:
    try:
        yield cipher.decrypt(encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:], bound).decode()
    except (InvalidTag, ValueError):
        return


def _decoded(sealed: str) -> bytes:
    try:
        return base64.b64decode(sealed)
    except (binascii.Error, ValueError):
        return b""


def _cipher(secret: str, purpose: Purpose) -> AESGCM:
    return AESGCM(derived_key(secret, f"sealed {purpose}"))


def _bound(purpose: Purpose, context: str) -> bytes:
    return f"{purpose}:{context}".encode()


def _derived(secret: str, purpose: str, length: int) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=length, salt=None, info=f"dashapp {purpose}".encode())
    return hkdf.derive(secret.encode())

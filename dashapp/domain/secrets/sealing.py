"""Secrets that must be read again, kept under a key that is made of the installation's own.

HMAC needs an embed key's secret as it was printed, so that it is encrypted and not hashed. The
installation's secret is the source of two keys, one for each purpose (HKDF, RFC 5869).
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dashapp.domain.errors import ConfigurationError

_NONCE = 12


def derived_key(secret: str, purpose: str) -> bytes:
    """256 bits for one purpose."""
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"dashapp {purpose}".encode())
    return made.derive(secret.encode())


def seal(secret: str, plain: str, *, about: str) -> str:
    """The text, encrypted; `about` says whose it is, and must be the same to open it."""
    nonce = os.urandom(_NONCE)
    cipher = AESGCM(derived_key(secret, "embed keys"))
    sealed = nonce + cipher.encrypt(nonce, plain.encode(), about.encode())
    return base64.b64encode(sealed).decode()


def unseal(secret: str, sealed: str, *, about: str) -> str:
    """Raises ConfigurationError where it was sealed under another secret, or for another key."""
    raw = base64.b64decode(sealed)
    cipher = AESGCM(derived_key(secret, "embed keys"))
    try:
        return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
    except InvalidTag:
        raise ConfigurationError(
            "This embed key was made under another DASHAPP_SECRET_KEY. Make a new one: "
            "dashapp key add --org SLUG --kind embed"
        ) from None

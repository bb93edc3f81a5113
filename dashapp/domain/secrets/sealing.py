"""Encryption of embed secrets, with a key derived from the installation's secret.

HMAC needs an embed secret exactly as printed, so it is encrypted instead of hashed. Each purpose
has its own key, derived from the installation's secret (HKDF, RFC 5869).
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dashapp.domain.errors import ConfigurationError

_NONCE_BYTES = 12


def derived_key(secret: str, purpose: str) -> bytes:
    """Derive a 256-bit key for one purpose."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"dashapp {purpose}".encode())
    return hkdf.derive(secret.encode())


def seal(secret: str, text: str, *, context: str) -> str:
    """Encrypt a text. `context` says what it belongs to; `unseal` needs the same one."""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = AESGCM(derived_key(secret, "embed keys"))
    sealed = nonce + cipher.encrypt(nonce, text.encode(), context.encode())
    return base64.b64encode(sealed).decode()


def unseal(secret: str, sealed: str, *, context: str) -> str:
    """Decrypt a text. Raises ConfigurationError if it was sealed with another secret or context."""
    decoded = base64.b64decode(sealed)
    nonce, ciphertext = decoded[:_NONCE_BYTES], decoded[_NONCE_BYTES:]
    cipher = AESGCM(derived_key(secret, "embed keys"))
    try:
        return cipher.decrypt(nonce, ciphertext, context.encode()).decode()
    except InvalidTag:
        raise ConfigurationError(
            "This embed key was created with a different DASHAPP_SECRET_KEY. Create a new one: "
            "dashapp key add --org SLUG --kind embed"
        ) from None

"""Keys: recognizable secrets that can be checked without a database and are stored as a hash.

The format is one that secret scanners find without false alarms (GitHub, 2021-04-05): a prefix,
256 random bits in base 62, and a CRC-32 of both.
"""

import hashlib
import secrets
import string
import zlib
from enum import StrEnum

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_LENGTH = 43  # 62**43 > 2**256
_CHECKSUM_LENGTH = 6  # 62**6 > 2**32
HINT_LENGTH = 4  # how many of the last characters of a secret are kept, to recognize it


class KeyKind(StrEnum):
    """What a key may do: send events, read numbers, or sign embed tokens.

    An `admin` key belongs to the installation, and may do what its scopes say.
    """

    INGEST = "ingest"
    READ = "read"
    EMBED = "embed"
    ADMIN = "admin"


ORG_KINDS = (KeyKind.INGEST, KeyKind.READ, KeyKind.EMBED)


class KeyScope(StrEnum):
    """What an admin key may do, in all orgs."""

    ORGS = "orgs"
    KEYS = "keys"  # gives access to numbers
    MEMBERS = "members"  # gives access to numbers
    BOARDS = "boards"
    EVENTS = "events"
    EMBED = "embed"  # gives access to numbers
    USAGE = "usage"
    DATA = "data"  # reads and erases what is stored of a person
    AUDIT = "audit"
    ALL = "all"


def make_key(kind: KeyKind) -> str:
    """Return a new secret such as `dash_ingest_…`. It is shown once; only its digest is stored."""
    body = f"dash_{kind}_" + _base62(secrets.randbits(256), _RANDOM_LENGTH)
    return body + _checksum(body)


def is_well_formed(secret: str) -> bool:
    """Whether this could be a key, so that a typo is rejected without a database query."""
    body, checksum = secret[:-_CHECKSUM_LENGTH], secret[-_CHECKSUM_LENGTH:]
    prefix, _, random = body.rpartition("_")
    return (
        prefix in {f"dash_{kind}" for kind in KeyKind}
        and len(random) == _RANDOM_LENGTH
        and secret.isascii()
        and checksum == _checksum(body)
    )


def make_session_id() -> str:
    """Return a login session id: 256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def make_link_secret() -> str:
    """Return the secret of a link that works once: 256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def make_short_id() -> str:
    """Return a public id of 64 random bits that is safe to show and easy to type."""
    return "k" + _base62(secrets.randbits(64), 11)


def digest(secret: str) -> str:
    """Return SHA-256 in hex: enough for 256 random bits (ASVS 5.0, 6.5.2), not for passwords."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))

"""Codes of authenticator apps (TOTP, RFC 6238), and recovery codes."""

import secrets
from collections.abc import Sequence
from hmac import compare_digest

import pyotp
import segno

from dashapp.domain.secrets.keys import digest
from dashapp.domain.time.instant import SECOND

CODE_DIGITS = 6
RECOVERY_CODES = 10
_STEP = 30  # seconds
_DRIFT = 1  # steps that a phone's clock may be early or late
# Without 0, 1, i, l and o, which look alike: ten of them have 50 bits.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_PART = 5


def make_totp_secret() -> str:
    """Return a new secret in Base32: 160 bits."""
    return pyotp.random_base32()


def totp_address(secret: str, email: str, issuer: str) -> str:
    """Return what an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def qr_code(text: str) -> str:
    """Return a QR code as SVG, black on white whatever the theme: cameras need the contrast."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(scale=4, light="#fff", border=4, svgclass=None, lineclass=None))


def matching_step(secret: str, code: str, *, now: int) -> int | None:
    """Return the time step that a code belongs to, None if it is wrong; `now` in microseconds.

    The caller must refuse a step that was used before: a code can be read over a shoulder.
    """
    if not (len(code) == CODE_DIGITS and code.isascii() and code.isdigit()):
        return None
    totp, current = pyotp.TOTP(secret), now // SECOND // _STEP
    steps = range(current - _DRIFT, current + _DRIFT + 1)
    matching = [step for step in steps if compare_digest(totp.generate_otp(step), code)]
    return matching[0] if matching else None


def make_recovery_codes() -> Sequence[str]:
    """Return new codes such as `k7m2p-x9wqa`."""
    return [f"{_letters()}-{_letters()}" for _ in range(RECOVERY_CODES)]


def recovery_digest(code: str) -> str:
    """Return the hash of a recovery code. Case, spaces and hyphens do not matter."""
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return digest(f"{letters[:_PART]}-{letters[_PART : 4 * _PART]}")


def normal_code(text: str) -> str:
    """Return a typed code without the spaces that apps show."""
    return "".join(text.split())[:40]


def _letters() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_PART))

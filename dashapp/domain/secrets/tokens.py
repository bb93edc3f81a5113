"""Signed tokens: embed tokens, signed with an org's key; page and session tokens, by the server.

Only HS256 with keys as raw bytes. The allowed header fields are listed, because a header that names
another key is an attack (such as PyJWT CVE-2026-48523).
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import jwt

from dashapp.domain.access.embed import RefusedToken

EMBED, PAGE, PREVIEW = "dashapp-embed", "dashapp-page", "dashapp-preview"
SESSION = "dashapp-session"  # an embed token that the server signed for a vendor
MAX_LENGTH = 8_192  # of an embed token
_MAX_PAGE_LENGTH = MAX_LENGTH + 1_024  # a page token has the claims of an embed token and its own
_ALGORITHM = "HS256"
_KEY_ID = re.compile(r"k[0-9A-Za-z]{11}", re.ASCII)
_PART = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_DECODER = jwt.PyJWT()
_SIGNER = jwt.PyJWS()
# `grant_of` checks the times, against the clock that the server passes.
_OPTIONS: Any = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": True,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def key_id_of(token: str) -> str:
    """Return the id of the key that signed the token, according to its header.

    Nothing else in the token is used before the signature is verified. Raises RefusedToken.
    """
    header = _parts(token)[0]
    if header.get("alg") != _ALGORITHM:
        raise RefusedToken("bad_header", f"alg must be {_ALGORITHM}")
    if not header.keys() <= {"alg", "typ", "kid"}:
        unknown = min(header.keys() - {"alg", "typ", "kid"})
        raise RefusedToken(
            "bad_header", f"unknown header field {unknown!r}; use only alg, typ and kid"
        )
    if header.get("typ", "JWT") != "JWT":
        raise RefusedToken("bad_header", "typ must be JWT")
    key_id = header.get("kid")
    if not (isinstance(key_id, str) and _KEY_ID.fullmatch(key_id)):
        raise RefusedToken("bad_header", "kid must be the id of a key")
    return key_id


def unverified_audience(token: str) -> object:
    """Return the `aud` claim, to choose the secret to verify with. Raises RefusedToken."""
    return _parts(token)[1].get("aud")


def verified_claims(token: str, secrets: Sequence[bytes], audience: str) -> dict[str, Any]:
    """Verify the signature and audience, and return the claims. Raises RefusedToken.

    One of the secrets must have signed it.
    """
    claims = _parts(token)[1]
    if len(token) > MAX_LENGTH and audience == EMBED:
        raise RefusedToken("malformed", f"the token is longer than {MAX_LENGTH:,} characters")
    for secret in secrets:
        try:
            _verify(token, secret, audience)
        except jwt.InvalidSignatureError:
            continue
        return claims
    raise RefusedToken("bad_signature", "invalid signature; sign the token with this key's secret")


def _verify(token: str, secret: bytes, audience: str) -> None:
    try:
        _DECODER.decode(token, secret, algorithms=[_ALGORITHM], audience=audience, options=_OPTIONS)
    except jwt.InvalidSignatureError:
        raise
    except jwt.InvalidAudienceError:
        raise RefusedToken("bad_claim", f"aud must be {audience}") from None
    except jwt.MissingRequiredClaimError as error:
        raise RefusedToken("bad_claim", f"missing claim {error.claim!r}") from None
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise RefusedToken("malformed", f"invalid token: {error}") from None


def sign(claims: Mapping[str, Any], secret: bytes, key_id: str) -> str:
    """Sign claims. They are encoded as UTF-8 without `\\uXXXX` escapes, to keep the token short."""
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return _SIGNER.encode(payload, secret, algorithm=_ALGORITHM, headers={"kid": key_id})


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parse header and claims strictly: no duplicate keys, no constants that JSON lacks."""
    if len(token) > _MAX_PAGE_LENGTH:
        raise RefusedToken("malformed", f"the token is longer than {MAX_LENGTH:,} characters")
    parts = token.split(".")
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):  # noqa: PLR2004
        raise RefusedToken("malformed", "not a JWT: expected three base64url parts joined by dots")
    return _object(parts[0], "header"), _object(parts[1], "claims")


def _object(part: str, name: str) -> dict[str, Any]:
    try:
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_reject_constant)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise RefusedToken("malformed", f"cannot read the {name}: {error}") from None
    if not isinstance(value, dict):
        raise RefusedToken("malformed", f"the {name} must be an object")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("duplicate name in an object")
    return fields


def _reject_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a JSON number")

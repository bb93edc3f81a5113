"""ID tokens: verified with the provider's own keys, by algorithms of our choice."""

from collections.abc import Mapping, Sequence
from typing import Any

import jwt

from dashapp.domain.sign_on.claims import RefusedSignOn
from dashapp.domain.sign_on.providers import Provider
from dashapp.web.access.sign_on.metadata import Metadata, keys_of, new_keys_of
from dashapp.web.services import Services

_MAX_LENGTH = 32_768
_LEEWAY = 60  # seconds
_MIN_RSA_BITS = 2_048
_KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
ALGORITHMS = tuple(_KEY_TYPES)
_REQUIRED = ["iss", "sub", "aud", "exp", "iat"]


def verified_claims(
    app: Services, provider: Provider, metadata: Metadata, token: object
) -> Mapping[str, Any]:
    """Verify signature, issuer, audience and times, and return the claims.

    Raises RefusedSignOn, or NoAnswer if the provider's keys cannot be fetched.
    """
    if not isinstance(token, str) or len(token) > _MAX_LENGTH:
        raise RefusedSignOn("malformed", "no ID token")
    header = _header(token)
    key = _key_of(app, metadata, header)
    claims = _decoded(token, key, provider)
    _check_times(claims, app.now_us() // 1_000_000)
    return claims


def has_usable_key(keys: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a provider has a key for one of the algorithms."""
    return any(
        _fits(
            key, {"alg": algorithm, "kid": key.get("kid")} if "kid" in key else {"alg": algorithm}
        )
        for key in keys
        for algorithm in ALGORITHMS
    )


def _header(token: str) -> Mapping[str, Any]:
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise RefusedSignOn("malformed", str(error)) from None
    if header.get("alg") not in ALGORITHMS:
        raise RefusedSignOn("algorithm", f"alg must be one of {', '.join(ALGORITHMS)}")
    if not isinstance(header.get("kid", ""), str) or "crit" in header:
        raise RefusedSignOn("malformed", "kid must be a text, and crit must not be there")
    return header


def _key_of(app: Services, metadata: Metadata, header: Mapping[str, Any]) -> jwt.PyJWK:
    """Return the provider's key that a header names. A key inside of the token is not looked at."""
    for source in (keys_of, new_keys_of):
        fitting = [key for key in source(app, metadata) if _fits(key, header)]
        if len(fitting) == 1:
            return _parsed(fitting[0], header["alg"])
    raise RefusedSignOn("key", "the provider has no key with this kid and alg")


def _fits(key: Mapping[str, Any], header: Mapping[str, Any]) -> bool:
    kind = _KEY_TYPES[header["alg"]]
    return (
        key.get("kty") == kind
        and key.get("crv") == _CURVES.get(kind, key.get("crv"))
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and ("kid" not in header or key.get("kid") == header["kid"])
    )


def _parsed(key: Mapping[str, Any], algorithm: str) -> jwt.PyJWK:
    public = {name: value for name, value in key.items() if name not in {"d", "p", "q"}}
    try:
        parsed = jwt.PyJWK(public, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise RefusedSignOn("key", str(error)[:200]) from None
    if getattr(parsed.key, "key_size", _MIN_RSA_BITS) < _MIN_RSA_BITS and key["kty"] == "RSA":
        raise RefusedSignOn("key", f"RSA keys must have {_MIN_RSA_BITS} bits")
    return parsed


def _decoded(token: str, key: jwt.PyJWK, provider: Provider) -> Mapping[str, Any]:
    options: Any = {
        "require": _REQUIRED,
        "verify_exp": False,  # `_check_times`, by the server's clock
        "verify_iat": False,
        "verify_nbf": False,
        "verify_jti": False,
        "verify_sub": False,  # `said_by` does
    }
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=provider.client_id,
            issuer=provider.issuer,
            options=options,
        )
    except jwt.InvalidIssuerError:
        raise RefusedSignOn("issuer", "iss is another provider") from None
    except jwt.InvalidAudienceError:
        raise RefusedSignOn("audience", "aud is another client") from None
    except jwt.InvalidSignatureError:
        raise RefusedSignOn("signature", "the signature is not the provider's") from None
    except jwt.MissingRequiredClaimError as error:
        raise RefusedSignOn("claims", f"{error.claim} is missing") from None
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise RefusedSignOn("malformed", str(error)[:200]) from None
    return claims


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    times = [claims.get(name, now) for name in ("exp", "iat", "nbf")]
    if not all(isinstance(time, int | float) and not isinstance(time, bool) for time in times):
        raise RefusedSignOn("claims", "exp, iat and nbf must be numbers")
    expires, issued, begins = times
    if not expires > now - _LEEWAY:
        raise RefusedSignOn("expired", "the token has expired")
    if issued > now + _LEEWAY or begins > now + _LEEWAY:
        raise RefusedSignOn("times", "the token is from the future; check both clocks")

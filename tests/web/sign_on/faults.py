"""ID tokens that a provider must not get away with, by the word for what is wrong."""

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_DAY = 86_400
_LEFT_OUT = object()
# Claims that replace the right ones, and the reason that the log gives.
CLAIMS = {
    "another_issuer": ({"iss": "https://other.example"}, "issuer"),
    "issuer_with_a_slash": ({"iss": "+/"}, "issuer"),
    "another_audience": ({"aud": "other"}, "audience"),
    "several_audiences": ({"aud": ["dashapp", "other"]}, "audience"),
    "another_party": ({"azp": "other"}, "audience"),
    "foreign_audience_for_us": ({"aud": "other", "azp": "dashapp"}, "audience"),
    "another_nonce": ({"nonce": "guessed"}, "nonce"),
    "no_nonce": ({"nonce": _LEFT_OUT}, "nonce"),
    "expired": ({"exp": -_DAY}, "expired"),
    "no_expiry": ({"exp": _LEFT_OUT}, "claims"),
    "expiry_is_a_text": ({"exp": "tomorrow"}, "claims"),
    "from_the_future": ({"iat": _DAY}, "times"),
    "not_yet": ({"nbf": _DAY}, "times"),
    "no_subject": ({"sub": _LEFT_OUT}, "claims"),
    "subject_is_a_number": ({"sub": 7}, "subject"),
    "empty_subject": ({"sub": ""}, "subject"),
    "nul_in_subject": ({"sub": "a\0b"}, "subject"),
    "half_character_in_subject": ({"sub": "a\ud800"}, "subject"),
    "half_character_in_nonce": ({"nonce": "a\ud800"}, "nonce"),
    "long_subject": ({"sub": "x" * 256}, "subject"),
}
SIGNATURES = {
    "not_signed": "algorithm",
    "signed_with_the_client_secret": "algorithm",
    "signed_with_the_public_key": "algorithm",
    "foreign_key": "signature",
    "unknown_key": "key",
    "key_in_the_token": "signature",
    "weak_algorithm": "algorithm",
    "no_token": "malformed",
    "half_a_token": "malformed",
}
_FOREIGN = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def spoiled(provider, header: dict, claims: dict) -> str:
    """Return the ID token, with what is wrong with it according to the provider's fault."""
    if provider.fault in CLAIMS:
        claims = _replaced(claims, CLAIMS[provider.fault][0])
    if provider.fault in SIGNATURES:
        return _badly_signed(provider, header, claims)
    return _signed(header, claims, provider.key)


def _replaced(claims: dict, wrong: dict) -> dict:
    values = {**claims, **wrong}
    for name in ("exp", "iat", "nbf"):  # seconds from now
        if isinstance(wrong.get(name), int):
            values[name] = claims["iat"] + wrong[name]
    if values["iss"] == "+/":
        values["iss"] = claims["iss"] + "/"
    return {name: value for name, value in values.items() if value is not _LEFT_OUT}


def _badly_signed(provider, header: dict, claims: dict) -> str:  # noqa: PLR0911 - one per fault
    public = provider.key.public_key()
    if provider.fault == "not_signed":
        return jwt.encode(claims, None, algorithm="none", headers={"kid": header["kid"]})
    if provider.fault == "signed_with_the_client_secret":
        return _with_mac(header, claims, b"the secret of the client")
    if provider.fault == "signed_with_the_public_key":
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return _with_mac(header, claims, pem)
    if provider.fault == "unknown_key":
        return _signed({**header, "kid": "unknown"}, claims, provider.key)
    if provider.fault == "key_in_the_token":
        own = jwt.algorithms.RSAAlgorithm.to_jwk(_FOREIGN.public_key(), as_dict=True)
        return _signed({**header, "jwk": own}, claims, _FOREIGN)
    if provider.fault == "weak_algorithm":
        return _signed({**header, "alg": "RS512"}, claims, provider.key)
    token = _signed(header, claims, _FOREIGN)
    return {"no_token": "", "half_a_token": token.rpartition(".")[0]}.get(provider.fault, token)


def _signed(header: dict, claims: dict, key) -> str:
    payload = json.dumps(claims).encode()
    more = {name: value for name, value in header.items() if name != "alg"}
    return jwt.PyJWS().encode(payload, key, algorithm=header["alg"], headers=more)


def _with_mac(header: dict, claims: dict, secret: bytes) -> str:
    """Sign by hand: libraries refuse public keys as secrets."""
    parts = [json.dumps({**header, "alg": "HS256"}), json.dumps(claims)]
    text = b".".join(_base64(part.encode()) for part in parts)
    return (text + b"." + _base64(hmac.digest(secret, text, sha256))).decode()


def _base64(text: bytes) -> bytes:
    return urlsafe_b64encode(text).rstrip(b"=")

"""Embed tokens, signed as a vendor's backend signs them."""

import base64
import hashlib
import hmac
import json
from itertools import count

from dashapp.domain.access.scope import Scope
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.sealing import Secrets
from dashapp.store.engine import Store
from dashapp.store.orgs import embed_log, keys, origins
from tests.factories import NOW, SECRET

SHELL = "/embed/acme/operations"
DATA = "/api/v1/dashboards/operations/data?time_range=7d"
_ids = count(1)


class Signer:
    """Signs tokens with a new embed key of an org."""

    def __init__(self, store: Store, owner: Scope) -> None:
        self.owner = owner
        with store.write_shared() as session:
            self.key_id, self.secret = keys.insert_key(
                session, owner, KeyKind.EMBED, now=1, secrets=Secrets(SECRET)
            )

    def claims(self, *omitted: str, now: float = NOW.timestamp(), **extra) -> dict:
        claims = {
            "aud": "dashapp-embed",
            "dashboard": "operations",
            "iat": int(now),
            "exp": int(now) + 300,
            "jti": f"t{next(_ids)}",
            "sub": "viewer-7",
            **extra,
        }
        return {name: value for name, value in claims.items() if name not in omitted}

    def token(self, *omitted: str, header=None, **extra) -> str:
        return self.sign(self.claims(*omitted, **extra), header)

    def sign(self, claims, header=None, secret: str | bytes | None = None) -> str:
        """Sign without a JWT library, so that tests can sign what a library would refuse."""
        full_header = {"alg": "HS256", "typ": "JWT", "kid": self.key_id, **(header or {})}
        full_header = {name: value for name, value in full_header.items() if value is not None}
        return raw_token(full_header, claims, self.secret if secret is None else secret)


def raw_token(header, claims, secret: str | bytes) -> str:
    parts = [
        part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)
    ]
    signing_input = b".".join(encoded(part) for part in parts)
    key = secret.encode() if isinstance(secret, str) else secret
    return (
        signing_input + b"." + encoded(hmac.new(key, signing_input, hashlib.sha256).digest())
    ).decode()


def encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def allow(store: Store, owner: Scope, *allowed: str) -> None:
    with store.write_shared() as session:
        for origin in allowed:
            origins.insert_origin(session, owner, origin, now=1)


def entries(store, owner):
    with store.read(owner) as session:
        return embed_log.last_entries(session, owner)


def exchange(client, token, path=SHELL):
    return client.post(f"{path}/token", headers=bearer(token), json={})

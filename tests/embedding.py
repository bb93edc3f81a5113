"""Embed tokens as a vendor's backend signs them."""

import base64
import hashlib
import hmac
import json
from itertools import count

from dashapp.domain.access.scope import Scope
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.engine import Store
from dashapp.store.orgs import embed_log, keys, origins
from tests.factories import NOW, SECRET

SHELL = "/embed/acme/operations"
DATA = "/api/v1/dashboards/operations/data?time_range=7d"
_ids = count(1)


class Signer:
    """An embed key of an org."""

    def __init__(self, store: Store, owner: Scope) -> None:
        with store.changing() as session:
            self.key_id, self.secret = keys.insert_key(
                session, owner.org_id, KeyKind.EMBED, now=1, secret_key=SECRET
            )

    def claims(self, *without: str, now: float = NOW.timestamp(), **more) -> dict:
        said = {
            "aud": "dashapp-embed",
            "dashboard": "operations",
            "iat": int(now),
            "exp": int(now) + 300,
            "jti": f"t{next(_ids)}",
            "sub": "viewer-7",
            **more,
        }
        return {name: value for name, value in said.items() if name not in without}

    def token(self, *without: str, header=None, **more) -> str:
        return self.sign(self.claims(*without, **more), header)

    def sign(self, claims, header=None, secret: str | bytes | None = None) -> str:
        """By hand, so that a test can sign what no library would."""
        head = {"alg": "HS256", "typ": "JWT", "kid": self.key_id, **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        return raw_token(head, claims, self.secret if secret is None else secret)


def raw_token(head, claims, secret: str | bytes) -> str:
    parts = [
        part if isinstance(part, bytes) else json.dumps(part).encode() for part in (head, claims)
    ]
    signed = b".".join(encoded(part) for part in parts)
    key = secret.encode() if isinstance(secret, str) else secret
    return (signed + b"." + encoded(hmac.new(key, signed, hashlib.sha256).digest())).decode()


def encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def allow(store: Store, owner: Scope, *allowed: str) -> None:
    with store.changing() as session:
        for origin in allowed:
            origins.insert_origin(session, owner.org_id, origin, now=1)


def entries(store, owner):
    with store.reading(owner) as session:
        return embed_log.last_entries(session, owner)


def exchange(client, token, path=SHELL):
    return client.post(f"{path}/token", headers=bearer(token), json={})

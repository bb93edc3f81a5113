"""An identity provider for tests, on loopback: Authlib's server side, which can be told to lie.

`fault` spoils the next answers; each word names what is wrong with them.
"""

import os
import threading
from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

import jwt
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core.grants import OpenIDCode
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, redirect, render_template_string, request
from werkzeug.serving import make_server

from tests.web.sign_on.faults import spoiled

CLIENT_ID, CLIENT_SECRET = "dashapp", "a:secret with %41 & + signs"
ADA = {"sub": "ada-1", "email": "ada@acme.example", "email_verified": True, "name": "Ada Lovelace"}
_PAGE = """<!doctype html><html lang="en"><title>Acme SSO</title><h1>Acme SSO</h1>
<a href="{{ url }}&amp;agreed=1">Continue as {{ email }}</a>"""


class Client(ClientMixin):
    """The only client of the provider."""

    client_id, redirect_uris = CLIENT_ID, ()
    methods = ("client_secret_basic", "client_secret_post")

    def get_client_id(self):
        return self.client_id

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri.endswith("/sso/callback")

    def check_client_secret(self, client_secret):
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method in self.methods

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class Code(SimpleNamespace, AuthorizationCodeMixin):
    """A code that the provider gave out."""

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return None

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class Provider:
    """A running provider. `person` is who is signed in there; `requests` counts by path."""

    def __init__(self, clock) -> None:
        self.clock, self.issuer = clock, ""
        self.person, self.fault, self.asks = dict(ADA), None, False
        self.requests: Counter[str] = Counter()
        self.codes: dict[str, Code] = {}
        self.client, self.release = Client(), threading.Event()
        self.extra_metadata: dict[str, object] = {}
        self.key_number = 0
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.key_number += 1
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def key_id(self) -> str:
        return f"key-{self.key_number}"

    def metadata(self) -> dict[str, object]:
        is_foreign = self.fault == "metadata_of_another_issuer"
        return {
            "issuer": "https://other.example" if is_foreign else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "authorization_response_iss_parameter_supported": True,
            "token_endpoint_auth_methods_supported": list(self.client.methods),
            **self.extra_metadata,
        }

    def keys(self) -> dict[str, object]:
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def id_token(self, nonce: str) -> str:
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
        }
        return spoiled(self, {"alg": "RS256", "kid": self.key_id}, claims)


class _Grant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")

    def save_authorization_code(self, code, oauth_request):
        data = oauth_request.payload.data
        self.server.provider.codes[code] = Code(
            code=code,
            redirect_uri=oauth_request.payload.redirect_uri,
            scope=oauth_request.payload.scope,
            nonce=data.get("nonce"),
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code, client):
        return self.server.provider.codes.get(code)

    def delete_authorization_code(self, authorization_code):
        del self.server.provider.codes[authorization_code.code]

    def authenticate_user(self, authorization_code):
        return self.server.provider.person


class _IdTokens(OpenIDCode):
    def __init__(self, provider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce, oauth_request):
        return any(code.nonce == nonce for code in self.provider.codes.values())

    def encode_id_token(self, token, oauth_request):
        return self.provider.id_token(oauth_request.authorization_code.nonce)


class _Issuer(IssuerParameter):
    def __init__(self, provider) -> None:
        self.provider = provider

    def get_issuer(self):
        words = {"answer_of_another_issuer": "https://other.example", "answer_without_issuer": None}
        return words.get(self.provider.fault, self.provider.issuer)


def _server(provider: Provider) -> Flask:  # noqa: C901 - one small view per route
    app = Flask("provider")
    oauth = AuthorizationServer(app, lambda _id: provider.client, lambda _token, _request: None)
    oauth.provider = provider
    oauth.register_grant(_Grant, [CodeChallenge(required=True), _IdTokens(provider)])
    oauth.register_extension(_Issuer(provider))

    @app.before_request
    def count():
        provider.requests[request.path] += 1

    @app.get("/.well-known/openid-configuration")
    def metadata():
        if provider.fault == "metadata_redirects":
            return redirect("/elsewhere")
        if provider.fault == "down":
            return "no", 500
        if provider.fault == "drips":
            return Response(_drips(provider), content_type="application/json")
        if provider.fault == "huge":
            return Response("[" + " " * 300_000 + "]", content_type="application/json")
        return provider.metadata()

    @app.get("/keys")
    def keys():
        return ("no", 500) if provider.fault == "down" else provider.keys()

    @app.get("/authorize")
    def authorize():
        if provider.asks and "agreed" not in request.args:
            url = request.full_path
            return render_template_string(_PAGE, url=url, email=provider.person["email"])
        if provider.fault == "declines":
            back = f"{request.args['redirect_uri']}?error=access_denied"
            return redirect(f"{back}&state={request.args['state']}&iss={provider.issuer}")
        grant = oauth.get_consent_grant(end_user=provider.person)
        return oauth.create_authorization_response(grant_user=provider.person, grant=grant)

    @app.post("/token")
    def token():
        return oauth.create_token_response()

    @app.get("/logout")
    def logout():
        return "<!doctype html><title>Signed out</title><h1>Signed out of Acme SSO</h1>"

    return app


def _drips(provider: Provider):
    """Send a byte now and then, for longer than anybody should wait."""
    for _ in range(400):
        yield b" "
        if provider.release.wait(0.05):
            return


@contextmanager
def running_provider(clock):
    """Serve a provider on a free port of loopback."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback has no TLS
    provider = Provider(clock)
    server = make_server("127.0.0.1", 0, _server(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.release.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)

"""Tokens that open nothing, and ten thousand probes with tokens that open something else."""

import random
from dataclasses import replace

import pytest

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.provision import provision
from dashapp.domain.keys import KeyKind
from dashapp.domain.sealing import derived_key
from dashapp.store import embed_log, keys
from tests import factories
from tests.embedding import Signer, bearer, encoded, raw_token
from tests.factories import NOW, SECRET, event, refresh_body, send

DATA = "/api/v1/dashboards/operations/data?time_range=7d"
AT = "2026-11-19T12:00:00Z"
MARKER = "rival-only"
T = int(NOW.timestamp())
RSA_ISH = b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"


def claim(name, value):
    return lambda s: s.token(**{name: value})


def header(**more):
    return lambda s: s.token(header=more)


def text(*parts):
    return lambda _s: ".".join(parts)


def with_parts(change):
    """The three parts of a token that holds, changed."""
    return lambda s: change(*s.token().split("."))


def twice(s):
    body = b'{"aud":"dashapp-embed","dashboard":"operations","dashboard":"other","iat":%d,"exp":%d,"jti":"a","sub":"b"}'
    return raw_token({"alg": "HS256", "kid": s.key_id}, body % (T, T + 300), s.secret)


def claims_text(body: bytes):
    return lambda s: raw_token({"alg": "HS256", "kid": s.key_id}, body, s.secret)


CORPUS = {
    # no signature that counts
    "alg none": lambda s: raw_token({"alg": "none", "kid": s.key_id}, s.claims(), b"").rpartition(".")[0] + ".",
    "alg none, signed": header(alg="none"),
    "alg None in another case": header(alg="NoNe"),
    "HS384": header(alg="HS384"),
    "HS512": header(alg="HS512"),
    "RS256": header(alg="RS256"),
    "RS256 with a public key as HMAC secret": lambda s: s.sign(s.claims(), {"alg": "RS256"}, RSA_ISH),
    "ES256": header(alg="ES256"),
    "PS256": header(alg="PS256"),
    "EdDSA": header(alg="EdDSA"),
    "alg in lower case": header(alg="hs256"),
    "alg a list": header(alg=["HS256"]),
    "no alg": header(alg=None),
    "an empty signature": with_parts(lambda h, c, _: f"{h}.{c}."),
    "no signature": with_parts(lambda h, c, _: f"{h}.{c}"),
    "another's signature": lambda s: ".".join([*s.token().split(".")[:2], s.token(dashboard="x").split(".")[2]]),
    "a signature with a changed letter": with_parts(lambda h, c, g: f"{h}.{c}.{'A' if g[0] != 'A' else 'B'}{g[1:]}"),
    "signed with nothing": lambda s: s.sign(s.claims(), secret=b""),
    "signed with the key's id": lambda s: s.sign(s.claims(), secret=s.key_id),
    "signed with the digest of the secret": lambda s: s.sign(s.claims(), secret=keys.digest(s.secret)),
    "signed with the installation's secret": lambda s: s.sign(s.claims(), secret=SECRET),
    "signed with the bare random part": lambda s: s.sign(s.claims(), secret=s.secret.rpartition("_")[2]),
    "claims changed after signing": with_parts(lambda h, c, g: f"{h}.{encoded(b'{}').decode()}.{g}"),
    # headers that name another key
    "jwk": header(jwk={"kty": "oct", "k": "AAAA"}),
    "jku": header(jku="https://evil.example/keys"),
    "x5u": header(x5u="https://evil.example/cert"),
    "x5c": header(x5c=["MIIB"]),
    "crit": header(crit=["exp"]),
    "b64": header(b64=False),
    "zip": header(zip="DEF"),
    "cty": header(cty="JWT"),
    "typ": header(typ="at+jwt"),
    "typ a number": header(typ=1),
    "no kid": header(kid=None),
    "kid of another org's key, own secret": lambda s: s.token(header={"kid": s.other.key_id}),
    "kid that does not exist": header(kid="k00000000000"),
    "kid with a path": header(kid="../../etc/passwd"),
    "kid with SQL": header(kid="k' OR '1'='1"),
    "kid a number": header(kid=7),
    "kid of a read key": lambda s: s.sign(s.claims(), {"kid": s.read[0]}, s.read[1]),
    "a revoked key": lambda s: s.revoked.token(),
    # not a token
    "nothing": text(""),
    "one part": text("abc"),
    "four parts": text("a", "b", "c", "d"),
    "not base64": text("!!!", "???", "***"),
    "padding": with_parts(lambda h, c, g: f"{h}=.{c}.{g}"),
    "blanks inside": with_parts(lambda h, c, g: f"{h}. {c}.{g}"),
    "huge": lambda s: s.token(sub="x" * 9_000),
    "not UTF-8": claims_text(b"\xff\xfe{}"),
    "claims a list": claims_text(b"[]"),
    "claims null": claims_text(b"null"),
    "deeply nested": claims_text(b"[" * 3_000 + b"]" * 3_000),
    "a name twice": twice,
    "NaN": claims_text(b'{"aud":"dashapp-embed","dashboard":"operations","iat":NaN,"exp":1,"jti":"a","sub":"b"}'),
    "a read key": lambda s: s.read[1],
    "the embed key itself": lambda s: s.secret,
    # claims
    "no aud": lambda s: s.token("aud"),
    "another aud": claim("aud", "other"),
    "aud a list": claim("aud", ["dashapp-embed"]),
    "aud of pages": claim("aud", "dashapp-page"),
    "a page token made by the vendor": lambda s: s.sign({"aud": "dashapp-page", "org": 1, "claims": s.claims(), "iat": T, "exp": T + 900, "end": T + 900}),
    "no exp": lambda s: s.token("exp"),
    "no iat": lambda s: s.token("iat"),
    "no jti": lambda s: s.token("jti"),
    "no sub": lambda s: s.token("sub"),
    "no dashboard": lambda s: s.token("dashboard"),
    "exp as text": claim("exp", str(T + 300)),
    "exp true": claim("exp", True),
    "exp null": claim("exp", None),
    "exp in ten years": claim("exp", T + 315_360_000),
    "exp a second too far": claim("exp", T + 301),
    "exp before iat": claim("exp", T - 1),
    "exp without end": claims_text(b'{"aud":"dashapp-embed","dashboard":"operations","iat":%d,"exp":1e400,"jti":"a","sub":"b"}' % T),
    "expired": lambda s: s.token(now=T - 331),
    "iat in the future": lambda s: s.token(now=T + 60),
    "iat in milliseconds": lambda s: s.token(now=T * 1000),
    "nbf in the future": claim("nbf", T + 3_600),
    "nbf as text": claim("nbf", "now"),
    "dashboard null": claim("dashboard", None),
    "dashboard with a path": claim("dashboard", "../operations"),
    "dashboard a list": claim("dashboard", ["operations"]),
    "sub empty": claim("sub", ""),
    "sub a number": claim("sub", 7),
    "sub with a line feed": claim("sub", "a\nb"),
    "an unknown claim": claim("filter", {"channel": ["web"]}),
    "a claim in another case": claim("Filters", {}),
    "org as a claim": claim("org", "rival"),
    "project null": claim("project", None),
    "project with SQL": claim("project", "x' OR 1=1 --"),
    "filters null": claim("filters", None),
    "filters a list": claim("filters", []),
    "filters text": claim("filters", "channel=web"),
    "a filter that is text": claim("filters", {"channel": "web"}),
    "a filter that is null": claim("filters", {"channel": None}),
    "a filter with a null": claim("filters", {"channel": ["web", None]}),
    "a filter with a number": claim("filters", {"properties.store": [7]}),
    "a filter on org_id": claim("filters", {"org_id": ["2"]}),
    "a filter on project": claim("filters", {"project": ["x"]}),
    "a filter with SQL in its name": claim("filters", {"properties.x' OR '1'='1": ["a"]}),
    "a filter with a path in its name": claim("filters", {"properties.a.b": ["a"]}),
    "a filter with too many values": claim("filters", {"channel": ["x"] * 101}),
    "too many filters": claim("filters", {f"properties.p{n}": [] for n in range(21)}),
    "a filter with a long value": claim("filters", {"channel": ["x" * 201]}),
    "a filter with half a letter": claims_text(b'{"aud":"dashapp-embed","dashboard":"operations","iat":%d,"exp":%d,"jti":"a","sub":"b","filters":{"channel":["\\ud800"]}}' % (T, T + 9)),
    "a filter with a NUL": claim("filters", {"channel": ["a\x00"]}),
    "a background that cannot be read on": claim("theme", {"mode": "light", "background": "#15181e"}),
    "time null": claim("time", None),
    "time allowed null": claim("time", {"allowed": None, "default": "7d"}),
    "time text": claim("time", "7d"),
    "time with an unknown word": claim("time", {"alowed": ["7d"]}),
    "time with an unknown range": claim("time", {"allowed": ["5y"]}),
    "time with no range": claim("time", {"allowed": []}),
    "time that leaves nothing": claim("time", {"allowed": ["30d"], "max": "7d"}),
    "time that opens outside": claim("time", {"allowed": ["7d"], "default": "30d"}),
    "time locked by a word": claim("time", {"locked": "yes"}),
    "an unknown zone": claim("tz", "Mars/Olympus"),
    "a zone with a path": claim("tz", "../../etc/passwd"),
    "the server's own zone": claim("tz", "localtime"),
    "an unknown language": claim("locale", "tlh"),
    "a theme with CSS": claim("theme", {"font": "x;} body{display:none"}),
    "a theme that takes long to read": claim("theme", {"font": " a ," * 29 + "!"}),
    "iss a list": claim("iss", ["shop"]),
    "a theme with a URL": claim("theme", {"background": "url(https://evil.example)"}),
    "a theme with an unknown word": claim("theme", {"css": "x"}),
    "a theme null": claim("theme", None),
    "a session of a day": claim("session", 86_400),
    "a session as text": claim("session", "3600"),
    "a session below nothing": claim("session", -1),
    "a session true": claim("session", True),
}  # fmt: skip


@pytest.fixture
def signer(store, acme, rival):
    made = Signer(store, acme)
    made.other, made.revoked = Signer(store, rival), Signer(store, acme)
    made.read = factories.add_key(store, acme, KeyKind.READ)
    with store.changing() as session:
        keys.revoke_key(session, made.revoked.key_id, now=2)
    return made


@pytest.fixture
def client(server):
    return server.test_client()


def test_the_corpus_is_large():
    assert len(CORPUS) >= 100


@pytest.mark.parametrize("name", CORPUS)
def test_what_is_not_right_opens_nothing_and_says_nothing(client, signer, name, store, acme):
    token = CORPUS[name](signer)
    for method, path in (
        ("GET", "/embed/acme/operations/_dash-layout"),
        ("POST", "/embed/acme/operations/token"),
        ("GET", "/api/v1/dashboards"),
    ):
        answer = client.open(path, method=method, headers=bearer(token), json={})
        if path.startswith("/api/") and token in {signer.read[1], signer.secret}:
            continue  # there they are keys: one reads, the other is of the wrong kind
        assert answer.status_code == 401, path
        if path.startswith("/embed/"):
            assert answer.json["error"]["message"] == "This view has ended."

    with store.reading(acme) as session:
        found = embed_log.last_entries(session, acme)
    assert found or name.startswith("kid of another org")
    assert all(one.code != "taken" and one.message for one in found)


def test_the_token_that_the_corpus_changes_is_right(client, signer):
    """Otherwise everything would be refused for the same reason."""
    for token in (signer.token(), signer.token(nbf=T, iss="shop", session=43_200, filters={})):
        assert client.get(DATA, headers=bearer(token)).status_code == 200


def test_a_page_token_of_another_installation_opens_nothing(client, signer):
    from dashapp.domain.tokens import sign

    claims = {"aud": "dashapp-page", "org": 1, "claims": signer.claims(), "iat": T, "exp": T + 900, "end": T + 900}  # fmt: skip
    token = sign(
        claims, derived_key("another secret of another installation", "page tokens"), signer.key_id
    )

    assert client.get(DATA, headers=bearer(token)).status_code == 401


def test_a_secret_that_was_sealed_elsewhere_is_no_500(store, acme, clock):
    """The installation's secret was changed: old embed keys hold no more."""
    signer = Signer(store, acme)
    server = factories.app(store, clock)
    here = server.extensions["dashapp"]
    changed = replace(here.settings, secret_key="another-secret-of-this-installation-1234")
    server.extensions["dashapp"] = replace(here, settings=changed)

    assert server.test_client().get(DATA, headers=bearer(signer.token())).status_code == 401


@pytest.fixture
def cast(store, acme, rival):
    """Both orgs with both dashboards; what is Rival's carries a marker."""
    for owner, name, count in ((acme, "acme-only", 3), (rival, MARKER, 7)):
        send(store, owner, [
            event(kind, AT, user=f"{name}-{n}", channel="api", properties={"term": name, "product": name, "severity": "WARNING", "code": name})
            for kind in ("validation_run.created", "conversation.search_term", "finding.recorded", "workflow.updated")
            for n in range(count)
        ])  # fmt: skip
        provision(store, owner, CONVERSATIONS, now=1)


ORGS, DASHBOARDS = ("acme", "rival", "nope"), ("operations", "conversations", "nope")
SEARCHES = ("", "?time_range=7d", "?time_range=7d&org=rival", "?org=acme&time_range=90d",
            "?time_range=7d&project=default&filters=%7B%7D", "?from=2026-11-01T00:00:00Z&to=2026-11-20T00:00:00Z")  # fmt: skip
PANELS = (
    "total-validations",
    "warnings-by-code",
    "conversations.search_term",
    "events-time-series",
)


def probe(dice, client, tokens):
    """One request that somebody with a token of Acme's may think of."""
    token = dice.choice(tokens)
    org, dashboard = dice.choice(ORGS), dice.choice(DASHBOARDS)
    search = dice.choice(SEARCHES)
    kind = dice.choice(("layout", "update", "token", "data", "csv", "list"))
    if kind == "update":
        body = refresh_body(panels=dice.sample(PANELS, 2), figures=[], search=search)
        return client.post(f"/embed/{org}/{dashboard}/_dash-update-component", headers=bearer(token), json=body)  # fmt: skip
    if kind == "token":
        return client.post(f"/embed/{org}/{dashboard}/token{search}", headers=bearer(token), json={})  # fmt: skip
    paths = {
        "layout": f"/embed/{org}/{dashboard}/_dash-layout",
        "data": f"/api/v1/dashboards/{dashboard}/data",
        "csv": f"/api/v1/dashboards/{dashboard}/panels/{dice.choice(PANELS)}.csv",
        "list": "/api/v1/dashboards",
    }
    return client.get(paths[kind] + search, headers=bearer(token))


@pytest.mark.parametrize("seed", range(4))
def test_no_probe_finds_what_is_not_its_own(client, cast, signer, seed):
    """10,000 in all: 1,250 of each seed and database."""
    dice = random.Random(seed)
    tokens = [
        signer.token(session=3600),
        signer.token(dashboard="conversations", session=3600),
        signer.token(filters={"channel": ["api"]}),
    ]
    tokens.append(client.post("/embed/acme/operations/token", headers=bearer(tokens[0]), json={}).json["token"])  # fmt: skip
    statuses = []
    for _ in range(1_250):
        answer = probe(dice, client, tokens)
        statuses.append(answer.status_code)
        assert answer.status_code in {200, 400, 404}
        assert MARKER not in answer.text
        assert '"rival"' not in answer.text

    assert statuses.count(200) >= len(statuses) / 5  # with own data: the test is not empty

"""Tokens that open nothing, and ten thousand probes with tokens that open something else."""

import random
from dataclasses import replace

import pytest

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.provision import provision
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.sealing import derived_key
from dashapp.store.orgs import embed_log, keys
from tests import factories
from tests.embedding import DATA, Signer, bearer, encoded, raw_token
from tests.factories import NOW, SECRET, event, refresh_body, send

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


# How each is made, and the reason that the org's own log gives.
CORPUS = {
    # no signature that counts
    "alg none": (lambda s: raw_token({"alg": "none", "kid": s.key_id}, s.claims(), b"").rpartition(".")[0] + ".", "not three parts of base64url"),
    "alg none, signed": (header(alg="none"), "alg is not HS256"),
    "alg None in another case": (header(alg="NoNe"), "alg is not HS256"),
    "HS384": (header(alg="HS384"), "alg is not HS256"),
    "HS512": (header(alg="HS512"), "alg is not HS256"),
    "RS256": (header(alg="RS256"), "alg is not HS256"),
    "RS256 with a public key as HMAC secret": (lambda s: s.sign(s.claims(), {"alg": "RS256"}, RSA_ISH), "alg is not HS256"),
    "ES256": (header(alg="ES256"), "alg is not HS256"),
    "PS256": (header(alg="PS256"), "alg is not HS256"),
    "EdDSA": (header(alg="EdDSA"), "alg is not HS256"),
    "alg in lower case": (header(alg="hs256"), "alg is not HS256"),
    "alg a list": (header(alg=["HS256"]), "alg is not HS256"),
    "no alg": (header(alg=None), "alg is not HS256"),
    "an empty signature": (with_parts(lambda h, c, _: f"{h}.{c}."), "not three parts of base64url"),
    "no signature": (with_parts(lambda h, c, _: f"{h}.{c}"), "not three parts of base64url"),
    "another's signature": (lambda s: ".".join([*s.token().split(".")[:2], s.token(dashboard="x").split(".")[2]]), "the signature does not fit"),
    "a signature with a changed letter": (with_parts(lambda h, c, g: f"{h}.{c}.{'A' if g[0] != 'A' else 'B'}{g[1:]}"), "the signature does not fit"),
    "signed with nothing": (lambda s: s.sign(s.claims(), secret=b""), "the signature does not fit"),
    "signed with the key's id": (lambda s: s.sign(s.claims(), secret=s.key_id), "the signature does not fit"),
    "signed with the digest of the secret": (lambda s: s.sign(s.claims(), secret=keys.digest(s.secret)), "the signature does not fit"),
    "signed with the installation's secret": (lambda s: s.sign(s.claims(), secret=SECRET), "the signature does not fit"),
    "signed with the bare random part": (lambda s: s.sign(s.claims(), secret=s.secret.rpartition("_")[2]), "the signature does not fit"),
    "claims changed after signing": (with_parts(lambda h, c, g: f"{h}.{encoded(b'{}').decode()}.{g}"), "the signature does not fit"),
    # headers that name another key
    "jwk": (header(jwk={"kty": "oct", "k": "AAAA"}), "the header holds 'jwk'"),
    "jku": (header(jku="https://evil.example/keys"), "the header holds 'jku'"),
    "x5u": (header(x5u="https://evil.example/cert"), "the header holds 'x5u'"),
    "x5c": (header(x5c=["MIIB"]), "the header holds 'x5c'"),
    "crit": (header(crit=["exp"]), "the header holds 'crit'"),
    "b64": (header(b64=False), "the header holds 'b64'"),
    "zip": (header(zip="DEF"), "the header holds 'zip'"),
    "cty": (header(cty="JWT"), "the header holds 'cty'"),
    "typ": (header(typ="at+jwt"), "typ is not JWT"),
    "typ a number": (header(typ=1), "typ is not JWT"),
    "no kid": (header(kid=None), "kid is not the id of a key"),
    "kid of another org's key, own secret": (lambda s: s.token(header={"kid": s.other.key_id}), None),
    "kid that does not exist": (header(kid="k00000000000"), "there is no embed key k00000000000"),
    "kid with a path": (header(kid="../../etc/passwd"), "kid is not the id of a key"),
    "kid with SQL": (header(kid="k' OR '1'='1"), "kid is not the id of a key"),
    "kid a number": (header(kid=7), "kid is not the id of a key"),
    "kid of a read key": (lambda s: s.sign(s.claims(), {"kid": s.read[0]}, s.read[1]), "there is no embed key k"),
    "a revoked key": (lambda s: s.revoked.token(), "was revoked on 1970-01-01"),
    # not a token
    "nothing": (text(""), "no Authorization header with a token"),
    "one part": (text("abc"), "not three parts of base64url"),
    "four parts": (text("a", "b", "c", "d"), "not three parts of base64url"),
    "not base64": (text("!!!", "???", "***"), "not three parts of base64url"),
    "padding": (with_parts(lambda h, c, g: f"{h}=.{c}.{g}"), "not three parts of base64url"),
    "blanks inside": (with_parts(lambda h, c, g: f"{h}. {c}.{g}"), "not three parts of base64url"),
    "huge": (lambda s: s.token(sub="x" * 9_000), "longer than 8,192 characters"),
    "not UTF-8": (claims_text(b"\xff\xfe{}"), "the claims cannot be read: 'utf-8'"),
    "claims a list": (claims_text(b"[]"), "the claims is not an object"),
    "claims null": (claims_text(b"null"), "the claims is not an object"),
    "deeply nested": (claims_text(b"[" * 3_000 + b"]" * 3_000), "the claims cannot be read"),
    "a name twice": (twice, "the claims cannot be read: a name stands there twice"),
    "NaN": (claims_text(b'{"aud":"dashapp-embed","dashboard":"operations","iat":NaN,"exp":1,"jti":"a","sub":"b"}'), "the claims cannot be read: NaN is no number"),
    "a read key": (lambda s: s.read[1], "not three parts of base64url"),
    "the embed key itself": (lambda s: s.secret, "not three parts of base64url"),
    # claims
    "no aud": (lambda s: s.token("aud"), "no claim 'aud'"),
    "another aud": (claim("aud", "other"), "aud is not dashapp-embed"),
    "aud a list of others": (claim("aud", ["other", "dashapp-page"]), "aud is not dashapp-embed"),
    "aud a list with a number": (claim("aud", ["dashapp-embed", 7]), "aud is not dashapp-embed"),
    "aud an object": (claim("aud", {"dashapp-embed": 1}), "aud is not dashapp-embed"),
    "aud of pages": (claim("aud", "dashapp-page"), "the signature does not fit"),
    "a page token made by the vendor": (lambda s: s.sign({"aud": "dashapp-page", "org": 1, "claims": s.claims(), "iat": T, "exp": T + 900, "end": T + 900}), "the signature does not fit"),
    "no exp": (lambda s: s.token("exp"), "no claim 'exp'"),
    "no iat": (lambda s: s.token("iat"), "no claim 'iat'"),
    "no jti": (lambda s: s.token("jti"), "no claim 'jti'"),
    "no sub": (lambda s: s.token("sub"), "no claim 'sub'"),
    "no dashboard": (lambda s: s.token("dashboard"), "no claim 'dashboard'"),
    "exp as text": (claim("exp", str(T + 300)), "exp is not a number of seconds since 1970"),
    "exp true": (claim("exp", True), "exp is not a number of seconds since 1970"),
    "exp null": (claim("exp", None), "exp is not a number of seconds since 1970"),
    "exp in ten years": (claim("exp", T + 315_360_000), "exp is 315360000 s after iat; it may be 300 s at most"),
    "exp a second too far": (claim("exp", T + 301), "exp is 301 s after iat; it may be 300 s at most"),
    "exp before iat": (claim("exp", T - 1), "exp is -1 s after iat; it may be 300 s at most"),
    "exp without end": (claims_text(b'{"aud":"dashapp-embed","dashboard":"operations","iat":%d,"exp":1e400,"jti":"a","sub":"b"}' % T), "exp is not a number of seconds since 1970"),
    "expired": (lambda s: s.token(now=T - 331), "expired 31 s ago"),
    "iat in the future": (lambda s: s.token(now=T + 60), "iat is 60 s in the future: is the clock right?"),
    "iat in milliseconds": (lambda s: s.token(now=T * 1000), "iat is not a number of seconds since 1970"),
    "nbf in the future": (claim("nbf", T + 3_600), "nbf is in the future: is the clock right?"),
    "nbf as text": (claim("nbf", "now"), "nbf is not a number of seconds since 1970"),
    "dashboard null": (claim("dashboard", None), "dashboard is not a dashboard's slug"),
    "dashboard with a path": (claim("dashboard", "../operations"), "dashboard is not a dashboard's slug"),
    "dashboard a list": (claim("dashboard", ["operations"]), "dashboard is not a dashboard's slug"),
    "sub empty": (claim("sub", ""), "sub is not a text of up to 200 printable characters"),
    "sub a number": (claim("sub", 7), "sub is not a text of up to 200 printable characters"),
    "sub with a line feed": (claim("sub", "a\nb"), "sub is not a text of up to 200 printable characters"),
    "an unknown claim": (claim("filter", {"channel": ["web"]}), "unknown claim 'filter'"),
    "a claim in another case": (claim("Filters", {}), "unknown claim 'Filters'"),
    "org as a claim": (claim("org", "rival"), "unknown claim 'org'"),
    "project null": (claim("project", None), "project is not a project's slug"),
    "project with SQL": (claim("project", "x' OR 1=1 --"), "project is not a project's slug"),
    "filters null": (claim("filters", None), "filters is not an object of up to 20 fields"),
    "filters a list": (claim("filters", []), "filters is not an object of up to 20 fields"),
    "filters text": (claim("filters", "channel=web"), "filters is not an object of up to 20 fields"),
    "a filter that is text": (claim("filters", {"channel": "web"}), "filters.channel is not a list of up to 100 texts"),
    "a filter that is null": (claim("filters", {"channel": None}), "filters.channel is not a list of up to 100 texts"),
    "a filter with a null": (claim("filters", {"channel": ["web", None]}), "filters.channel holds what is no text of up to 200 characters"),
    "a filter with a number": (claim("filters", {"properties.store": [7]}), "filters.properties.store holds what is no text of up to 200 characters"),
    "a filter on org_id": (claim("filters", {"org_id": ["2"]}), "filters has a field 'org_id'"),
    "a filter on project": (claim("filters", {"project": ["x"]}), "filters has a field 'project'"),
    "a filter with SQL in its name": (claim("filters", {"properties.x' OR '1'='1": ["a"]}), 'filters has a field "properties.x\' OR \'1\'=\'1"'),
    "a filter with a path in its name": (claim("filters", {"properties.a.b": ["a"]}), "filters has a field 'properties.a.b'"),
    "a filter with too many values": (claim("filters", {"channel": ["x"] * 101}), "filters.channel is not a list of up to 100 texts"),
    "too many filters": (claim("filters", {f"properties.p{n}": [] for n in range(21)}), "filters is not an object of up to 20 fields"),
    "a filter with a long value": (claim("filters", {"channel": ["x" * 201]}), "filters.channel holds what is no text of up to 200 characters"),
    "a filter with half a letter": (claims_text(b'{"aud":"dashapp-embed","dashboard":"operations","iat":%d,"exp":%d,"jti":"a","sub":"b","filters":{"channel":["\\ud800"]}}' % (T, T + 9)), "filters.channel holds what is no text of up to 200 characters"),
    "a filter with a NUL": (claim("filters", {"channel": ["a\x00"]}), "filters.channel holds what is no text of up to 200 characters"),
    "a background that cannot be read on": (claim("theme", {"mode": "light", "background": "#15181e"}), "theme.background is a colour on which light text cannot be read"),
    "time null": (claim("time", None), "time is not an object of allowed, default, locked, max"),
    "time allowed null": (claim("time", {"allowed": None, "default": "7d"}), "time.allowed is not a list of ranges such as 7d"),
    "time text": (claim("time", "7d"), "time is not an object of allowed, default, locked, max"),
    "time with an unknown word": (claim("time", {"alowed": ["7d"]}), "time is not an object of allowed, default, locked, max"),
    "time with an unknown range": (claim("time", {"allowed": ["5y"]}), "time.allowed is not a list of ranges such as 7d"),
    "time with no range": (claim("time", {"allowed": []}), "time.allowed is not a list of ranges such as 7d"),
    "time that leaves nothing": (claim("time", {"allowed": ["30d"], "max": "7d"}), "time leaves no range: none of time.allowed is as short as time.max"),
    "time that opens outside": (claim("time", {"allowed": ["7d"], "default": "30d"}), "time.default is not among the ranges that are allowed"),
    "time locked by a word": (claim("time", {"locked": "yes"}), "time.locked is not true or false"),
    "an unknown zone": (claim("tz", "Mars/Olympus"), "tz is not a time zone such as Europe/Berlin"),
    "a zone with a path": (claim("tz", "../../etc/passwd"), "tz is not a time zone such as Europe/Berlin"),
    "the server's own zone": (claim("tz", "localtime"), "tz is not a time zone such as Europe/Berlin"),
    "a language with a path": (claim("locale", "../es"), "locale is not a language tag such as es or pt-BR"),
    "a language that is empty": (claim("locale", ""), "locale is not a language tag such as es or pt-BR"),
    "a language that is null": (claim("locale", None), "locale is not a language tag such as es or pt-BR"),
    "a list of languages": (claim("locale", ["es"]), "locale is not a language tag such as es or pt-BR"),
    "a language with an empty part": (claim("locale", "es-"), "locale is not a language tag such as es or pt-BR"),
    "an unknown right": (claim("can", ["admin"]), "can is not a list of events"),
    "a right that is text": (claim("can", "events"), "can is not a list of events"),
    "rights null": (claim("can", None), "can is not a list of events"),
    "a theme with CSS": (claim("theme", {"font": "x;} body{display:none"}), "theme.font is not a list of font names"),
    "a theme that takes long to read": (claim("theme", {"font": " a ," * 29 + "!"}), "theme.font is not a list of font names"),
    "iss a list": (claim("iss", ["shop"]), "iss is not a text of up to 200 printable characters"),
    "a theme with a URL": (claim("theme", {"background": "url(https://evil.example)"}), "theme.background is neither transparent nor a colour such as #ffffff"),
    "a theme with an unknown word": (claim("theme", {"css": "x"}), "theme is neither a mode nor an object of accent, background, font, mode, radius, series"),
    "a theme null": (claim("theme", None), "theme is neither a mode nor an object of accent, background, font, mode, radius, series"),
    "a theme with a series that is no colour": (claim("theme", {"series": ["url(x)"]}), "theme.series is not a list of 1 to 8 colours"),
    "half a second of session": (claim("session", 3600.5), "session is not a whole number of seconds up to 43200"),
    "a session of a day": (claim("session", 86_400), "session is not a whole number of seconds up to 43200"),
    "a session as text": (claim("session", "3600"), "session is not a whole number of seconds up to 43200"),
    "a session below nothing": (claim("session", -1), "session is not a whole number of seconds up to 43200"),
    "a session true": (claim("session", True), "session is not a whole number of seconds up to 43200"),
}  # fmt: skip


@pytest.fixture
def signer(store, acme, rival):
    made = Signer(store, acme)
    made.other, made.revoked = Signer(store, rival), Signer(store, acme)
    made.read = factories.add_key(store, acme, KeyKind.READ)
    with store.changing() as session:
        keys.revoke_key(session, made.revoked.key_id, now=2)
    return made


def test_the_corpus_is_large():
    assert len(CORPUS) >= 100


@pytest.mark.parametrize("name", CORPUS)
def test_what_is_not_right_opens_nothing_and_says_nothing(client, signer, name, store, acme):
    make, reason = CORPUS[name]
    token = make(signer)
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
    assert len(found) in {2, 3} if reason else found == []  # the org of the key has it
    for entry in found:
        assert entry.code != "taken"
        assert reason in entry.message


def test_the_token_that_the_corpus_changes_is_right(client, signer):
    """Otherwise everything would be refused for the same reason."""
    for token in (signer.token(), signer.token(nbf=T, iss="shop", session=43_200, filters={})):
        assert client.get(DATA, headers=bearer(token)).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["dashapp-embed"]},
        {"aud": ["https://shop.example", "dashapp-embed"]},
        {"session": 28_800.0},
        {"iat": float(T), "exp": T + 300.0},
        {"theme": {"radius": 4.0, "series": ["#aa0000"]}},
        {"can": []},
        {"can": ["events"]},
        {"locale": "xx"},
        {"locale": "i-klingon"},
    ],
)
def test_what_other_libraries_write_is_right_too_also_in_the_page_token(client, signer, claims):
    token = signer.token(**claims)
    page = client.post("/embed/acme/operations/token", headers=bearer(token), json={}).json

    for right in (token, page["token"]):
        assert client.get(DATA, headers=bearer(right)).status_code == 200


def test_a_page_token_of_another_installation_opens_nothing(client, signer):
    from dashapp.domain.secrets.tokens import sign

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
    """One request that somebody with a token of Acme's may think of; half of them are honest."""
    token, dashboard = dice.choice(tokens)
    org = "acme"
    if dice.random() < 0.5:
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
        (signer.token(session=3600), "operations"),
        (signer.token(dashboard="conversations", session=3600), "conversations"),
        (signer.token(filters={"channel": ["api"]}), "operations"),
    ]
    page = client.post("/embed/acme/operations/token", headers=bearer(tokens[0][0]), json={})
    tokens.append((page.json["token"], "operations"))
    own = 0
    for _ in range(1_250):
        answer = probe(dice, client, tokens)
        own += answer.status_code == 200 and "acme-only" in answer.text
        assert answer.status_code in {200, 400, 404}
        assert MARKER not in answer.text
        assert '"rival"' not in answer.text

    assert own >= 250  # a fifth with own data: the test is not empty

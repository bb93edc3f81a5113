"""Invalid embed tokens, each with the reason that the org's log gives."""

from dashapp.store.orgs import keys
from tests.embedding import encoded, raw_token
from tests.factories import NOW, SECRET

NOW_SECONDS = int(NOW.timestamp())
RSA_PUBLIC_KEY = b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"


def with_claim(name, value):
    return lambda signer: signer.token(**{name: value})


def with_header(**fields):
    return lambda signer: signer.token(header=fields)


def raw_text(*parts):
    return lambda _s: ".".join(parts)


def with_parts(combine):
    """Combine the three parts of a valid token in another way."""
    return lambda signer: combine(*signer.token().split("."))


def duplicate_claim(signer):
    body = b'{"aud":"dashapp-embed","dashboard":"operations","dashboard":"other","iat":%d,"exp":%d,"jti":"a","sub":"b"}'
    return raw_token(
        {"alg": "HS256", "kid": signer.key_id},
        body % (NOW_SECONDS, NOW_SECONDS + 300),
        signer.secret,
    )


def with_raw_claims(body: bytes):
    return lambda signer: raw_token({"alg": "HS256", "kid": signer.key_id}, body, signer.secret)


# How each token is made, and the reason in the org's log.
INVALID_TOKENS = {
    # no valid signature
    "alg none": (lambda signer: raw_token({"alg": "none", "kid": signer.key_id}, signer.claims(), b"").rpartition(".")[0] + ".", "not a JWT: expected three base64url parts"),
    "alg none, signed": (with_header(alg="none"), "alg must be HS256"),
    "alg None in another case": (with_header(alg="NoNe"), "alg must be HS256"),
    "HS384": (with_header(alg="HS384"), "alg must be HS256"),
    "HS512": (with_header(alg="HS512"), "alg must be HS256"),
    "RS256": (with_header(alg="RS256"), "alg must be HS256"),
    "RS256 with a public key as HMAC secret": (lambda signer: signer.sign(signer.claims(), {"alg": "RS256"}, RSA_PUBLIC_KEY), "alg must be HS256"),
    "ES256": (with_header(alg="ES256"), "alg must be HS256"),
    "PS256": (with_header(alg="PS256"), "alg must be HS256"),
    "EdDSA": (with_header(alg="EdDSA"), "alg must be HS256"),
    "alg in lower case": (with_header(alg="hs256"), "alg must be HS256"),
    "alg a list": (with_header(alg=["HS256"]), "alg must be HS256"),
    "no alg": (with_header(alg=None), "alg must be HS256"),
    "an empty signature": (with_parts(lambda header, claims, _: f"{header}.{claims}."), "not a JWT: expected three base64url parts"),
    "no signature": (with_parts(lambda header, claims, _: f"{header}.{claims}"), "not a JWT: expected three base64url parts"),
    "the signature of another token": (lambda signer: ".".join([*signer.token().split(".")[:2], signer.token(dashboard="x").split(".")[2]]), "invalid signature"),
    "a signature with a changed letter": (with_parts(lambda header, claims, signature: f"{header}.{claims}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"), "invalid signature"),
    "signed with an empty secret": (lambda signer: signer.sign(signer.claims(), secret=b""), "invalid signature"),
    "signed with the key's id": (lambda signer: signer.sign(signer.claims(), secret=signer.key_id), "invalid signature"),
    "signed with the digest of the secret": (lambda signer: signer.sign(signer.claims(), secret=keys.digest(signer.secret)), "invalid signature"),
    "signed with the installation's secret": (lambda signer: signer.sign(signer.claims(), secret=SECRET), "invalid signature"),
    "signed with only the random part of the secret": (lambda signer: signer.sign(signer.claims(), secret=signer.secret.rpartition("_")[2]), "invalid signature"),
    "claims changed after signing": (with_parts(lambda header, claims, signature: f"{header}.{encoded(b'{}').decode()}.{signature}"), "invalid signature"),
    # headers that name another key
    "jwk": (with_header(jwk={"kty": "oct", "k": "AAAA"}), "unknown header field 'jwk'"),
    "jku": (with_header(jku="https://evil.example/keys"), "unknown header field 'jku'"),
    "x5u": (with_header(x5u="https://evil.example/cert"), "unknown header field 'x5u'"),
    "x5c": (with_header(x5c=["MIIB"]), "unknown header field 'x5c'"),
    "crit": (with_header(crit=["exp"]), "unknown header field 'crit'"),
    "b64": (with_header(b64=False), "unknown header field 'b64'"),
    "zip": (with_header(zip="DEF"), "unknown header field 'zip'"),
    "cty": (with_header(cty="JWT"), "unknown header field 'cty'"),
    "typ": (with_header(typ="at+jwt"), "typ must be JWT"),
    "typ a number": (with_header(typ=1), "typ must be JWT"),
    "no kid": (with_header(kid=None), "kid must be the id of a key"),
    "kid of another org's key, own secret": (lambda signer: signer.token(header={"kid": signer.other.key_id}), None),
    "kid that does not exist": (with_header(kid="k00000000000"), "no embed key k00000000000"),
    "kid with a path": (with_header(kid="../../etc/passwd"), "kid must be the id of a key"),
    "kid with SQL": (with_header(kid="k' OR '1'='1"), "kid must be the id of a key"),
    "kid a number": (with_header(kid=7), "kid must be the id of a key"),
    "kid of a read key": (lambda signer: signer.sign(signer.claims(), {"kid": signer.read[0]}, signer.read[1]), "no embed key k"),
    "a revoked key": (lambda signer: signer.revoked.token(), "was revoked on 1970-01-01"),
    # not a token
    "nothing": (raw_text(""), "the Authorization header has no token"),
    "one part": (raw_text("abc"), "not a JWT: expected three base64url parts"),
    "four parts": (raw_text("a", "b", "c", "d"), "not a JWT: expected three base64url parts"),
    "not base64": (raw_text("!!!", "???", "***"), "not a JWT: expected three base64url parts"),
    "padding": (with_parts(lambda header, claims, signature: f"{header}=.{claims}.{signature}"), "not a JWT: expected three base64url parts"),
    "a blank inside": (with_parts(lambda header, claims, signature: f"{header}. {claims}.{signature}"), "not a JWT: expected three base64url parts"),
    "huge": (lambda signer: signer.token(sub="x" * 9_000), "the token is longer than 8,192 characters"),
    "not UTF-8": (with_raw_claims(b"\xff\xfe{}"), "cannot read the claims: 'utf-8'"),
    "claims a list": (with_raw_claims(b"[]"), "the claims must be an object"),
    "claims null": (with_raw_claims(b"null"), "the claims must be an object"),
    "deeply nested": (with_raw_claims(b"[" * 3_000 + b"]" * 3_000), "cannot read the claims"),
    "a duplicate claim": (duplicate_claim, "cannot read the claims: duplicate name in an object"),
    "NaN": (with_raw_claims(b'{"aud":"dashapp-embed","dashboard":"operations","iat":NaN,"exp":1,"jti":"a","sub":"b"}'), "cannot read the claims: NaN is not a JSON number"),
    "a read key": (lambda signer: signer.read[1], "not a JWT: expected three base64url parts"),
    "the embed key itself": (lambda signer: signer.secret, "not a JWT: expected three base64url parts"),
    # claims
    "no aud": (lambda signer: signer.token("aud"), "missing claim 'aud'"),
    "another aud": (with_claim("aud", "other"), "aud must be dashapp-embed"),
    "aud a list of others": (with_claim("aud", ["other", "dashapp-page"]), "aud must be dashapp-embed"),
    "aud a list with a number": (with_claim("aud", ["dashapp-embed", 7]), "aud must be dashapp-embed"),
    "aud an object": (with_claim("aud", {"dashapp-embed": 1}), "aud must be dashapp-embed"),
    "aud of page tokens": (with_claim("aud", "dashapp-page"), "invalid signature"),
    "a page token made by the vendor": (lambda signer: signer.sign({"aud": "dashapp-page", "org": 1, "claims": signer.claims(), "iat": NOW_SECONDS, "exp": NOW_SECONDS + 900, "end": NOW_SECONDS + 900}), "invalid signature"),
    "no exp": (lambda signer: signer.token("exp"), "missing claim 'exp'"),
    "no iat": (lambda signer: signer.token("iat"), "missing claim 'iat'"),
    "no jti": (lambda signer: signer.token("jti"), "missing claim 'jti'"),
    "no sub": (lambda signer: signer.token("sub"), "missing claim 'sub'"),
    "no dashboard": (lambda signer: signer.token("dashboard"), "missing claim 'dashboard'"),
    "exp as text": (with_claim("exp", str(NOW_SECONDS + 300)), "exp must be a number of seconds since 1970"),
    "exp true": (with_claim("exp", True), "exp must be a number of seconds since 1970"),
    "exp null": (with_claim("exp", None), "exp must be a number of seconds since 1970"),
    "exp in ten years": (with_claim("exp", NOW_SECONDS + 315_360_000), "exp is 315360000 s after iat; the maximum is 300 s"),
    "exp a second too far": (with_claim("exp", NOW_SECONDS + 301), "exp is 301 s after iat; the maximum is 300 s"),
    "exp before iat": (with_claim("exp", NOW_SECONDS - 1), "exp is -1 s after iat; the maximum is 300 s"),
    "exp infinite": (with_raw_claims(b'{"aud":"dashapp-embed","dashboard":"operations","iat":%d,"exp":1e400,"jti":"a","sub":"b"}' % NOW_SECONDS), "exp must be a number of seconds since 1970"),
    "expired": (lambda signer: signer.token(now=NOW_SECONDS - 331), "expired 31 s ago"),
    "iat in the future": (lambda signer: signer.token(now=NOW_SECONDS + 60), "iat is 60 s in the future; check the clock"),
    "iat in milliseconds": (lambda signer: signer.token(now=NOW_SECONDS * 1000), "iat must be a number of seconds since 1970"),
    "nbf in the future": (with_claim("nbf", NOW_SECONDS + 3_600), "nbf is in the future; check the clock"),
    "nbf as text": (with_claim("nbf", "now"), "nbf must be a number of seconds since 1970"),
    "dashboard null": (with_claim("dashboard", None), "dashboard must be a dashboard's slug"),
    "dashboard with a path": (with_claim("dashboard", "../operations"), "dashboard must be a dashboard's slug"),
    "dashboard a list": (with_claim("dashboard", ["operations"]), "dashboard must be a dashboard's slug"),
    "sub empty": (with_claim("sub", ""), "sub must be a string of 1 to 200 printable characters"),
    "sub a number": (with_claim("sub", 7), "sub must be a string of 1 to 200 printable characters"),
    "sub with a line feed": (with_claim("sub", "a\nb"), "sub must be a string of 1 to 200 printable characters"),
    "an unknown claim": (with_claim("filter", {"channel": ["web"]}), "unknown claim 'filter'"),
    "a claim in another case": (with_claim("Filters", {}), "unknown claim 'Filters'"),
    "org as a claim": (with_claim("org", "rival"), "unknown claim 'org'"),
    "project null": (with_claim("project", None), "project must be a project's slug"),
    "project with SQL": (with_claim("project", "x' OR 1=1 --"), "project must be a project's slug"),
    "filters null": (with_claim("filters", None), "filters must be an object with at most 20 fields"),
    "filters a list": (with_claim("filters", []), "filters must be an object with at most 20 fields"),
    "filters text": (with_claim("filters", "channel=web"), "filters must be an object with at most 20 fields"),
    "a filter that is text": (with_claim("filters", {"channel": "web"}), "filters.channel must be a list of at most 100 strings"),
    "a filter that is null": (with_claim("filters", {"channel": None}), "filters.channel must be a list of at most 100 strings"),
    "a filter with a null": (with_claim("filters", {"channel": ["web", None]}), "filters.channel must be strings of at most 200 characters"),
    "a filter with a number": (with_claim("filters", {"properties.store": [7]}), "filters.properties.store must be strings of at most 200 characters"),
    "a filter on org_id": (with_claim("filters", {"org_id": ["2"]}), "filters has an unknown field 'org_id'"),
    "a filter on project": (with_claim("filters", {"project": ["x"]}), "filters has an unknown field 'project'"),
    "a filter with SQL in its name": (with_claim("filters", {"properties.x' OR '1'='1": ["a"]}), 'filters has an unknown field "properties.x\' OR \'1\'=\'1"'),
    "a filter with an empty name in its path": (with_claim("filters", {"properties.a..b": ["a"]}), "filters has an unknown field 'properties.a..b'"),
    "a filter with too many values": (with_claim("filters", {"channel": ["x"] * 101}), "filters.channel must be a list of at most 100 strings"),
    "too many filters": (with_claim("filters", {f"properties.p{n}": [] for n in range(21)}), "filters must be an object with at most 20 fields"),
    "a filter with a long value": (with_claim("filters", {"channel": ["x" * 201]}), "filters.channel must be strings of at most 200 characters"),
    "a filter with half a surrogate pair": (with_raw_claims(b'{"aud":"dashapp-embed","dashboard":"operations","iat":%d,"exp":%d,"jti":"a","sub":"b","filters":{"channel":["\\ud800"]}}' % (NOW_SECONDS, NOW_SECONDS + 9)), "filters.channel must be strings of at most 200 characters"),
    "a filter with a NUL": (with_claim("filters", {"channel": ["a\x00"]}), "filters.channel must be strings of at most 200 characters"),
    "a background without enough contrast": (with_claim("theme", {"mode": "light", "background": "#15181e"}), "theme.background has too little contrast with text in light mode"),
    "time null": (with_claim("time", None), "time must be an object with allowed, default, locked, max"),
    "time allowed null": (with_claim("time", {"allowed": None, "default": "7d"}), "time.allowed must be a list of ranges such as 7d"),
    "time text": (with_claim("time", "7d"), "time must be an object with allowed, default, locked, max"),
    "time with an unknown field": (with_claim("time", {"alowed": ["7d"]}), "time must be an object with allowed, default, locked, max"),
    "time with an unknown range": (with_claim("time", {"allowed": ["5y"]}), "time.allowed must be a list of ranges such as 7d"),
    "time with no range": (with_claim("time", {"allowed": []}), "time.allowed must be a list of ranges such as 7d"),
    "time that allows no range": (with_claim("time", {"allowed": ["30d"], "max": "7d"}), "time allows no range: all of time.allowed are longer than time.max"),
    "time with a default that is not allowed": (with_claim("time", {"allowed": ["7d"], "default": "30d"}), "time.default must be one of the allowed ranges"),
    "time locked by a word": (with_claim("time", {"locked": "yes"}), "time.locked must be true or false"),
    "an unknown zone": (with_claim("tz", "Mars/Olympus"), "tz must be a time zone such as Europe/Berlin"),
    "a zone with a path": (with_claim("tz", "../../etc/passwd"), "tz must be a time zone such as Europe/Berlin"),
    "the server's own zone": (with_claim("tz", "localtime"), "tz must be a time zone such as Europe/Berlin"),
    "a language with a path": (with_claim("locale", "../es"), "locale must be a language tag such as es or pt-BR"),
    "a language that is empty": (with_claim("locale", ""), "locale must be a language tag such as es or pt-BR"),
    "a language that is null": (with_claim("locale", None), "locale must be a language tag such as es or pt-BR"),
    "a list of languages": (with_claim("locale", ["es"]), "locale must be a language tag such as es or pt-BR"),
    "a language with an empty part": (with_claim("locale", "es-"), "locale must be a language tag such as es or pt-BR"),
    "an unknown right": (with_claim("can", ["admin"]), "can must be a list of events"),
    "a right that is text": (with_claim("can", "events"), "can must be a list of events"),
    "rights null": (with_claim("can", None), "can must be a list of events"),
    "a theme with CSS": (with_claim("theme", {"font": "x;} body{display:none"}), "theme.font must be a list of font names"),
    "a theme with a slow font pattern": (with_claim("theme", {"font": " a ," * 29 + "!"}), "theme.font must be a list of font names"),
    "iss a list": (with_claim("iss", ["shop"]), "iss must be a string of 1 to 200 printable characters"),
    "a theme with a URL": (with_claim("theme", {"background": "url(https://evil.example)"}), "theme.background must be transparent or a color such as #ffffff"),
    "a theme with an unknown field": (with_claim("theme", {"css": "x"}), "theme must be a mode or an object with accent, background, font, mode, radius, series"),
    "a theme null": (with_claim("theme", None), "theme must be a mode or an object with accent, background, font, mode, radius, series"),
    "a theme with an invalid series color": (with_claim("theme", {"series": ["url(x)"]}), "theme.series must be a list of 1 to 8 colors"),
    "a session with half a second": (with_claim("session", 3600.5), "session must be a whole number of seconds, at most 43200"),
    "a session of a day": (with_claim("session", 86_400), "session must be a whole number of seconds, at most 43200"),
    "a session as text": (with_claim("session", "3600"), "session must be a whole number of seconds, at most 43200"),
    "a negative session": (with_claim("session", -1), "session must be a whole number of seconds, at most 43200"),
    "a session true": (with_claim("session", True), "session must be a whole number of seconds, at most 43200"),
}  # fmt: skip

"""Requests as a WSGI environment, and the answer of the application."""

from dataclasses import replace
from types import SimpleNamespace
from wsgiref.validate import validator

import pytest

from dashapp.serving.callers import Callers
from dashapp.serving.calls import call, environ_of
from dashapp.settings import Settings
from tests import factories


class Headers:
    def __init__(self, pairs):
        self._pairs = pairs

    def items(self):
        return self._pairs

    def __contains__(self, name):
        return name in dict(self._pairs)

    def get(self, name):
        return dict(self._pairs).get(name)


def request(path="/", method="GET", headers=(), **changed):
    defaults = {
        "http_version": "1.1", "server": "127.0.0.1:8050", "client": "192.0.2.7:4711",
        "scheme": "http", "query_string": "a=1", "path": path, "method": method,
    }  # fmt: skip
    return SimpleNamespace(**{**defaults, **changed}, headers=Headers(list(headers)))


def echo(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("201 Created", [("Content-Type", "text/plain"), ("X-Two", "1"), ("X-Two", "2")])
    return [environ["REQUEST_METHOD"].encode(), b" ", body]


def test_calls_follow_the_specification():
    headers = [("host", "x.example"), ("content-type", "text/plain"), ("content-length", "3")]
    environ = environ_of(request(method="POST", headers=headers), b"abc")

    status, answered, body = call(validator(echo), environ)

    assert (status, body) == (201, b"POST abc")
    assert answered == [("content-type", "text/plain"), ("x-two", "1"), ("x-two", "2")]


def test_the_environment_of_a_request():
    headers = [
        ("cookie", "a=1"), ("cookie", "b=2"), ("accept", "x"), ("accept", "y"),
        ("x_forwarded_for", "forged"), ("transfer-encoding", "chunked"),
    ]  # fmt: skip
    environ = environ_of(request("/app/%C3%A9%2Fx", headers=headers, client="[::1]:9"), b"abc")

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/app/é/x"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "8050")
    assert (environ["REMOTE_ADDR"], environ["QUERY_STRING"]) == ("::1", "a=1")
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_ACCEPT"] == "x,y"
    assert environ["CONTENT_LENGTH"] == "3"
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_TRANSFER_ENCODING"} & environ.keys()


def test_an_application_that_fails_is_closed():
    closed = []

    class Chunks(list):
        def close(self):
            closed.append(True)

        def __iter__(self):
            raise ValueError

    def fails(_environ, start_response):
        start_response("200 OK", [])
        return Chunks()

    with pytest.raises(ValueError):
        call(fails, environ_of(request(), b""))
    assert closed == [True]


def visit(callers, path, headers=(), org=None):
    """Make a request that the application lets in to an org; return whose turn it takes."""
    made = callers.visit(request(path, headers=headers), path)
    if org is not None:
        made(org, f"org-{org}")
    made.end()
    return made.caller


SETTINGS = Settings(factories.SECRET)
KEY = [("authorization", "Bearer k")]
MEMBER = [("cookie", "a=1; dashapp-session=m; b=2")]


def test_the_org_is_known_once_the_application_has_named_it():
    callers = Callers(SETTINGS)

    assert visit(callers, "/api/v1/query", KEY, org=7)[:2] == ("reads", "credential")
    assert visit(callers, "/api/v1/query", KEY, org=7) == ("reads", "org", 7)
    assert visit(callers, "/api/v1/events", KEY, org=7) == ("sends", "org", 7)


def test_a_credential_that_is_let_in_no_more_takes_no_turns_of_its_org():
    callers = Callers(SETTINGS)
    visit(callers, "/api/v1/query", KEY, org=7)

    assert visit(callers, "/api/v1/query", KEY) == ("reads", "org", 7)
    assert visit(callers, "/api/v1/query", KEY)[:2] == ("reads", "credential")


def test_a_stranger_cannot_take_an_orgs_turns():
    callers = Callers(SETTINGS)
    visit(callers, "/app/acme/x", MEMBER, org=7)

    assert visit(callers, "/app/acme/x", MEMBER, org=7) == ("reads", "org", 7)
    for headers in ([("cookie", "dashapp-session=s")], [("authorization", "Bearer x")]):
        assert visit(callers, "/app/acme/x", headers)[1] == "credential"
    for headers in ([], [("cookie", "other=1")]):
        assert visit(callers, "/app/acme/x", headers) == ("reads", "address", "192.0.2.7")


def test_other_cookies_do_not_make_a_member_somebody_else():
    callers = Callers(SETTINGS)
    visit(callers, "/app/acme/x", MEMBER, org=7)

    for cookie in (
        "dashapp-session=m",
        "z=9;dashapp-session=m",
        "xdashapp-session=n; dashapp-session=m",
    ):
        assert visit(callers, "/app/acme/x", [("cookie", cookie)], org=7) == ("reads", "org", 7)
    for cookie in ("dashapp-session-8443=n", "dashapp-session=m; dashapp-session=n"):
        both = [("cookie", f"dashapp-session=m; {cookie}")]
        assert visit(callers, "/app/acme/x", both, org=7) == ("reads", "org", 7)


def test_the_session_is_in_the_cookie_that_the_application_reads():
    secure = replace(SETTINGS, public_url="https://dash.example:8443")
    callers = Callers(secure)
    cookies = [("cookie", "dashapp-session=n; __Host-dashapp-session-8443=m")]
    visit(callers, "/app/acme/x", cookies, org=7)

    cookies = [("cookie", "dashapp-session=o; __Host-dashapp-session-8443=m")]
    assert visit(callers, "/app/acme/x", cookies, org=7) == ("reads", "org", 7)
    assert visit(callers, "/app/acme/x", MEMBER)[1] == "address"


def test_a_member_of_two_orgs_takes_turns_of_each():
    callers = Callers(SETTINGS)
    for path, org in (("/app/acme/x", 1), ("/app/rival/x", 2)):
        visit(callers, path, MEMBER, org=org)

    assert visit(callers, "/app/acme/y", MEMBER, org=1) == ("reads", "org", 1)
    assert visit(callers, "/app/rival/y", MEMBER, org=2) == ("reads", "org", 2)


def test_the_number_of_remembered_credentials_is_bounded(monkeypatch):
    monkeypatch.setattr("dashapp.serving.callers._MAX_REMEMBERED", 2)
    callers = Callers(SETTINGS)
    keys = [[("authorization", f"Bearer {n}")] for n in range(3)]
    for key in keys:
        visit(callers, "/api/v1/query", key, org=7)

    assert [visit(callers, "/api/v1/query", key)[1] for key in keys] == ["credential", "org", "org"]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, ["203.0.113.9"], "192.0.2.7"),
        (1, ["203.0.113.9"], "203.0.113.9"),
        (1, ["forged, 203.0.113.9"], "203.0.113.9"),
        (1, ["forged", "203.0.113.9"], "203.0.113.9"),
        (2, ["forged, 203.0.113.9, 10.0.0.1"], "203.0.113.9"),
        (2, ["203.0.113.9"], "203.0.113.9"),
    ],
)
def test_the_address_is_the_one_that_trusted_proxies_saw(proxies, forwarded, address):
    headers = [("x-forwarded-for", value) for value in forwarded]

    assert visit(Callers(replace(SETTINGS, trusted_proxies=proxies)), "/login", headers) == (
        "reads",
        "address",
        address,
    )

"""The security log: one line for each login, end of a session, and refusal: who, where, and why."""

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.errors import Forbidden
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.orgs import keys
from dashapp.store.people import login_sessions, users
from dashapp.web.access.login import limits as login_limits
from dashapp.web.access.policies import Unauthorized
from tests import factories
from tests.embedding import SHELL, bearer
from tests.factories import login, login_form, logout, refresh

PAGE = "/app/acme/operations"
DASHBOARDS = "/api/v1/dashboards"


def id_of(store, email):
    with store.read_shared() as session:
        return users.find_user(session, email).id


def test_a_login_says_who_where_and_from_which_kind_of_browser(browser, log, store):
    client = browser("ada@example.com")
    logout(client)
    login(client, "ada@example.com")

    first, second = log.events("login_succeeded")
    assert (first["user"], first["account"]) == (id_of(store, "ada@example.com"), "ada@example.com")
    assert (first["org"], first["address"], first["level"]) == ("acme", "127.0.0.1", "info")
    assert (first["device"], second["device"]) == ("new", "known")
    assert first["request_id"] != second["request_id"]


def test_a_login_is_on_the_line_of_its_request(browser, log, store):
    browser("ada@example.com")

    line = log.requests[-1]
    assert (line["path"], line["user"], line["org"]) == (
        "/login", id_of(store, "ada@example.com"), "acme",
    )  # fmt: skip
    assert "reason" not in line


def test_a_wrong_password_names_the_account(browser, log, store):
    login(browser(), "ada@example.com", "wrong password")

    line = log.event()
    assert (line["event"], line["reason"]) == ("login_failed", "wrong_password")
    assert (line["level"], line["account"]) == ("warning", "ada@example.com")
    assert line["user"] == id_of(store, "ada@example.com")
    assert log.requests[-1]["reason"] == "wrong_password"
    assert "user" not in log.requests[-1]  # nobody is logged in


def test_an_unknown_account_is_logged_as_a_hash(browser, log):
    """People type passwords into the wrong field."""
    for email in ("hunter2@home", "hunter2@home", "other@home"):
        login(browser(), email, "x")

    hashes = [line["account_hash"] for line in log.events("login_failed")]
    assert hashes[0] == hashes[1] != hashes[2]
    assert "hunter2" not in log.text
    assert {line["reason"] for line in log.events()} == {"unknown_account"}


@pytest.mark.parametrize("email", ["my password", "p@ss\nword@x", "x" * 400 + "@x"])
def test_what_is_no_address_is_not_logged(browser, log, email):
    login(browser(), email)

    assert (log.event()["event"], log.event()["reason"]) == ("login_refused", "malformed")
    assert email[:8] not in log.text


def test_a_disabled_account_with_the_right_password_is_logged_as_such(browser, log, store):
    with store.write_shared() as session:
        users.disable(session, users.find_user(session, "ada@example.com").id, now=1)
    login(browser(), "ada@example.com")
    login(browser(), "ada@example.com", "wrong password")

    assert [line["reason"] for line in log.events("login_failed")] == ["disabled", "wrong_password"]


def test_a_lock_out_says_which_limit(browser, log, monkeypatch):
    monkeypatch.setattr(login_limits, "PER_ACCOUNT", 1)
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 2)
    for email in ("ada@example.com", "ada@example.com", "bea@example.com", "max@example.com"):
        login(browser(), email, "wrong password")

    locked = log.events("login_locked")
    assert [(line["reason"], line["account"]) for line in locked] == [
        ("account", "ada@example.com"),
        ("address", "max@example.com"),
    ]


def test_logout_and_other_ends_of_a_session_are_logged_once(browser, log, clock, store):
    logout(browser("ada@example.com"))
    idle = browser("bea@example.com")
    clock.advance(hours=13)
    idle.get(PAGE)
    idle.get(PAGE)

    assert log.event("logout")["user"] == id_of(store, "ada@example.com")
    ended = log.event("session_ended")
    assert (ended["user"], ended["reason"]) == (id_of(store, "bea@example.com"), "idle")
    assert log.event("session_refused")["reason"] == "idle"


def test_a_session_that_another_persons_login_ends_has_no_address(browser, log, clock, store):
    browser("ada@example.com")
    clock.advance(hours=13)
    browser("bea@example.com")

    ended = log.event("session_ended")
    assert ended["user"] == id_of(store, "ada@example.com")
    assert "address" not in ended
    assert "reason" not in log.requests[-1]


def test_a_refused_session_says_why(browser, log, store):
    stale = browser("ada@example.com")
    with store.write_shared() as session:
        ada = users.find_user(session, "ada@example.com")
        login_sessions.end_sessions_of(session, ada.id, "password", at=1)
    stale.get(PAGE)
    forged = browser()
    forged.set_cookie("dashapp-session", "forged")
    forged.get(f"{DASHBOARDS}?org=acme")

    first, second = log.events("session_refused")
    assert (first["reason"], first["user"]) == ("password", ada.id)
    assert second["reason"] == "unknown"
    assert [line["reason"] for line in log.requests[-2:]] == ["password", "unknown"]


@pytest.mark.parametrize(
    ("email", "path", "status", "reason"),
    [
        ("ada@example.com", "/app/rival/operations", 404, "not_a_member"),
        ("ada@example.com", "/app/nobody", 404, "not_a_member"),
        ("ada@example.com", "/app/acme/nothing", 404, "no_such_dashboard"),
        ("max@example.com", PAGE, 403, "role"),
        ("nina@example.com", "/welcome", 403, "no_org"),
        ("ada@example.com", f"{DASHBOARDS}?org=rival", 404, "not_a_member"),
    ],
)
def test_refused_access_says_who_and_why(browser, log, store, email, path, status, reason):
    assert browser(email).get(path).status_code == status

    line = log.event("access_refused")
    assert (line["user"], line["reason"]) == (id_of(store, email), reason)
    assert log.requests[-1]["reason"] == reason
    assert line.get("org") != "rival"  # it is the org that was let in to, not the one asked for


def test_a_role_that_cannot_arrange_is_logged_with_its_org(browser, log, store, acme):
    factories.add_user(store, "vic@example.com", (acme, Role.ANALYTICS_VIEWER))
    assert browser("vic@example.com").get(f"{PAGE}/layout").status_code == 403

    line = log.event("access_refused")
    assert (line["org"], line["reason"]) == ("acme", "role")


def test_a_refused_key_is_named_by_its_id(client, log, store, acme):
    read, ingest, revoked = (
        factories.add_key(store, acme, kind)
        for kind in (KeyKind.READ, KeyKind.INGEST, KeyKind.READ)
    )
    with store.write_shared() as session:
        keys.revoke_key(session, acme, revoked[0], now=1)
    unknown = "dash_read_" + "a" * 43
    for secret in (ingest[1], revoked[1], unknown):
        client.get(DASHBOARDS, headers=bearer(secret))
    client.get(DASHBOARDS)
    client.post("/api/v1/events", headers=bearer(read[1]), json=[])

    lines = [(line["reason"], line.get("key"), line.get("org")) for line in log.events()]
    assert lines == [
        ("wrong_kind", ingest[0], "acme"),
        ("revoked", revoked[0], "acme"),
        ("malformed", None, None),
        ("missing", None, None),
        ("wrong_kind", read[0], "acme"),
    ]
    assert {line["event"] for line in log.events()} == {"key_refused"}


def test_a_refused_token_says_why_and_whose_key_it_names(client, log, signer):
    tokens = [signer.token(exp=1), signer.sign(signer.claims(), secret="x" * 40), "no.to.ken"]
    for token in tokens:
        client.get(f"{SHELL}/_dash-layout", headers=bearer(token))
    client.get("/embed/acme/nothing/_dash-layout", headers=bearer(signer.token()))

    lines = [(line["reason"], line.get("key"), line.get("org")) for line in log.events()]
    named = signer.key_id, "acme"
    assert lines == [
        ("bad_claim", *named), ("bad_signature", *named), ("malformed", None, None),
        ("foreign", *named),
    ]  # fmt: skip
    assert {line["event"] for line in log.events()} == {"token_refused"}


def test_forms_origins_and_hosts_are_logged(browser, log):
    client = browser()
    client.post("/login", data=login_form(client, "ada@example.com", csrf_token="forged"))
    client.post("/login", data={})
    client.post("/login", headers={"Origin": "https://evil.example"})
    client.get("/login", headers={"Host": "evil.example"})

    assert [(line["event"], line["reason"]) for line in log.events()] == [
        ("csrf_refused", "invalid"),
        ("csrf_refused", "missing"),
        ("origin_refused", "cross_site"),
        ("host_refused", "unknown_host"),
    ]
    assert log.event("origin_refused")["origin"] == "https://evil.example"
    assert log.event("host_refused")["host"] == "evil.example"


def test_a_limit_that_is_reached_is_logged_with_org_and_key(post, key, log, store, clock, acme):
    with store.write_shared() as session:
        key_id, secret = keys.insert_key(session, acme, KeyKind.INGEST, now=1, events_per_minute=1)
    for number in range(2):
        event = {"id": f"e{number}", "type": "a.b", "occurred_at": "2026-11-20T09:00:00Z"}
        post([event], secret=secret)

    line = log.event()
    assert (line["event"], line["org"], line["key"]) == ("limit_reached", "acme", key_id)


def test_trusted_proxies_decide_the_address(store, acme, log):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store, trusted_proxies=1).test_client()
    data = login_form(client, "ada@example.com", "wrong password")
    client.post("/login", data=data, headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9:4711"})

    assert log.event("login_failed")["address"] == "203.0.113.9"


@pytest.mark.parametrize("error", [Unauthorized("no"), Forbidden("no")], ids=lambda e: e.code)
def test_a_refusal_that_nobody_has_logged_is_logged(browser, log, monkeypatch, error):
    def refuse(*_args, **_options):
        raise error

    client = browser("ada@example.com")
    monkeypatch.setattr("dashapp.board.board.Board.refresh", refuse)
    refresh(client)

    line = log.event("access_refused")
    assert (line["org"], line["reason"]) == ("acme", error.code)

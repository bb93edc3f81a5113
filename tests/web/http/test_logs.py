"""Log lines: the fields of their request, one traceback a minute, no floods, and no secrets."""

import base64
import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from dashapp.domain import log_fields
from dashapp.domain.secrets.keys import KeyKind
from dashapp.web.http import logs
from tests import factories
from tests.embedding import DATA, SHELL, bearer, exchange
from tests.factories import login_form, logout, refresh
from tests.log_lines import LogLines

PAGE = "/app/acme/operations"
READ = "/api/v1/dashboards/operations/data?time_range=7d"
_log = logging.getLogger("dashapp.test")


class Time:
    """A clock for the handler."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(*_args, **_options):
    raise ValueError("the query is broken")


def test_a_request_has_org_person_dashboard_and_address(browser, log, store, acme):
    browser("ada@example.com").get(PAGE)

    line = log.requests[-1]
    assert (line["org"], line["dashboard"], line["user"]) == ("acme", "operations", 1)
    assert (line["address"], line["method"], line["status"]) == ("127.0.0.1", "GET", 200)
    assert "reason" not in line


def test_sends_and_reads_have_org_key_and_reason(post, key, client, log, store, acme):
    good = {"id": "e1", "type": "a.b", "occurred_at": "2026-11-20T09:00:00Z"}
    read = factories.add_key(store, acme, KeyKind.READ)
    post([good, {"id": "e2"}])
    post(b"{", content_type="application/json")
    client.get(READ, headers=bearer(read[1]))
    client.get(f"{READ}&nope=1", headers=bearer(read[1]))

    lines = [(line["org"], line["key"], line.get("reason")) for line in log.requests]
    assert lines[1:] == [
        ("acme", key[0], "bad_input"),
        ("acme", read[0], None),
        ("acme", read[0], "bad_input"),
    ]
    first = log.requests[0]
    assert (first["accepted"], first["duplicates"], first["rejected"]) == (1, 0, 1)
    assert (first["org"], first["key"], first["status"]) == ("acme", key[0], 207)
    assert first["reason"]


def test_an_embedded_board_has_org_and_key(client, log, signer):
    token = exchange(client, signer.token()).json["token"]
    client.get(f"{SHELL}/_dash-layout", headers=bearer(token))

    for line in log.requests:
        assert (line["org"], line["key"], line["dashboard"]) == (
            "acme", signer.key_id, "operations",
        )  # fmt: skip


def test_a_failed_panel_is_logged_with_org_person_and_request(browser, log, monkeypatch):
    client = browser("ada@example.com")
    monkeypatch.setattr("dashapp.widgets.answers.answer_together", fail)
    response = refresh(client)

    failures = [line for line in log.lines if line["message"] == "panel failed"]
    assert len(failures) == 4
    for line in failures:
        assert (line["org"], line["user"], line["dashboard"]) == ("acme", 1, "operations")
        assert line["request_id"] == response.headers["X-Request-Id"]
        assert line["path"] == f"{PAGE}/_dash-update-component"
        assert line["error"] == "builtins.ValueError"


def test_a_panel_that_fails_as_a_file_says_why(client, log, store, acme, monkeypatch):
    monkeypatch.setattr("dashapp.widgets.answers.answer_together", fail)
    read = factories.add_key(store, acme, KeyKind.READ)
    path = "/api/v1/dashboards/operations/panels/total-errors.csv"
    assert client.get(path, headers=bearer(read[1])).status_code == 503

    assert log.requests[-1]["reason"] == "panel_failed"


def test_an_error_has_org_and_key_and_its_traceback_once_a_minute(client, store, acme, monkeypatch):
    monkeypatch.setattr("dashapp.web.api.dashboards.show", fail)
    headers, time = bearer(factories.add_key(store, acme)[1]), Time()
    with LogLines(time) as log:
        for _ in range(3):
            client.get(READ, headers=headers)
        time.now += 61
        client.get(READ, headers=headers)

    errors = [line for line in log.lines if line["message"] == "request failed"]
    assert [("exception" in line, line.get("tracebacks_left_out")) for line in errors] == [
        (True, None), (False, 1), (False, 2), (True, None),
    ]  # fmt: skip
    assert {(line["org"], line["error"]) for line in errors} == {("acme", "builtins.ValueError")}
    assert errors[1]["at"].startswith("dashapp/web/api/dashboards.py:")
    assert len(json.dumps(errors[1])) < 600


def raise_at(place: int) -> None:
    """Raise from one of many places, as far as a traceback shows."""
    code = compile("\n" * place + "raise ValueError", f"place{place}.py", "exec")
    try:
        exec(code)
    except ValueError:
        _log.exception("failed")


def test_errors_of_other_kinds_have_their_own_traceback():
    with LogLines(Time()) as log:
        for place in (1, 2, 1, 2):
            raise_at(place)

    assert ["exception" in line for line in log.lines] == [True, True, False, False]


def test_the_kinds_that_are_remembered_are_bounded(monkeypatch):
    monkeypatch.setattr("dashapp.web.http.repeats._MAX_KINDS", 3)
    with LogLines(Time()) as log:
        for place in range(9):
            raise_at(place)

    assert ["exception" in line for line in log.lines] == [True] * 4 + [False] * 5


def test_a_flood_of_refusals_is_counted_and_not_written(client):
    time = Time()
    with LogLines(time) as log:
        for _ in range(100):
            client.get(READ, headers=bearer("x"))
        assert len(log.events("key_refused")) == logs._LINES_PER_SECOND
        time.now += 1
        client.get("/livez")

    missing = [line for line in log.lines if line["message"] == "lines left out"]
    (line,) = missing
    assert (line["event"], line["lines_left_out"]) == (
        "key_refused", 100 - logs._LINES_PER_SECOND,
    )  # fmt: skip
    assert "request_id" not in line


def test_one_kind_of_refusal_does_not_hide_another(client, browser):
    with LogLines(Time()) as log:
        for _ in range(100):
            client.get(READ, headers=bearer("x"))
        client.post("/login", headers={"Origin": "https://evil.example"})

    assert log.event("origin_refused")


def test_security_lines_are_logged_at_every_level(tmp_path, monkeypatch):
    root, security = logging.getLogger(), logging.getLogger("dashapp.security")
    handlers, levels = root.handlers[:], (root.level, security.level)
    try:
        logs.configure("error")
        assert security.isEnabledFor(logging.INFO)
        assert not logging.getLogger("dashapp.requests").isEnabledFor(logging.INFO)
    finally:
        root.handlers[:] = handlers
        root.setLevel(levels[0])
        security.setLevel(levels[1])


def test_fields_of_a_request_are_gone_after_it(client, log):
    client.get("/livez")
    _log.warning("later")

    assert "request_id" not in log.lines[-1]
    assert log_fields.current() == {}


@pytest.mark.parametrize("letter", ["x", "é", "\ud800"], ids=ascii)
def test_long_texts_are_shortened(letter):
    long = letter * 100_000
    record = logging.makeLogRecord({"msg": long, "field": long})
    line = json.loads(logs.JsonFormatter().format(record))

    assert len(line["message"]) < 1_100
    assert len(line["field"]) < 1_100


def test_no_secret_reaches_the_log(browser, client, log, store, acme, signer, monkeypatch):
    """Plant secrets wherever a request can carry them, also where they do not belong."""
    (_, read), (_, ingest) = (factories.add_key(store, acme, kind) for kind in list(KeyKind)[1::-1])
    ada, token = browser("ada@example.com"), signer.token()
    page_token = exchange(client, token).json["token"]
    session_id = ada.get_cookie("dashapp-session").value
    device = ada.get_cookie("dashapp-device").value
    form = login_form(client, "ada@example.com", "a planted password")
    secrets = [read, ingest, signer.secret, token, page_token, session_id, device]

    def broken(*_args, **_options):
        statement = f"SELECT '{session_id}' {read}"
        raise OperationalError(statement, {"digest": ingest}, Exception(f"\n{token}\n{device}"))

    client.post("/login", data=form)
    client.post("/login", data={**form, "email": form["password"], "password": "x"})
    for secret in secrets:
        client.get(DATA, headers={**bearer(secret), "User-Agent": secret, "Referer": secret})
        client.post("/api/v1/events", headers=bearer(secret), data=secret)
        client.get(f"/app/acme/{secret}?key={secret}", headers={"Origin": secret})
        client.post(f"/{secret}", headers={"Origin": secret, "Cookie": f"a={secret}"})
        client.get("/login", headers={"Host": secret, "X-Forwarded-For": secret})
        client.set_cookie("dashapp-session", secret)
        client.get(PAGE)
    logout(ada)
    monkeypatch.setattr("dashapp.web.api.dashboards.show", broken)
    client.get(READ, headers=bearer(read))

    assert len(log.lines) > 50
    csrf_token = form["csrf_token"]
    planted = [*secrets, csrf_token, "a planted password", factories.PASSWORD, factories.SECRET]
    parts = {part for secret in planted for part in secret.split(".") if len(part) > 12}
    encoded = {base64.b64encode(secret.encode()).decode() for secret in planted}
    header = token.split(".")[0]  # names the key and the algorithm
    assert [part for part in parts | encoded - {header} if part in log.text] == []


def test_a_hash_of_a_password_is_removed_and_long_names_stay(log):
    name = "a_function_with_a_very_long_name_of_many_lowercase_words"
    _log.warning("%s %s %s", factories._PASSWORD_HASH, name, Path("/a/b"))

    assert log.lines[0]["message"] == f"[redacted] {name} /a/b"


@pytest.mark.both_databases
def test_errors_of_the_database_do_not_contain_values(store):
    statement = text("INSERT INTO nothing VALUES (:planted)")
    with store.write_shared() as session, pytest.raises(DBAPIError) as failed:
        session.execute(statement, {"planted": "planted value"})

    assert "hidden" in str(failed.value)
    assert "planted value" not in str(failed.value)

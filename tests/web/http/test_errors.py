"""Errors are readable for people, JSON for programs, and reveal nothing about the implementation."""

import json
import logging

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dashapp.domain.errors import TooMany
from dashapp.web.http.logs import JsonFormatter
from tests.factories import refresh

SECRET = "SELECT secret FROM /srv/dashapp/engine.py"
FAULTS = [
    (ValueError(SECRET), 500),
    (KeyError(SECRET), 500),
    (RecursionError(SECRET), 500),
    (OperationalError(SECRET, {}, Exception(SECRET)), 503),
    (PoolTimeout(SECRET), 503),
    (TooMany("Wait a moment.", retry_after=7), 429),
]


def function_raising(error):
    def fail(*_args, **_kwargs):
        raise error

    return fail


@pytest.mark.parametrize(("error", "status"), FAULTS, ids=lambda value: type(value).__name__)
def test_no_exception_on_any_route_reveals_the_implementation(
    browser, server, monkeypatch, error, status
):
    client = browser("ada@example.com")
    for endpoint in ("board.page", "board.layout", "board.dependencies", "api.dashboards"):
        view = server.view_functions[endpoint]
        broken = function_raising(error)
        broken.dashapp_policy = view.dashapp_policy
        monkeypatch.setitem(server.view_functions, endpoint, broken)
    for path in (
        "/app/acme/operations",
        "/app/acme/operations/_dash-layout",
        "/app/acme/operations/_dash-dependencies",
        "/api/v1/dashboards?org=acme",
    ):
        response = client.get(path)
        assert response.status_code == status
        assert "SELECT" not in response.text
        assert "Traceback" not in response.text
        assert response.headers["X-Request-Id"] in response.text


def test_an_exception_in_a_callback_reveals_nothing(browser, monkeypatch):
    client = browser("ada@example.com")
    monkeypatch.setattr("dashapp.board.board.Board.refresh", function_raising(ValueError(SECRET)))

    response = refresh(client)

    assert response.status_code == 500
    assert SECRET not in response.text
    assert response.json["error"]["code"] == "internal"


def test_a_rate_limit_says_when_to_retry(browser, server, monkeypatch):
    client = browser("ada@example.com")
    monkeypatch.setattr("dashapp.board.board.Board.refresh", function_raising(FAULTS[-1][0]))

    assert refresh(client).headers["Retry-After"] == "7"


def test_an_unknown_page_is_readable(browser):
    response = browser().get("/nothing/here")

    assert response.status_code == 404
    assert "<h1" in response.text


@pytest.mark.parametrize("text", ["a\r\nb", "\x1b[31mred", '"}{"x":"', "\u2028", "\x00"])
def test_a_log_entry_with_any_text_is_one_line_of_json(text):
    record = logging.makeLogRecord({"msg": "request %s", "args": (text,), "agent": text})

    line = JsonFormatter().format(record)

    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["agent"] == text


def test_a_request_is_logged_with_its_user_agent_on_one_line(browser, log):
    browser().get("/livez", headers={"User-Agent": 'x"} \x1b[31m evil'})

    (line,) = log.requests
    assert line["path"] == "/livez"
    assert "\x1b" not in log.text

"""Requests that the front refuses are in the log, and a flood of them does not fill the disk."""

import asyncio
import json

from dashapp.serving import front
from dashapp.web.http.logs import _LINES_PER_SECOND
from tests.log_lines import LogLines
from tests.serving.test_front import Worker


def refused(log: LogLines) -> list[dict]:
    return [line for line in log.lines if line.get("event") == "request_refused"]


def test_a_refused_request_says_who_where_and_why():
    worker = Worker()

    async def check():
        await worker.get("/app/busy/fast", credential="a")
        paths = ["/app/busy/slow"] * 40
        busy = [asyncio.create_task(worker.get(path, credential="a")) for path in paths]
        await asyncio.sleep(0.05)
        worker.go_on.set()
        answers = await asyncio.gather(*busy)
        return [dict(headers) for status, headers, _body in answers if status == 429]

    with LogLines() as log:
        headers = worker.run(check)

    assert len(refused(log)) == len(headers) > 1
    line = refused(log)[0]
    assert (line["org"], line["reason"], line["status"]) == ("busy", "too_many", 429)
    assert (line["address"], line["method"], line["path"]) == ("127.0.0.1", "GET", "/app/busy/slow")
    assert {line["request_id"] for line in refused(log)} == {
        answer["x-request-id"] for answer in headers
    }


def test_the_id_in_the_body_is_the_one_in_the_log(monkeypatch):
    monkeypatch.setattr(front, "_MAX_WAITING_OF_ORG", 0)
    monkeypatch.setattr(front, "_SHARE", 0)
    worker = Worker()

    async def check():
        return await worker.get("/api/v1/query")

    with LogLines() as log:
        _status, _headers, body = worker.run(check)

    assert json.loads(body)["error"]["request_id"] == refused(log)[0]["request_id"]
    assert "org" not in refused(log)[0]  # the application has not let it in


def test_a_flood_of_refusals_is_counted(monkeypatch):
    monkeypatch.setattr(front, "_MAX_WAITING_OF_ORG", 0)
    monkeypatch.setattr(front, "_SHARE", 0)
    worker, time = Worker(), [0.0]

    async def check():
        for number in range(500):
            await worker.get("/other", credential=f"Bearer {number}")
        time[0] = 1.0
        await worker.get("/other")

    with LogLines(lambda: time[0]) as log:
        worker.run(check)

    (missing,) = [line for line in log.lines if line["message"] == "lines left out"]
    assert (missing["event"], missing["lines_left_out"]) == (
        "request_refused", 500 - _LINES_PER_SECOND,
    )  # fmt: skip
    assert len(refused(log)) == _LINES_PER_SECOND + 2
    assert "Bearer" not in log.text


def test_an_error_outside_of_the_application_is_logged_and_reveals_nothing(monkeypatch):
    worker = Worker()

    def fail(*_arguments):
        raise ValueError("a secret place")

    async def check():
        monkeypatch.setattr(front, "environ_of", fail)
        return await worker.get("/api/v1/query")

    with LogLines() as log:
        status, headers, body = worker.run(check)

    (line,) = [line for line in log.lines if line["message"] == "request failed"]
    assert (status, json.loads(body)["error"]["code"]) == (500, "internal")
    assert "secret" not in body.decode()
    assert (line["error"], line["path"]) == ("builtins.ValueError", "/api/v1/query")
    assert line["request_id"] == dict(headers)["x-request-id"]

"""What log lines are made of: times in UTC, and no text that a terminal or a reader obeys."""

import json
import logging
import sys
import threading
import time

import pytest
from granian.log import LogLevels, configure_logging

from dashapp.cli.serving import granian_server
from dashapp.web.http import logs
from tests.log_lines import LogLines


@pytest.fixture
def in_tokyo(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
def test_times_are_in_utc_wherever_the_server_is():
    record = logging.makeLogRecord({"msg": "x", "created": 3_600.5})

    assert json.loads(logs.JsonFormatter().format(record))["time"] == "1970-01-01T01:00:00.500000Z"


@pytest.mark.parametrize("control", ["\x7f", "\x85", "\x9b31m", "\u2028", "\u202e", "\u2066"])
def test_controls_that_json_allows_are_escaped(control):
    line = logs.JsonFormatter().format(logging.makeLogRecord({"msg": f"a{control}é"}))

    assert control[0] not in line
    assert "é" in line
    assert json.loads(line)["message"] == f"a{control}é"


def test_an_error_that_ends_a_thread_or_the_process_is_a_line(monkeypatch):
    for module in (sys, threading):
        monkeypatch.setattr(module, "excepthook", module.excepthook)
    root, kept = logging.getLogger(), logging.getLogger().handlers[:]
    logs.configure("info")
    root.handlers[:] = kept
    with LogLines() as log:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        sys.excepthook(ValueError, ValueError("x"), None)

    lines = [line for line in log.lines if line["message"] == "ended by an error"]
    assert [line["error"] for line in lines] == [
        "builtins.ZeroDivisionError", "builtins.ValueError",
    ]  # fmt: skip


def test_lines_of_the_http_server_are_json(capfd):
    logger = logging.getLogger("_granian")
    configure_logging(LogLevels.warning, granian_server._LOGGING)
    try:
        logger.warning("a worker\nended")
    finally:
        logger.handlers.clear()

    line = json.loads(capfd.readouterr().err.splitlines()[-1])
    assert (line["logger"], line["message"]) == ("_granian", "a worker\nended")

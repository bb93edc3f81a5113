"""Logs: one JSON object per line, so that text from a request cannot forge an entry.

docs/reference/logs.md describes the fields. A line has those of its request, see
`dashapp.domain.log_fields`.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from time import monotonic, perf_counter
from types import TracebackType
from typing import TextIO

import orjson
from flask import Flask, Response, g, request

import dashapp
from dashapp.domain import log_fields
from dashapp.domain.time.instant import to_text
from dashapp.store.audit import log_lines
from dashapp.web.access import security_log
from dashapp.web.access.addresses import client_address
from dashapp.web.http.errors import code_of, request_id
from dashapp.web.http.repeats import Repeats

_RECORD_ATTRIBUTES = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    log_fields.BOUNDED,
}
_MAX_TEXT, _MAX_TRACEBACK = 1_000, 10_000  # characters
_TRACEBACK_SECONDS = 60.0
_LINES_PER_SECOND = 20  # of one kind of refusal
_PACKAGE = Path(dashapp.__file__).parent.parent
# What a password hash, a key, the part of a token, a session id, or a signed cookie looks like.
_SECRET = re.compile(
    r"\$argon2[a-z]*\$[^\s\"']+"
    r"|[\w-]{40,}(?:\.[\w-]{6,8}\.[\w-]{27,})?"
    r"|[\w-]{8,39}\.[\w-]{6,8}\.[\w-]{27,}",
    re.ASCII,
)
# What JSON leaves as it is, but a terminal or a reader of lines could obey.
_CONTROLS = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_log = logging.getLogger("dashapp.requests")
WARM_UP = "dashapp.warm_up"  # marks a request that the server sends to itself


class JsonFormatter(logging.Formatter):
    """Formats time, level, logger, message, the values of `extra`, and an exception's traceback.

    Long texts are shortened. Secrets are never logged; should one be part of a path or a message,
    it is replaced.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": to_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _clean(record.getMessage()),
        }
        for key, value in vars(record).items():
            if key not in _RECORD_ATTRIBUTES and value is not None:
                entry[key] = _clean(value)
        if record.exc_info:
            entry["exception"] = _clean(self.formatException(record.exc_info), _MAX_TRACEBACK)
        try:
            line = orjson.dumps(entry).decode()
        except TypeError:  # a lone surrogate, or an integer beyond 64 bits
            return json.dumps(entry)
        return _CONTROLS.sub(lambda control: f"\\u{ord(control[0]):04x}", line)


class JsonHandler(logging.StreamHandler[TextIO]):
    """Writes lines with the fields of their request, and leaves out what repeats too often.

    An error has its traceback once a minute; meanwhile, its lines say where it was raised. Of each
    kind of refusal, some lines per second are written; another line says how many are missing.
    """

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(stream)
        self.setFormatter(JsonFormatter())
        self._clock = clock
        self._tracebacks = Repeats(1, _TRACEBACK_SECONDS)
        self._refusals = Repeats(_LINES_PER_SECOND, 1.0)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line. The handler's lock is held."""
        now = self._clock()
        for kind, count in self._refusals.ended(now):
            super().emit(_missing_lines(str(kind), count))
        kind = getattr(record, log_fields.BOUNDED, None)
        if kind is None or not self._refusals.excess(kind, now):
            super().emit(self._completed(record, now))

    def _completed(self, record: logging.LogRecord, now: float) -> logging.LogRecord:
        """Return a copy with the fields of the request. Those of the line itself count more."""
        completed = copy(record)
        fields = {**log_fields.current(), **vars(record)}
        self._tracebacks.ended(now)
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            place = _place_of(error.__traceback__)
            kind = (record.name, record.msg, type(error), place)
            fields |= {"error": f"{type(error).__module__}.{type(error).__qualname__}", "at": place}
            left_out = self._tracebacks.excess(kind, now)
            if left_out:
                fields |= {"tracebacks_left_out": left_out, "exc_info": None, "exc_text": None}
        completed.__dict__.update(fields)
        return completed


def configure(level: str) -> None:
    """Log to standard error as JSON. Called once per serving process."""
    logging.basicConfig(level=level.upper(), handlers=[JsonHandler()], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it logs its own setup
    for name in (security_log.LOGGER, log_lines.LOGGER):
        logging.getLogger(name).setLevel(logging.INFO)  # at every level
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda caught: _log_uncaught(
        caught.exc_type, caught.exc_value, caught.exc_traceback
    )


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """Log what ends a process or a thread: the last resort."""
    if not issubclass(kind, KeyboardInterrupt):
        _log.critical("ended by an error", exc_info=(kind, error or kind(), trace))


def init_app(server: Flask) -> None:
    server.before_request(_start)
    server.after_request(_finish)
    server.teardown_request(_forget)


def _start() -> None:
    g.started = perf_counter()
    log_fields.start(
        request_id=request_id(),
        address=client_address(request.remote_addr),
        method=request.method,
        path=request.path,
    )


def _finish(response: Response) -> Response:
    """Log the request. Its query string and most headers are left out: they may contain secrets."""
    if WARM_UP in request.environ:
        return response
    _log.info(
        "request",
        extra={
            "status": response.status_code,
            "reason": _reason(response.status_code),
            "ms": round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
            "agent": (request.user_agent.string or "")[:200],
        },
    )
    return response


def _forget(_error: BaseException | None) -> None:
    log_fields.clear()


def _reason(status: int) -> str | None:
    """Return why a request was not answered as asked; None if it was."""
    is_as_asked = status < HTTPStatus.MULTIPLE_CHOICES and status != HTTPStatus.MULTI_STATUS
    if is_as_asked:
        return None
    return log_fields.reason() or (code_of(status) if status >= HTTPStatus.BAD_REQUEST else None)


def _missing_lines(kind: str, count: int) -> logging.LogRecord:
    fields = {"name": security_log.LOGGER, "levelno": logging.WARNING, "levelname": "WARNING"}
    return logging.makeLogRecord(
        {**fields, "msg": "lines left out", "event": kind, "lines_left_out": count}
    )


def _place_of(trace: TracebackType | None) -> str:
    """Return the innermost place in this package where an error passed, else where it began."""
    place = own = ""
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        place = f"{path.name}:{trace.tb_lineno}"
        if path.is_relative_to(_PACKAGE / "dashapp"):
            own = f"{path.relative_to(_PACKAGE)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return own or place


def _clean(value: object, most: int = _MAX_TEXT) -> object:
    """Return a value as it may be logged: a number, or text of a limited length."""
    if isinstance(value, int | float):
        return value
    text = str(value)
    if len(text) > most:
        text = f"{text[: most // 4]} … {text[-most * 3 // 4 :]}"
    return _SECRET.sub(_without_secret, text)


def _without_secret(match: re.Match[str]) -> str:
    """Replace long random text, but not a long name of lowercase words."""
    text = match[0]
    is_random = text.startswith("$") or (text != text.lower() and text != text.upper())
    return "[redacted]" if is_random else text

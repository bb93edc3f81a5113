"""Logs: one JSON object per line, so that text from a request cannot forge an entry."""

import json
import logging
from datetime import UTC, datetime
from time import perf_counter

import orjson
from flask import Flask, Response, g, request

from dashapp.domain.time.instant import to_text
from dashapp.web.http.errors import request_id

_RECORD_ATTRIBUTES = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
}
_log = logging.getLogger("dashapp.requests")
WARM_UP = "dashapp.warm_up"  # marks a request that the server sends to itself


class JsonFormatter(logging.Formatter):
    """Formats time, level, logger, message, the values of `extra`, and an exception's traceback."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": to_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update(
            {key: value for key, value in vars(record).items() if key not in _RECORD_ATTRIBUTES}
        )
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(entry, default=str).decode()
        except TypeError:  # a lone surrogate, or an integer beyond 64 bits
            return json.dumps(entry, default=str)


def configure(level: str) -> None:
    """Log to standard error as JSON. Called once per serving process."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it logs its own setup


def init_app(server: Flask) -> None:
    server.before_request(_start)
    server.after_request(_finish)


def _start() -> None:
    g.started = perf_counter()


def _finish(response: Response) -> Response:
    """Log the request. Its query string and most headers are left out: they may contain secrets."""
    if WARM_UP in request.environ:
        return response
    _log.info(
        "request",
        extra={
            "request_id": request_id(),
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
            "agent": (request.user_agent.string or "")[:200],
        },
    )
    return response

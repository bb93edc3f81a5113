"""The log as operators get it: lines of JSON, written by the server's own handler."""

import io
import json
import logging
from collections.abc import Callable
from itertools import count
from typing import Self

from dashapp.web.http.logs import JsonHandler


class LogLines:
    """Collects log lines during a `with` block. By default, each line is a second later."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._stream = io.StringIO()
        self._handler = JsonHandler(self._stream, clock or map(float, count()).__next__)
        self._level = logging.NOTSET

    def __enter__(self) -> Self:
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self._handler)
        root.setLevel(logging.INFO)
        return self

    def __exit__(self, *_error: object) -> None:
        root = logging.getLogger()
        root.removeHandler(self._handler)
        root.setLevel(self._level)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]

    def events(self, *names: str) -> list[dict]:
        """Return the lines of the security log, or those with these names."""
        lines = [line for line in self.lines if line["logger"] == "dashapp.security"]
        return [line for line in lines if not names or line["event"] in names]

    def event(self, name: str | None = None) -> dict:
        """Return the only line of the security log, or with this name."""
        (line,) = self.events(*([name] if name else []))
        return line

    @property
    def requests(self) -> list[dict]:
        return [line for line in self.lines if line["logger"] == "dashapp.requests"]

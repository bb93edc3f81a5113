"""One read session per request: opened to check access, used by the view, closed at the end.

Everything that a request shows comes from one snapshot.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask, g
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.web.services import services


def init_app(server: Flask) -> None:
    server.teardown_request(_close)


@contextmanager
def read(scope: Scope) -> Iterator[Session]:
    """Yield the request's session on the Scope's org. It stays open until the request ends."""
    sessions: dict[int, Session] = g.setdefault("read_sessions", {})
    if scope.org_id not in sessions:
        stack: ExitStack = g.setdefault("read_session_stack", ExitStack())
        sessions[scope.org_id] = stack.enter_context(services().store.read(scope))
    yield sessions[scope.org_id]


def close() -> None:
    """Close the session early, before a view writes: its snapshot would not show the changes."""
    g.pop("read_sessions", None)
    stack: ExitStack | None = g.pop("read_session_stack", None)
    if stack is not None:
        stack.close()


def _close(_error: BaseException | None) -> None:
    close()

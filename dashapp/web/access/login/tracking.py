"""Logins and logouts as events of the org where the person landed: each exactly once.

The event's id comes from the login form, so a double click or a retry counts once. A request
neither fails nor waits because of these events: a session remembers which ones are not stored yet.
`catch_up` stores them, in upkeep for all orgs.
"""

import logging
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

import orjson
from sqlalchemy.exc import OperationalError

from dashapp.domain import log_fields
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.events.event import DEFAULT_PROJECT, Event
from dashapp.domain.events.logins import LOGIN_TYPES, event_user_of
from dashapp.domain.time.instant import SECOND
from dashapp.store.engine import Store
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs.states import lock
from dashapp.store.people import login_sessions
from dashapp.store.people.login_sessions import Limits, LoginSession, Wanted
from dashapp.web.access import security_log
from dashapp.web.access.security_log import Event as SecurityEvent

_log = logging.getLogger(__name__)
_GRACE = 60 * SECOND
_FEW, _MANY = 5, 10_000  # sessions


class _Action(NamedTuple):
    """What happened in a session; `at` in microseconds."""

    name: Literal["logged_in", "logged_out"]
    at: int
    properties: dict[str, str]


class Sessions(Protocol):
    """What is needed to track login sessions. Times are in microseconds UTC."""

    @property
    def store(self) -> Store: ...
    @property
    def session_limits(self) -> Limits: ...
    @property
    def scope_of_org(self) -> Callable[[Org], Scope]: ...
    def now_us(self) -> int: ...


def track_login(app: Sessions, session: LoginSession, *, waits: bool = False) -> None:
    action = _Action("logged_in", session.created_at, {"path": session.path})
    _track(app, session, action, waits=waits)


def end(app: Sessions, session: LoginSession, reason: str, *, at: int, waits: bool = False) -> None:
    """End a session that its person did not end, on every worker at once, and track the logout."""
    with app.store.write_shared() as transaction:
        has_ended = login_sessions.end_login(transaction, session, reason, at=at)
    if has_ended:
        security_log.record(SecurityEvent.SESSION_ENDED, reason, user=session.user_id)
    track_logout(app, session, reason, at, waits=waits)


def track_logout(
    app: Sessions, session: LoginSession, reason: str, at: int, *, waits: bool = False
) -> None:
    properties = {"path": "/logout", "reason": reason}
    _track(app, session, _Action("logged_out", at, properties), waits=waits)


def catch_up(app: Sessions) -> None:
    """End expired sessions, and store missing login and logout events, of all orgs."""
    _catch_up(app, Wanted(_MANY), waits=True)


def catch_up_in_request(app: Sessions, org: int | None) -> None:
    """Do a little of the same for the org with this id, without waiting for anybody."""
    if org is not None:
        _catch_up(app, Wanted(_FEW, org), waits=False)


def _catch_up(app: Sessions, wanted: Wanted, *, waits: bool) -> None:
    try:
        now, limits = app.now_us(), app.session_limits
        with app.store.read_shared() as transaction:
            ended = login_sessions.expired(transaction, limits, wanted, now=now)
            missing = login_sessions.untracked(transaction, wanted, before=now - _GRACE)
        for session in ended:
            at, reason = limits.end_of(session)
            with log_fields.replaced_by():  # the request is another person's
                end(app, session, reason, at=at, waits=waits)
        for session in missing:
            track_login(app, session, waits=waits)
            if session.ended_at is not None:
                reason = session.end_reason or "logout"
                track_logout(app, session, reason, session.ended_at, waits=waits)
    except Exception:  # noqa: BLE001 - must not break a login
        _log.exception("could not send outstanding login events")


def _track(app: Sessions, session: LoginSession, action: _Action, *, waits: bool) -> None:
    try:
        if session.org_id is not None:
            _store(app, session, _event(session, action), waits=waits)
        with app.store.write_shared() as transaction:
            login_sessions.mark_tracked(transaction, session)
    except Exception as error:  # noqa: BLE001 - must not break a login
        if isinstance(error, OperationalError) and not waits:
            reason = type(error.orig).__name__
            _log.info("login event left to upkeep", extra={"action": action.name, "reason": reason})
        else:
            _log.exception("could not record a login event", extra={"action": action.name})


def _event(session: LoginSession, action: _Action) -> Event:
    return Event(
        id=f"{action.name}-{session.user_id}-{session.form_digest[:32]}",
        type=LOGIN_TYPES[action.name],
        occurred_at=action.at,
        user=event_user_of(session.user_id),
        channel="web",
        project=DEFAULT_PROJECT,
        properties=orjson.dumps(action.properties, option=orjson.OPT_SORT_KEYS).decode(),
    )


def _store(app: Sessions, session: LoginSession, event: Event, *, waits: bool) -> None:
    with app.store.read_shared() as transaction:
        org = login_sessions.org_of_session(transaction, session)
    if org is None:
        return
    scope = app.scope_of_org(org)
    write = app.store.write if waits else app.store.write_at_once
    with write(scope) as transaction:
        lock(transaction, scope)
        if not login_sessions.is_stored(transaction, session):
            return  # the user is being deleted, with their events
        receipt = ingest(transaction, scope, [event], received_at=app.now_us())
    for rejection in receipt.rejected:  # the other session of a double click, with another path
        _log.info("login event rejected", extra={"event_id": event.id, "reason": rejection.code})

"""Logins and logouts as events of the org where the person landed: each exactly once.

The event's id comes from the login form, so a double click or a retry counts once. A session keeps
track of events that are not stored yet: a failure here never breaks a login, and `catch_up` stores
them after a crash or an outage.
"""

import logging
from typing import Literal, NamedTuple

import orjson

from dashapp.domain import log_fields
from dashapp.domain.events.event import DEFAULT_PROJECT, Event
from dashapp.domain.events.logins import LOGIN_TYPES, event_user_of
from dashapp.domain.time.instant import SECOND
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs.states import lock
from dashapp.store.people import login_sessions
from dashapp.store.people.login_sessions import LoginSession
from dashapp.web.access import security_log
from dashapp.web.access.security_log import Event as SecurityEvent
from dashapp.web.services import Services

_log = logging.getLogger(__name__)
_GRACE = 60 * SECOND


class _Action(NamedTuple):
    """What happened in a session; `at` in microseconds."""

    name: Literal["logged_in", "logged_out"]
    at: int
    properties: dict[str, str]


def track_login(app: Services, session: LoginSession) -> None:
    _track(app, session, _Action("logged_in", session.created_at, {"path": session.path}))


def end(app: Services, session: LoginSession, reason: str, *, at: int) -> None:
    """End a session on every worker at once, and track the logout."""
    with app.store.write_shared() as transaction:
        has_ended = login_sessions.end_login(transaction, session, reason, at=at)
    if has_ended and reason == "logout":
        security_log.record(SecurityEvent.LOGOUT, user=session.user_id)
    elif has_ended:
        security_log.record(SecurityEvent.SESSION_ENDED, reason, user=session.user_id)
    track_logout(app, session, reason, at)


def track_logout(app: Services, session: LoginSession, reason: str, at: int) -> None:
    properties = {"path": "/logout", "reason": reason}
    _track(app, session, _Action("logged_out", at, properties))


def catch_up(app: Services) -> None:
    """End expired sessions, and store missing login and logout events."""
    try:
        now = app.now_us()
        with app.store.read_shared() as transaction:
            ended = login_sessions.expired(transaction, app.session_limits, now=now)
            missing = login_sessions.untracked(transaction, before=now - _GRACE)
        for session in ended:
            at, reason = app.session_limits.end_of(session)
            with log_fields.replaced_by():  # the request is another person's
                end(app, session, reason, at=at)
        for session in missing:
            track_login(app, session)
            if session.ended_at is not None:
                track_logout(app, session, session.end_reason or "logout", session.ended_at)
    except Exception:  # noqa: BLE001 - must not break a login
        _log.exception("could not send outstanding login events")


def _track(app: Services, session: LoginSession, action: _Action) -> None:
    try:
        if session.org_id is not None:
            _store(app, session, _event(session, action))
        with app.store.write_shared() as transaction:
            login_sessions.mark_tracked(transaction, session)
    except Exception:  # noqa: BLE001 - must not break a login
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


def _store(app: Services, session: LoginSession, event: Event) -> None:
    with app.store.read_shared() as transaction:
        org = login_sessions.org_of_session(transaction, session)
    if org is None:
        return
    scope = app.scope_of_org(org)
    with app.store.write(scope) as transaction:
        lock(transaction, scope)
        if not login_sessions.is_stored(transaction, session):
            return  # the user is being deleted, with their events
        receipt = ingest(transaction, scope, [event], received_at=app.now_us())
    for rejection in receipt.rejected:  # the other session of a double click, with another path
        _log.info("login event rejected", extra={"event_id": event.id, "reason": rejection.code})

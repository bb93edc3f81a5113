"""Logins and logouts as events of the org that was landed in: each exactly once.

The id of the event is made from the login form, so that one click that arrives twice, or an event
that is sent again, counts once. A session remembers what is still to be sent: a failure here never
breaks a login, and `catch_up` sends later what a crash or an outage left out.
"""

import logging
from typing import Literal, NamedTuple

import orjson

from dashapp.domain.events.event import DEFAULT_PROJECT, Event
from dashapp.domain.time.instant import SECOND
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs import orgs
from dashapp.store.people import login_sessions
from dashapp.store.people.login_sessions import LoginSession
from dashapp.web.services import Services

_log = logging.getLogger(__name__)
_GRACE = 60 * SECOND


class _Happened(NamedTuple):
    """What a session's event says beside whose it is; `at` in microseconds."""

    what: Literal["logged_in", "logged_out"]
    at: int
    properties: dict[str, str]


def track_login(here: Services, session: LoginSession) -> None:
    _track(here, session, _Happened("logged_in", session.created_at, {"path": session.path}))


def end(here: Services, session: LoginSession, reason: str, *, at: int) -> None:
    """End a session, effective at once on every worker, and track it."""
    with here.store.changing() as transaction:
        login_sessions.end_login(transaction, session, reason, at=at)
    track_logout(here, session, reason, at)


def track_logout(here: Services, session: LoginSession, reason: str, at: int) -> None:
    properties = {"path": "/logout", "reason": reason}
    _track(here, session, _Happened("logged_out", at, properties))


def catch_up(here: Services) -> None:
    """Write down sessions that ended by themselves, and send events that were left out."""
    try:
        now = here.now_us()
        with here.store.shared() as transaction:
            ended = login_sessions.expired(transaction, here.session_limits, now=now)
            left_out = login_sessions.untracked(transaction, before=now - _GRACE)
        for session in ended:
            at, reason = here.session_limits.end_of(session)
            end(here, session, reason, at=at)
        for session in left_out:
            track_login(here, session)
            if session.ended_at is not None:
                track_logout(here, session, session.end_reason or "logout", session.ended_at)
    except Exception:  # noqa: BLE001 - never in a login's way
        _log.exception("catching up on login events failed")


def _track(here: Services, session: LoginSession, happened: _Happened) -> None:
    try:
        if session.org_id is not None:
            _send(here, session.org_id, _event(session, happened))
        with here.store.changing() as transaction:
            login_sessions.mark_tracked(transaction, session)
    except Exception:  # noqa: BLE001 - never in a login's way
        _log.exception("tracking failed", extra={"event": happened.what})


def _event(session: LoginSession, happened: _Happened) -> Event:
    return Event(
        id=f"{happened.what}-{session.user_id}-{session.form_digest[:32]}",
        type=f"user.{happened.what}",
        occurred_at=happened.at,
        user=f"member:{session.user_id}",
        channel="web",
        project=DEFAULT_PROJECT,
        properties=orjson.dumps(happened.properties, option=orjson.OPT_SORT_KEYS).decode(),
    )


def _send(here: Services, org_id: int, event: Event) -> None:
    with here.store.shared() as transaction:
        scope = here.scope_of_org(orgs.org_by_id(transaction, org_id))
    with here.store.writing(scope) as transaction:
        receipt = ingest(transaction, scope, [event], received_at=here.now_us())
    for refused in receipt.rejected:  # a twin of a double click, told in other words
        _log.info("login event refused", extra={"event": event.id, "code": refused.code})

"""The logged-in person: login sessions under Flask-Login's API.

Flask-Login's own cookies stay valid after logout, so only its `request_loader` is used: the cookie
holds 256 random bits, the database their hash, and every request checks the session.
"""

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, Request, Response, g, request
from flask_login import LoginManager, UserMixin, current_user

from dashapp.domain import log_fields
from dashapp.store.people import login_sessions
from dashapp.store.people.login_sessions import LoginSession, SessionUser
from dashapp.store.people.memberships import Membership, Visitor, closed_org, find_membership
from dashapp.web.access import cookies, security_log
from dashapp.web.access.login import tracking
from dashapp.web.access.security_log import Event
from dashapp.web.services import Services, services


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A logged-in person and their session."""

    id: int
    email: str
    locale: str | None
    theme: str | None
    session: LoginSession

    def get_id(self) -> str:
        return str(self.id)

    @property
    def visitor(self) -> Visitor:
        """Who looks at orgs: a session through an org's provider opens only that org."""
        return Visitor(self.id, self.session.provider, self.session.method)


def init_app(server: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # it trusts a header that anyone can send
    manager.request_loader(_load)
    # If this cookie is present, Flask-Login skips the loader; other apps on localhost set it.
    server.config["REMEMBER_COOKIE_NAME"] = "dashapp-has-no-such-cookie"
    manager.init_app(server)
    server.jinja_env.globals["chosen_theme"] = chosen_theme


def person() -> Person | None:
    """Return who is logged in, or None."""
    user: Any = current_user
    return cast("Person", user) if user.is_authenticated else None


def loaded_person() -> Person | None:
    """Return the person if the request has loaded them. Error pages load no one."""
    user = g.get("_login_user")
    return user if isinstance(user, Person) else None


def chosen_theme() -> str | None:
    user = loaded_person()
    return user.theme if user else None


def membership_in(slug: str) -> Membership | None:
    """Return the person's membership in the org with this slug, read once per request."""
    known: dict[str, Membership | None] = g.setdefault("memberships", {})
    user = person()
    if user is not None and slug not in known:
        with services().store.read_shared() as session:
            known[slug] = find_membership(session, user.visitor, slug)
    return known.get(slug)


def is_closed(slug: str) -> bool:
    """Return whether the person is a member of the org, and only its provider opens it."""
    user = person()
    if user is None:
        return False
    with services().store.read_shared() as session:
        return closed_org(session, user.visitor, slug) is not None


def cookie_name(kind: str) -> str:
    """Return the name of a cookie of this server."""
    host = request.environ.get("HTTP_HOST", "")  # not checked yet when Flask opens its session
    return cookies.cookie_name(services().settings, kind, host)


def set_cookie(response: Response, kind: str, value: str, *, max_age: int | None = None) -> None:
    response.set_cookie(
        cookie_name(kind),
        value,
        max_age=max_age,
        path="/",
        secure=services().settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: Response, kind: str) -> None:
    response.delete_cookie(
        cookie_name(kind),
        path="/",
        secure=services().settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def session_id() -> str | None:
    return request.cookies.get(cookie_name("session"))


def _load(_request: Request) -> Person | None:
    """Load the person for Flask-Login. A database failure is an error, never an anonymous visit."""
    cookie = session_id()
    if not cookie:
        return None
    with services().store.read_shared() as session:
        login = login_sessions.find_session(session, cookie)
    if login is None:
        security_log.record(Event.SESSION_REFUSED, "unknown")
        return None
    if login.session.ended_at is not None:
        reason = login.session.end_reason or "ended"
        security_log.record(Event.SESSION_REFUSED, reason, user=login.session.user_id)
        return None
    return _active_person(services(), login)


def _active_person(app: Services, login: SessionUser) -> Person | None:
    """Return the person, or end a session that has expired or whose user is disabled."""
    now = app.now_us()
    ends_at, reason = app.session_limits.end_of(login.session)
    if login.is_disabled or ends_at <= now:
        at, why = (now, "disabled") if login.is_disabled else (ends_at, reason)
        tracking.end(app, login.session, why, at=at)
        return None
    log_fields.add(user=login.session.user_id)
    if now - login.session.last_seen_at >= login_sessions.SEEN_RECORDED_EVERY:
        with app.store.try_write_shared() as session:
            login_sessions.record_seen(session, login.session.digest, now=now)
    session_of = login.session
    return Person(session_of.user_id, login.email, login.locale, login.theme, session_of)

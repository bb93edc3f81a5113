"""Who is asking: login sessions under Flask-Login's API.

Flask-Login's own cookies stay valid after a logout, so that it only gets `request_loader`: the
cookie holds 256 random bits, the database their hash, and every request asks whether they hold.
"""

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, Request, Response, g, request
from flask_login import LoginManager, UserMixin, current_user

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org
from dashapp.store.people import login_sessions, users
from dashapp.store.people.login_sessions import Found, LoginSession
from dashapp.web.access import tracking
from dashapp.web.services import Services, services


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A logged-in person and the session they come with."""

    id: int
    email: str
    locale: str | None
    session: LoginSession

    def get_id(self) -> str:
        return str(self.id)


def init_app(server: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # it trusts a header that anybody can send
    manager.request_loader(_load)
    # Where this cookie is present Flask-Login looks no further; other apps on localhost set it.
    server.config["REMEMBER_COOKIE_NAME"] = "dashapp-has-no-such-cookie"
    manager.init_app(server)


def person() -> Person | None:
    """Who is logged in, or None."""
    who: Any = current_user
    return cast("Person", who) if who.is_authenticated else None


def memberships() -> dict[str, tuple[Org, Role]]:
    """The person's orgs by slug, asked once a request."""
    if "memberships" not in g:
        who = person()
        with services().store.shared() as session:
            found = users.memberships_of(session, who.id) if who else []
        g.memberships = {member.org.slug: (member.org, member.role) for member in found}
    return dict(g.memberships)


def cookie_name(kind: str) -> str:
    """`__Host-` binds a cookie to this host and https; over loopback http its name is plain."""
    return f"__Host-dashapp-{kind}" if services().settings.is_https else f"dashapp-{kind}"


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
    """Flask-Login's hook. A database that does not answer is an error, never an anonymous visit."""
    cookie = session_id()
    if not cookie:
        return None
    here = services()
    with here.store.shared() as session:
        found = login_sessions.find_session(session, cookie)
    if found is None or found.session.ended_at is not None:
        return None
    return _living(here, found)


def _living(here: Services, found: Found) -> Person | None:
    """The person, unless the session has just ended by itself; then that is written down."""
    now = here.now_us()
    ends_at, reason = here.session_limits.end_of(found.session)
    if found.is_disabled or ends_at <= now:
        at, why = (now, "disabled") if found.is_disabled else (ends_at, reason)
        tracking.end(here, found.session, why, at=at)
        return None
    if now - found.session.last_seen_at >= login_sessions.SEEN_NOTED_EVERY:
        with here.store.noting() as session:
            login_sessions.note_seen(session, found.session.digest, now=now)
    return Person(found.session.user_id, found.email, found.locale, found.session)

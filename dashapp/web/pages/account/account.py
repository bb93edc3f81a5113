"""`/account`: name, password, sessions, second factors, language and appearance."""

from typing import NamedTuple

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.actors import Action
from dashapp.domain.errors import BadInput, DashappError, NotFound
from dashapp.domain.language import _, say
from dashapp.domain.secrets import passwords
from dashapp.store.mail.kinds import MailKind
from dashapp.store.mail.resets import delete_resets
from dashapp.store.people import own_sessions, second_factors, users
from dashapp.store.people import passkeys as stored
from dashapp.store.people.login_sessions import LoginSession
from dashapp.store.people.own_sessions import Owner
from dashapp.store.people.password_rules import rules_for
from dashapp.store.people.users import User
from dashapp.web.access.actors import current_actor
from dashapp.web.access.login import limits, passkeys, tracking
from dashapp.web.access.login.confirming import require_confirmed
from dashapp.web.access.login.notices import notify
from dashapp.web.access.login.recording import recorder
from dashapp.web.access.people import set_cookie
from dashapp.web.pages.account.confirm import check_password
from dashapp.web.pages.account.page import (
    account_path,
    account_view,
    current_person,
    current_user,
    done,
    require_own_session,
    seen,
    show,
)
from dashapp.web.pages.settings.form import NO_FORM, Form, Invalid, sent_form
from dashapp.web.services import Services, services

blueprint = Blueprint("account", __name__, url_prefix="/account")
_MAX_NAME = 200
_THEMES = ("light", "dark")
_METHODS = {
    "password": _("Password"),
    "totp": _("Password and app"),
    "recovery_code": _("Recovery code"),
    "passkey": _("Passkey"),
    "sso": _("Single sign-on"),
    "invitation": _("Invitation"),
}


class ShownSession(NamedTuple):
    """A line of the list of sessions."""

    id: str
    browser: str
    address: str
    method: str
    first_seen: str
    last_seen: str
    is_this: bool


@blueprint.get("")
@account_view
def page() -> ResponseReturnValue:
    return account_page()


def account_page(form: Form = NO_FORM, status: int = 200) -> Response:
    user = current_person()
    with services().store.read_shared() as session:
        row = users.find_user(session, user.email)
        profile = users.profile_of(session, user.id)
        factors = second_factors.factors_of(session, user.id)
        keys = stored.passkeys_of(session, user.id)
        open_now = own_sessions.open_sessions(session, _owner())
    if "name" not in form.values:
        form = form._replace(values={**form.values, "name": profile.name or ""})
    return show(
        "account.html",
        form=form,
        status=status,
        theme=profile.theme,
        has_password=bool(row.password_hash),
        is_limited=user.session.provider is not None,
        min_length=passwords.Rules(has_second_factor=factors.is_set_up).min_length,
        factors=factors,
        passkeys=[(key, seen(key.created_at), _used(key.last_used_at)) for key in keys],
        no_passkeys=passkeys.why_unavailable(),
        sessions=[_shown(each) for each in open_now],
    )


@blueprint.post("/name")
@account_view
def save_name() -> ResponseReturnValue:
    require_own_session()  # other orgs see the name
    form = sent_form(("name",))
    name = form.value("name")
    if len(name) > _MAX_NAME or not name.isprintable():
        error = Invalid("name", _("The name can have at most %(most)s characters."), most=_MAX_NAME)
        return account_page(form.refused(error), 422)
    with services().store.write_shared() as session:
        users.set_name(session, current_person().id, name)
    return done("name")


@blueprint.post("/theme")
@account_view
def save_theme() -> ResponseReturnValue:
    theme = request.form.get("theme", "")
    with services().store.write_shared() as session:
        users.set_theme(session, current_person().id, theme if theme in _THEMES else None)
    return done("theme")


@blueprint.post("/password")
@account_view
def save_password() -> ResponseReturnValue:
    """Change the password: the old one is asked, and other sessions and devices end."""
    require_own_session()
    app, user, new = services(), current_user(), request.form.get("new", "")
    try:
        _check_form(app, user, new)
    except DashappError as error:
        return account_page(NO_FORM.refused(error, "new"), 422)
    changed = user._replace(password_hash=passwords.hash_password(new))
    this, now = current_person().session, app.now_us()
    with app.store.write_shared() as session:
        if not users.is_unchanged(session, user):
            raise BadInput(_("Your password was changed meanwhile. Sign in again."))
        users.set_password(session, user.id, changed.password_hash)
        own_sessions.end_others(session, Owner(user.id), this.digest, "password", at=now)
        own_sessions.confirm(session, this.digest, now=now)
        delete_resets(session, user.id)
        notify(app, session, user, MailKind.PASSWORD_CHANGED)
        recorder(app).record(session, user, current_actor(), Action.PASSWORD_CHANGED, now=now)
    response: Response = done("password")  # type: ignore[assignment]
    device = limits.device_cookie(app, changed)
    set_cookie(response, "device", device, max_age=limits.DEVICE_MAX_AGE)
    return response


def _check_form(app: Services, user: User, new: str) -> None:
    try:
        check_password(request.form.get("old", ""))
    except DashappError as error:
        raise Invalid("old", error.text, **error.values) from None
    with app.store.read_shared() as session:
        rules = rules_for(session, user, app.settings.breached_passwords)
    passwords.check_new(new, rules)
    if request.form.get("again", "") != new:
        raise Invalid("again", _("The two passwords differ."))


@blueprint.post("/sessions/<session_id>/end")
@account_view
def end_session(session_id: str) -> ResponseReturnValue:
    require_confirmed(account_path())
    app, user = services(), current_person()
    with app.store.read_shared() as session:
        own = own_sessions.open_sessions(session, _owner())
    ended = next((each for each in own if each.digest == session_id), None)
    if ended is None or ended.digest == user.session.digest:
        raise NotFound(_("This session has ended."))
    tracking.end(app, ended, "ended", at=app.now_us())
    _record_end(app, "one")
    return done("session")


@blueprint.post("/sessions/end-others")
@account_view
def end_other_sessions() -> ResponseReturnValue:
    require_confirmed(account_path())
    app, this = services(), current_person().session
    with app.store.write_shared() as session:
        own_sessions.end_others(session, _owner(), this.digest, "ended", at=app.now_us())
    _record_end(app, "others")
    return done("sessions")


def _record_end(app: Services, which: str) -> None:
    actor, now = current_actor(), app.now_us()
    with app.store.write_shared() as session:
        user = users.find_user(session, current_person().email)
        recorder(app).record(
            session, user, actor, Action.SESSION_ENDED, after={"sessions": which}, now=now
        )


def _owner() -> Owner:
    """Return whose sessions the person sees: through an org's provider, only such ones."""
    user = current_person()
    return Owner(user.id, user.session.provider)


def _shown(session: LoginSession) -> ShownSession:
    return ShownSession(
        session.digest,
        session.browser or say(_("Unknown browser")),
        session.address,
        say(_METHODS.get(session.method, session.method)),
        seen(session.created_at),
        seen(session.last_seen_at),
        session.digest == current_person().session.digest,
    )


def _used(at: int | None) -> str:
    return say(_("Never")) if at is None else seen(at)

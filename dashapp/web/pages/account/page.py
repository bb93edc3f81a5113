"""A page of the account: who may open it, and how it is shown."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from babel.dates import format_timedelta
from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import Forbidden
from dashapp.domain.language import _, current_language, say, say_date
from dashapp.domain.time.instant import from_us
from dashapp.store.people import users
from dashapp.store.people.users import User
from dashapp.web.access.csrf import require_token
from dashapp.web.access.guard import allow
from dashapp.web.access.login.confirming import require_confirmed
from dashapp.web.access.people import Person, person
from dashapp.web.access.refusals import requested_path
from dashapp.web.pages.settings.form import NO_FORM, Form
from dashapp.web.services import services

_View = Callable[..., ResponseReturnValue]
_RECENT, _DAYS_AGO = timedelta(minutes=1), timedelta(days=7)
_NOTICES = {
    "name": _("Your name was saved."),
    "password": _("Your password was changed, and your other sessions were ended."),
    "session": _("The session was ended."),
    "sessions": _("All other sessions were ended."),
    "app-removed": _("The authenticator app was removed."),
    "passkey": _("The passkey was added."),
    "passkey-removed": _("The passkey was removed."),
    "theme": _("The appearance was saved."),
    "ready": _("Your second factor is set up."),
}


def _signed_in() -> ResponseReturnValue | None:
    """Let in everybody who is signed in, to their own account."""
    if person() is None:
        path = requested_path() if request.method == "GET" else account_path()
        return redirect(url_for("login.form", next=path), 303)
    return None


signed_in = allow(_signed_in)


def account_view(view: _View) -> _View:
    """Declare a view of the person's own account. Forms need the token of their page."""

    @signed_in
    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        if request.method == "POST":
            require_token()
        return view(**arguments)

    return guarded


def credentials_view(view: _View) -> _View:
    """Declare a view that changes how the person signs in.

    The person must have proved in the last ten minutes who they are. A session that was opened
    through an org's own identity provider may not: its operator could take over the
    account, and so other orgs.
    """

    @account_view
    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        require_own_session()
        require_confirmed(requested_path() if request.method == "GET" else account_path())
        return view(**arguments)

    return guarded


def require_own_session() -> None:
    """Raise Forbidden in a session that was opened through an org's own identity provider."""
    if current_person().session.provider is not None:
        raise Forbidden(
            _(
                "You signed in through your organization, so this cannot be changed here. Sign "
                "out, and sign in with your password or a passkey."
            )
        )


def current_person() -> Person:
    user = person()
    assert user is not None  # says the policy
    return user


def current_user() -> User:
    """Return the person's row as it is now."""
    with services().store.read_shared() as session:
        return users.find_user(session, current_person().email)


def account_path() -> str:
    return url_for("account.page")


def show(
    template: str, *, form: Form = NO_FORM, status: int = HTTPStatus.OK, **values: Any
) -> Response:
    """Render a template that extends `account/base.html`."""
    word = request.args.get("done", "") if request.method == "GET" else ""
    notice = say(_NOTICES[word]) if word in _NOTICES else None
    page = render_template(
        f"account/{template}",
        form=form,
        notice=notice,
        email=current_person().email,
        **values,
    )
    return make_response(page, status)


def done(word: str) -> ResponseReturnValue:
    """Redirect after an act to the account, which says what has happened."""
    return redirect(f"{account_path()}?done={word}", 303)


def seen(at: int) -> str:
    """Return `Just now`, `2 hours ago`, or the date (UTC) after a week."""
    moment = from_us(at)
    age = services().clock() - moment
    if age < _RECENT:
        return say(_("Just now"))
    if age < _DAYS_AGO:
        return format_timedelta(-age, add_direction=True, locale=current_language().locale)
    return say_date(moment)

"""Ask for a new password, and choose it with the link of a mail.

Nobody learns which addresses have accounts: the request only stores the address, whatever it is,
and upkeep finds out later. A new password starts no session, so it goes around no second factor.
"""

from collections.abc import Sequence

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.access.actors import ActorKind
from dashapp.domain.errors import BadInput
from dashapp.domain.language import current_language, say
from dashapp.domain.secrets import passwords
from dashapp.store.administration.people.proving import Removed
from dashapp.store.administration.people.resets import Chosen, change_password, record_change
from dashapp.store.mail.kinds import Mail, MailKind
from dashapp.store.mail.outbox import Outbox
from dashapp.store.mail.resets import find_reset
from dashapp.store.people import users
from dashapp.store.people.login_attempts import count_attempt
from dashapp.store.people.password_rules import rules_for
from dashapp.store.people.users import User
from dashapp.web.access import security_log
from dashapp.web.access.actors import actor_of
from dashapp.web.access.addresses import client_address, network_of
from dashapp.web.access.csrf import require_token
from dashapp.web.access.links import outbox
from dashapp.web.access.login.limits import Locked
from dashapp.web.access.login.recording import recorder
from dashapp.web.access.policies import public
from dashapp.web.access.security_log import Event, account_fields
from dashapp.web.pages.links.kept import drop_secret, keep_secret, kept_secret
from dashapp.web.pages.links.removed import removed_text
from dashapp.web.services import Services, services

blueprint = Blueprint("reset", __name__)
_KIND = "reset"
_PER_ADDRESS, _PER_ACCOUNT = 20, 3  # requests per 15 minutes


@blueprint.get("/forgot")
@public
def forgot() -> ResponseReturnValue:
    return _forgot_page()


@blueprint.post("/forgot")
@public
def ask() -> ResponseReturnValue:
    """Store the request, if mails are sent. The answer is the same for all addresses."""
    require_token()
    mails, submitted = outbox(), request.form.get("email", "")
    if mails is None:
        return _forgot_page()
    try:
        _store(mails, users.normal_email(submitted))
    except Locked as error:
        return _forgot_page(say(error.text, **error.values), 429)
    except BadInput as error:
        return _forgot_page(say(error.text, **error.values), 422)
    return redirect(url_for("reset.forgot", sent=1), 303)


@blueprint.get("/reset")
@public
def page() -> ResponseReturnValue:
    if "done" in request.args:
        removed = removed_text(request.args.get("removed", "").split("-"))
        return render_template("links/done.html", removed=removed)
    secret = kept_secret(_KIND)
    return render_template("links/code.html", kind=_KIND) if secret is None else _page()


@blueprint.post("/reset")
@public
def look() -> ResponseReturnValue:
    """Keep the secret of the link, and show the form for the new password."""
    require_token()
    return keep_secret(_KIND, url_for("reset.page"))


@blueprint.post("/reset/password")
@public
def choose() -> ResponseReturnValue:
    require_token()
    user, password = _whose(), request.form.get("password", "")
    if user is None:
        return _page()
    app = services()
    with app.store.read_shared() as session:
        rules = rules_for(session, user, app.settings.breached_passwords)
    try:
        passwords.check_new(password, rules)
    except BadInput as error:
        return _page(say(error.text, **error.values), 422)
    chosen = Chosen(kept_secret(_KIND) or "", passwords.hash_password(password))
    removed = _change(app, user, chosen)
    if removed is None:
        return _page()
    security_log.record(Event.PASSWORD_RESET, user=user.id, account=user.email)
    done = url_for("reset.page", done=1, removed="-".join(removed) or None)
    return drop_secret(make_response(redirect(done, 303)), _KIND)


def _change(app: Services, user: User, chosen: Chosen) -> Sequence[Removed] | None:
    now, actor = app.now_us(), actor_of(ActorKind.MEMBER, str(user.id), user.email)
    with app.store.write_shared() as session:
        removed = change_password(session, chosen, user, outbox(), now=now)
        if removed is not None:
            record_change(session, recorder(app), user, actor, removed, now=now)
    return removed


def _store(mails: Outbox, email: str) -> None:
    """Put the request in the outbox. Raises Locked after many from one network.

    Too many for one address are left out without a word.
    """
    app, address = services(), client_address(request.remote_addr)
    now = app.now_us()
    with app.store.write_shared() as session:
        subject = f"reset-address:{network_of(address)}"
        if not count_attempt(session, subject, _PER_ADDRESS, now=now):
            security_log.record(Event.LIMIT_REACHED, "address")
            raise Locked("address", now=now)
        if count_attempt(session, f"reset:{email}", _PER_ACCOUNT, now=now):
            mail = Mail(MailKind.PASSWORD_RESET, email, current_language().tag, {})
            mails.put(session, mail, now=now)
    security_log.record(Event.RESET_REQUESTED, None, **account_fields(app, email, None))


def _whose() -> User | None:
    """Return whose password the link of this browser changes."""
    secret, app = kept_secret(_KIND), services()
    if secret is None:
        return None
    with app.store.read_shared() as session:
        reset = find_reset(session, secret, now=app.now_us())
    return None if reset is None else reset.user


def _forgot_page(message: str = "", status: int = 200) -> Response:
    page = render_template(
        "links/forgot.html",
        message=message,
        sends_mails=outbox() is not None,
        is_sent="sent" in request.args,
        email=request.form.get("email", "")[:320],
    )
    return make_response(page, status)


def _page(message: str = "", status: int = 200) -> Response:
    user = _whose()
    if user is None:
        security_log.record(Event.ACCESS_REFUSED, "no_reset")
        title = say("This link doesn’t work any more")
        text = say("It has expired, was used, or a newer one was sent. Ask for another one.")
        page = render_template("links/over.html", title=title, text=text, kind=_KIND)
        return drop_secret(make_response(page, 404), _KIND)
    return make_response(
        render_template("links/reset.html", email=user.email, message=message), status
    )

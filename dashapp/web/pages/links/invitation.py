"""Accept an invitation: as a new person, or with an account.

A GET shows what the link is for and changes nothing, because scanners of mails open links.
"""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.access.actors import ActorKind
from dashapp.domain.errors import BadInput, DashappError
from dashapp.domain.language import _, say
from dashapp.domain.secrets import passwords
from dashapp.store.administration.change import changing
from dashapp.store.administration.people import invitations
from dashapp.store.administration.people.invitations import NoInvitation
from dashapp.store.administration.people.proving import Removed
from dashapp.store.people import users
from dashapp.store.people.invitations import OpenInvitation, find_open
from dashapp.store.people.password_rules import rules_for_new
from dashapp.store.people.users import User
from dashapp.web.access import security_log
from dashapp.web.access.actors import actor_of
from dashapp.web.access.csrf import require_token
from dashapp.web.access.login.sessions import How, sign_in, sign_out
from dashapp.web.access.people import drop_cookie, person
from dashapp.web.access.policies import public
from dashapp.web.access.security_log import Event
from dashapp.web.pages.links.kept import drop_secret, keep_secret, kept_secret
from dashapp.web.pages.links.removed import removed_text
from dashapp.web.services import services

blueprint = Blueprint("invitation", __name__)
_KIND = "invitation"
_MAX_NAME = 200


class _Kept(NamedTuple):
    """The invitation of this browser's link."""

    secret: str
    invitation: OpenInvitation

    @property
    def board(self) -> str:
        return url_for("landing.org_start", org=self.invitation.org.slug)


@blueprint.get("/invitation")
@public
def page() -> ResponseReturnValue:
    secret = kept_secret(_KIND)
    if secret is None:
        return render_template("links/code.html", kind=_KIND)
    return _page(_kept())


@blueprint.post("/invitation")
@public
def look() -> ResponseReturnValue:
    """Keep the secret of the link, and show what it is for."""
    require_token()
    return keep_secret(_KIND, url_for("invitation.page"))


@blueprint.post("/invitation/accept")
@public
def accept() -> ResponseReturnValue:
    """Make the person who is signed in a member."""
    require_token()
    kept, user = _kept(), person()
    if kept is None or user is None:
        return _page(kept)
    app = services()
    actor = actor_of(ActorKind.MEMBER, user.get_id(), user.email)
    scope = app.scope_of_org(kept.invitation.org)
    if user.session.provider is not None:  # it opens the provider's org only
        return _page(kept, status=403)
    try:
        with changing(app.store, scope, actor, now=app.now_us()) as change:
            removed = invitations.accept(change, kept.secret, user.id).removed
    except DashappError as error:
        return _refused(kept, error)
    if removed:
        return _proven(kept, removed)
    return drop_secret(make_response(redirect(kept.board, 303)), _KIND)


@blueprint.post("/invitation/join")
@public
def join() -> ResponseReturnValue:
    """Make an account for the invited address, and sign in."""
    require_token()
    kept = _kept()
    if kept is None or _account(kept) is not None:
        return _page(kept)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        _check_name(name)
        passwords.check_new(password, _rules(kept.invitation))
        user = _add(kept, name.strip(), passwords.hash_password(password))
    except DashappError as error:
        return _refused(kept, error)
    response = sign_in(services(), user, How("invitation"), kept.board)
    return drop_secret(response, _KIND)


@blueprint.post("/invitation/switch")
@public
def switch() -> ResponseReturnValue:
    """Sign out, to accept the invitation as someone else."""
    require_token()
    user = person()
    response = make_response(redirect(url_for("invitation.page"), 303))
    if user is not None:
        sign_out(services(), user)
        drop_cookie(response, "session")
    return response


def _kept() -> _Kept | None:
    """Return the invitation of this browser's link; None if the link does not work."""
    secret, app = kept_secret(_KIND), services()
    if secret is None:
        return None
    with app.store.read_shared() as session:
        invitation = find_open(session, secret, now=app.now_us())
    return None if invitation is None else _Kept(secret, invitation)


def _account(kept: _Kept) -> User | None:
    with services().store.read_shared() as session:
        return users.find_user_or_none(session, kept.invitation.email)


def _add(kept: _Kept, name: str, password_hash: str) -> User:
    app, invitation = services(), kept.invitation
    actor = actor_of(ActorKind.MEMBER, "", invitation.email)
    scope = app.scope_of_org(invitation.org)
    with changing(app.store, scope, actor, now=app.now_us()) as change:
        return invitations.accept_as_new(change, kept.secret, name, password_hash)


def _rules(invitation: OpenInvitation) -> passwords.Rules:
    breached = services().settings.breached_passwords
    return rules_for_new(invitation.email, breached, invitation.org.name, invitation.org.slug)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _MAX_NAME or not name.isprintable():
        raise BadInput(_("Enter your name, with at most %(most)s characters."), most=_MAX_NAME)


def _refused(kept: _Kept, error: DashappError) -> ResponseReturnValue:
    """Show the page again, and why: the link, or what was entered."""
    if isinstance(error, NoInvitation):
        return _page(None)
    return _page(kept, say(error.text, **error.values), 422)


def _proven(kept: _Kept, removed: Sequence[Removed]) -> Response:
    """Say what was removed from the account. This session has ended, too."""
    page = render_template(
        "links/proven.html",
        org=kept.invitation.org.name,
        email=kept.invitation.email,
        removed=removed_text(removed),
    )
    response = drop_secret(make_response(page), _KIND)
    drop_cookie(response, "session")
    return response


def _page(kept: _Kept | None, message: str = "", status: int = 200) -> Response:
    if kept is None:
        security_log.record(Event.ACCESS_REFUSED, "no_invitation")
        text = say("This invitation has expired, was used, or was revoked. Ask for a new one.")
        title = say("This link doesn’t work any more")
        page = render_template("links/over.html", title=title, text=text, kind=_KIND)
        return drop_secret(make_response(page, 404), _KIND)
    user = person()
    page = render_template(
        "links/invitation.html",
        invitation=kept.invitation,
        user=user,
        is_invited=user is not None
        and user.email == kept.invitation.email
        and user.session.provider is None,
        has_account=_account(kept) is not None,
        message=message,
        name=request.form.get("name", "")[:_MAX_NAME],
    )
    return make_response(page, status)

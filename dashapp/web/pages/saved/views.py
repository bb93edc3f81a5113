"""The views of a dashboard that a person saves for themselves: JSON for the menu "Views".

Only this person sees them: the org's audit has no entries about them.
"""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.dashboard import current_dashboard
from dashapp.domain.access.saved_views import SavedView, search_of, view_name
from dashapp.domain.access.scope import current_scope
from dashapp.domain.access.view import parse_search, view_of
from dashapp.domain.errors import TooLarge
from dashapp.domain.language import _
from dashapp.store.orgs import saved_views
from dashapp.web.access import request_session
from dashapp.web.access.bearer import Unauthorized
from dashapp.web.access.csrf import require_token
from dashapp.web.access.people import person
from dashapp.web.access.policies import board_call
from dashapp.web.services import services

blueprint = Blueprint("saved_views", __name__)
_PATH = "/app/<org>/<dashboard>/views"
_MAX_BYTES = 65_536


@blueprint.get(_PATH)
@board_call
def list_views(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the Scope has it
    """Return the person's views of this dashboard, by name."""
    scope, user_id = current_scope(), _user_id()
    with services().store.read_primary(scope) as session:
        views = saved_views.list_views(session, scope, user_id)
    return jsonify(views=[view._asdict() for view in views])


@blueprint.post(_PATH)
@board_call
def add_view(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001
    """Save the view with this `search` under this `name`."""
    _begin()
    scope, user_id, app = current_scope(), _user_id(), services()
    view = SavedView("", _sent_name(), _sent_search())
    with app.store.write(scope) as session:
        saved = saved_views.add_view(session, scope, user_id, view, now=app.now_us())
    return jsonify(saved._asdict()), 201


@blueprint.post(f"{_PATH}/<view_id>")
@board_call
def change_view(org: str, dashboard: str, view_id: str) -> ResponseReturnValue:  # noqa: ARG001
    """Rename a view, or save another `search` in it: what is not sent stays."""
    _begin()
    scope, user_id = current_scope(), _user_id()
    name = _sent_name() if "name" in request.form else None
    search = _sent_search() if "search" in request.form else None
    with services().store.write(scope) as session:
        changed = saved_views.change_view(
            session, scope, user_id, view_id, name=name, search=search
        )
    return jsonify(changed._asdict())


@blueprint.post(f"{_PATH}/<view_id>/delete")
@board_call
def delete_view(org: str, dashboard: str, view_id: str) -> ResponseReturnValue:  # noqa: ARG001
    _begin()
    scope, user_id = current_scope(), _user_id()
    with services().store.write(scope) as session:
        saved_views.delete_view(session, scope, user_id, view_id)
    return jsonify({})


def _begin() -> None:
    """Check a request that writes, and close the session that its policy has read with."""
    if (request.content_length or 0) > _MAX_BYTES:
        raise TooLarge(_("The request is too large."))
    require_token()
    request_session.close()


def _sent_name() -> str:
    return view_name(request.form.get("name", ""))


def _sent_search() -> str:
    """Return the view's part of the sent address. Raises BadInput as the board does for it."""
    params = parse_search(request.form.get("search", ""))
    view = view_of(params)
    current_dashboard().time_range(view, now=services().clock())
    return search_of(params)


def _user_id() -> int:
    user = person()
    if user is None:
        raise Unauthorized(_("Your session has expired. Sign in again."))
    return user.id

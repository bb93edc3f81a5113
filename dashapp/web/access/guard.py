"""Deny by default: every view declares a policy. A view without one is not found."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue

from dashapp.domain import log_fields
from dashapp.domain.access.dashboard import set_current_dashboard
from dashapp.domain.access.scope import find_current_scope, set_current_scope
from dashapp.domain.errors import NotFound
from dashapp.domain.language import _
from dashapp.web.access import security_log
from dashapp.web.access.security_log import Event

# Sets the request's Scope, answers the request itself, or raises.
Policy = Callable[[], ResponseReturnValue | None]
View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "dashapp_policy"
# In the environment of a request: a function that is called with the id and the slug of the org
# that the request was let in to. The server then knows whose turn such requests take.
NAME_ORG = "dashapp.name_org"


def init_app(server: Flask) -> None:
    """Check every request before anything else runs, and forget its Scope afterwards."""
    server.before_request(_check)
    server.teardown_request(_forget)


def allow(policy: Policy) -> Callable[[View], View]:
    """Return a decorator that declares who may call a view."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, policy)
        return view

    return declare


def has_policy(view: Callable[..., Any]) -> bool:
    return hasattr(view, _ATTRIBUTE)


def _check() -> ResponseReturnValue | None:
    _forget(None)
    if request.endpoint is None:
        return None  # no matching route: Flask responds with 404 or 405
    policy: Policy | None = getattr(current_app.view_functions[request.endpoint], _ATTRIBUTE, None)
    if policy is None:
        security_log.record(Event.ACCESS_REFUSED, "no_policy")
        raise NotFound(_("Nothing was found at this address."))
    answer = policy()
    scope = find_current_scope()
    if scope is not None:
        log_fields.add(org=scope.org.slug, dashboard=scope.dashboard)
        # A key of the installation acts in many orgs, and takes no turns of theirs.
        if NAME_ORG in request.environ and "installation_key" not in g:
            request.environ[NAME_ORG](scope.org_id, scope.org.slug)
    return answer


def _forget(_error: BaseException | None) -> None:
    set_current_scope(None)
    set_current_dashboard(None)

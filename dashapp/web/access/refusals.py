"""What people are told if they may not see a page, and what the security log says about it."""

from flask import request

from dashapp.domain.access.scope import Org
from dashapp.domain.errors import Forbidden, NotFound
from dashapp.domain.language import _
from dashapp.web.access import security_log
from dashapp.web.access.security_log import Event

ENDED = _("This view has expired.")
NO_SUCH_PAGE = _("This page doesn't exist, or you don't have access to it.")


def requested_path() -> str:
    """Return the path and query of this request, as browsers know them."""
    return str(request.script_root + request.full_path).rstrip("?")


def no_such_page(reason: str) -> NotFound:
    """Return the error for a page that a person may not know about, and log why."""
    security_log.record(Event.ACCESS_REFUSED, reason)
    return NotFound(NO_SUCH_PAGE)


def cannot_view(org: Org) -> Forbidden:
    """Return the error for members whose role shows no dashboards, and log it."""
    security_log.record(Event.ACCESS_REFUSED, "role")
    return Forbidden(
        _(
            "Your role in %(org)s is member, which cannot view dashboards. Owners, admins, "
            "authors, and analytics viewers can. Ask an owner or an admin to change your role."
        ),
        org=org.name,
    )


def cannot_edit() -> Forbidden:
    """Return the error for members who may see a dashboard only, and log it."""
    security_log.record(Event.ACCESS_REFUSED, "role")
    return Forbidden(
        _(
            "You can view this dashboard but not change it. Owners, admins, and authors can. "
            "Ask an owner or an admin to change your role."
        )
    )


def cannot_administer(org: Org) -> Forbidden:
    """Return the error for members who may not see the org's settings, and log it."""
    security_log.record(Event.ACCESS_REFUSED, "role")
    return Forbidden(
        _(
            "Only owners and admins of %(org)s can see its settings. Ask one of them for what "
            "you need."
        ),
        org=org.name,
    )

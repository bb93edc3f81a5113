"""Orgs that only their identity provider opens: where their members are sent."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.web.access import security_log
from dashapp.web.access.people import is_closed, membership_in
from dashapp.web.access.security_log import Event


def way_in(slug: str) -> ResponseReturnValue | None:
    """Return the way to the provider for a member whose session does not open the org."""
    if membership_in(slug) is not None or not is_closed(slug):
        return None
    security_log.record(Event.ACCESS_REFUSED, "only_way")
    target = str(request.script_root + request.full_path).rstrip("?")
    return redirect(url_for("sign_on_start.start", org=slug, next=target), 302)

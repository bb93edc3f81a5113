"""CSRF tokens in forms."""

from flask import request
from flask_wtf.csrf import ValidationError, validate_csrf

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _
from dashapp.web.access import security_log
from dashapp.web.access.security_log import Event

_MAX_AGE = 10**9  # seconds; a board stays open for days


def require_token() -> None:
    """Raise BadInput if the form does not have the token of its page."""
    problem = problem_of_token(_MAX_AGE)
    if problem is not None:
        security_log.record(Event.CSRF_REFUSED, problem)
        raise BadInput(_("This form has expired. Reload the page and try again."))


def problem_of_token(max_age: int) -> str | None:
    """Return None if this server made the form for this browser, in the last `max_age` seconds.

    Otherwise, returns a word for the log.
    """
    token = request.form.get("csrf_token")
    try:
        validate_csrf(token, time_limit=max_age)
    except ValidationError as error:
        if not token:
            return "missing"
        return "expired" if "expired" in str(error) else "invalid"
    return None

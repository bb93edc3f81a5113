"""CSRF tokens in the forms of logged-in users."""

from flask import request
from flask_wtf.csrf import ValidationError, validate_csrf

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _

_MAX_AGE = 10**9  # seconds; a board stays open for days


def require_token() -> None:
    """Raise BadInput if the form does not have the token of its page."""
    try:
        validate_csrf(request.form.get("csrf_token"), time_limit=_MAX_AGE)
    except ValidationError:
        raise BadInput(_("This form has expired. Reload the page and try again.")) from None

"""Forms of people who are logged in carry the token of their page."""

from flask import request
from flask_wtf.csrf import ValidationError, validate_csrf

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _

_AS_LONG_AS_A_SESSION = 10**9  # a board stays open for days


def require_token() -> None:
    """Raises BadInput where the form is not one of ours."""
    try:
        validate_csrf(request.form.get("csrf_token"), time_limit=_AS_LONG_AS_A_SESSION)
    except ValidationError:
        raise BadInput(_("Please use the button on the page; reload it first.")) from None

"""The secret of a link between its pages: a cookie, which is in no address and no log.

The page of a link reads nothing from its address. A script takes the secret from the fragment into
a form and sends it; without scripts, people paste the code of the mail. Looking changes nothing.
"""

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from dashapp.web.access.people import cookie_name, drop_cookie, set_cookie

_SECONDS = 3_600
_MAX_LENGTH = 100


def keep_secret(kind: str, address: str) -> ResponseReturnValue:
    """Keep the secret of the form in this browser, and show the page that it opens."""
    secret = request.form.get("secret", "").strip().rpartition("#")[2][:_MAX_LENGTH]
    response = make_response(redirect(address, 303))
    if secret:
        set_cookie(response, kind, secret, max_age=_SECONDS)
    return response


def kept_secret(kind: str) -> str | None:
    return request.cookies.get(cookie_name(kind)) or None


def drop_secret(response: Response, kind: str) -> Response:
    drop_cookie(response, kind)
    return response

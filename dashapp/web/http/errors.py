"""Handle all errors in one place: JSON for programs, a page for people, internals for neither."""

import logging
import secrets
from collections.abc import Mapping

from flask import Flask, Response, g, make_response, render_template, request
from msgspec import UNSET, Struct, UnsetType, json
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from dashapp.domain import log_fields
from dashapp.domain.errors import (
    BadInput,
    ConfigurationError,
    Conflict,
    DashappError,
    Forbidden,
    NotFound,
    PreconditionFailed,
    TooLarge,
    TooMany,
    TooSlow,
    Unavailable,
    UnexpectedInput,
    WrongType,
)
from dashapp.domain.language import _, say
from dashapp.web.access import people, security_log
from dashapp.web.access.bearer import Unauthorized
from dashapp.web.access.security_log import Event
from dashapp.web.http.language import set_fallback_language, set_request_language

_log = logging.getLogger(__name__)
_STATUS: dict[type[DashappError], int] = {
    BadInput: 400,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    PreconditionFailed: 412,
    TooLarge: 413,
    WrongType: 415,
    TooMany: 429,
    Unavailable: 503,
    ConfigurationError: 503,  # such as a full disk: only an operator can help
}
_MESSAGES = {
    400: _("The server could not understand this request."),
    401: _("Sign in to continue."),
    403: _("You don't have permission to view this."),
    404: _("This page doesn't exist, or you don't have access to it."),
    405: _("This address does not accept this request method."),
    413: _("The request is too large."),
    415: _("Send JSON with Content-Type: application/json."),
    429: _("Too many requests. Try again in a moment."),
    503: _("Data is temporarily unavailable. Try again in a moment."),
}
_CODES = {
    400: "bad_input",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_content_type",
    429: "too_many",
    500: "internal",
    503: "unavailable",
}
_NO_DETAILS: Mapping[str, str | UnsetType] = {}
_UNEXPECTED = _("An unexpected error occurred and was logged. Try again in a moment.")
_DEFAULT_TITLE = _("Something went wrong")
_TITLES = {
    400: _("Invalid request"),
    403: _("Access denied"),
    404: _("Page not found"),
    429: _("Too many requests"),
    503: _("Temporarily unavailable"),
}


class ErrorDetail(Struct, forbid_unknown_fields=True):
    """A code for programs, a message for people, and an id that is also in the log.

    `field` is the place in the request's body that is wrong, as a JSON pointer (RFC 6901), and `id`
    what is there already.
    """

    code: str
    message: str
    request_id: str
    field: str | UnsetType = UNSET
    id: str | UnsetType = UNSET


class Error(Struct, forbid_unknown_fields=True):
    """The body of every error of the API."""

    error: ErrorDetail


def init_app(server: Flask) -> None:
    server.before_request(_assign_request_id)
    server.register_error_handler(DashappError, respond_to)
    server.register_error_handler(HTTPException, _http_error)
    server.register_error_handler(DBAPIError, _database_error)
    server.register_error_handler(PoolTimeout, _database_error)
    server.register_error_handler(TooSlow, _database_error)  # before any panel was read
    server.register_error_handler(Exception, _unexpected_error)


def request_id() -> str:
    """Return the id of this request, for the response and the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def _assign_request_id() -> None:
    request_id()


def respond_to(error: DashappError) -> Response:
    """Return the response to an error: JSON for programs, a page for people."""
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    _log_refusal(error, status)
    details = {"field": error.field or UNSET, "id": error.id or UNSET}
    response = _respond(status, error.code, error.text, details, **error.values)
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _log_refusal(error: DashappError, status: int) -> None:
    """Log a refusal, unless the module that refused has logged why."""
    if isinstance(error, TooMany):
        security_log.record(Event.LIMIT_REACHED, error.code)
    elif isinstance(error, UnexpectedInput):
        security_log.record(Event.INPUT_REFUSED, error.code)
    elif log_fields.reason() is None:
        if status in {401, 403}:
            security_log.record(Event.ACCESS_REFUSED, error.code)
        log_fields.give_reason(error.code)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, SecurityError):
        security_log.record(Event.HOST_REFUSED, "unknown_host", host=request.environ["HTTP_HOST"])
    if status < 400:  # noqa: PLR2004 - a redirect that routing raised
        return make_response(error.get_response())
    response = _respond(status, code_of(status), _MESSAGES.get(status, _UNEXPECTED))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _database_error(error: Exception) -> Response:
    _log.exception("database error", exc_info=error)
    response = _respond(503, "unavailable", _MESSAGES[503])
    response.headers["Retry-After"] = "2"
    return response


def _unexpected_error(error: Exception) -> Response:
    _log.exception("request failed", exc_info=error)
    return _respond(500, "internal", _UNEXPECTED)


def code_of(status: int) -> str:
    """Return the code for programs of an error that has no code of its own."""
    return _CODES.get(status, "refused")


def _respond(
    status: int,
    code: str,
    text: str,
    details: Mapping[str, str | UnsetType] = _NO_DETAILS,
    /,
    **values: object,
) -> Response:
    if request.path.startswith("/api/"):  # always English, for developers
        message = text % values if values else text
    else:
        _ensure_language(status)
        message = say(text, **values)
    if wants_json():
        body = Error(ErrorDetail(code, message, request_id(), **details))
        return Response(json.encode(body), status, content_type="application/json")
    title = say(_TITLES.get(status, _DEFAULT_TITLE))
    try:
        page = render_template(
            "error.html",
            title=title,
            message=message,
            person=people.loaded_person() if status == 403 else None,  # noqa: PLR2004
            request_id=request_id(),
        )
    except Exception:  # noqa: BLE001 - the error page itself failed
        _log.exception("could not render the error page")
        page = f"<!doctype html><title>{title}</title><p>{say(_UNEXPECTED)}</p>"
    return make_response(page, status)


def _ensure_language(status: int) -> None:
    """Set the language if the request has none; after a server error, without the database."""
    if "language" not in g and status < 500:  # noqa: PLR2004
        set_request_language()
    set_fallback_language()


def wants_json() -> bool:
    is_embed_call = request.path.startswith("/embed/") and request.method == "POST"
    is_call = is_embed_call or (request.endpoint or "").startswith(("editing.", "saved_views."))
    return request.path.startswith("/api/") or "/_dash" in request.path or is_call

"""What all routes of the control plane need: the org, a change of it, parameters, and a page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import request

from dashapp.domain.access.scope import Scope, find_current_scope
from dashapp.domain.errors import BadInput, DashappError, NotFound
from dashapp.domain.language import _
from dashapp.store.administration.change import Change, changing
from dashapp.web.access.actors import current_actor
from dashapp.web.api.parameters import require_known
from dashapp.web.services import services

DEFAULT_PAGE, MAX_PAGE = 100, 1_000
PAGE = ("limit", "after")


def org_scope() -> Scope:
    """Return the Scope of the org in the path. Raises NotFound, also for a removed org."""
    scope = find_current_scope()
    if scope is None:
        raise NotFound(_("Org not found."))
    return scope


@contextmanager
def changing_org(*, has_time_limit: bool = True) -> Iterator[Change]:
    """Yield a change of the org in the path by the request's key."""
    app = services()
    with changing(
        app.store,
        org_scope(),
        current_actor(),
        now=app.now_us(),
        has_time_limit=has_time_limit,
    ) as change:
        yield change


def require_parameters(*names: str) -> None:
    """Raise BadInput if the request has others, one of them twice, or NUL in its address.

    PostgreSQL cannot be asked about NUL, and an answer 503 would be tried again.
    """
    if any("\0" in text for text in (request.path, *request.args.values())):
        raise BadInput("The address of the request has a NUL character.")
    require_known(request.args.to_dict(flat=False), names=names)


def page_size() -> int:
    """Return how many rows a page has. Raises BadInput."""
    return whole_number("limit", DEFAULT_PAGE, most=MAX_PAGE, least=1)


def whole_number(name: str, default: int, *, least: int = 0, most: int) -> int:
    """Return a parameter of the query. Raises BadInput."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
        raise BadInput(f"{name} must be a whole number from {least} to {most:,}.")
    return int(text[:9])


@contextmanager
def in_field(*path: str | int) -> Iterator[None]:
    """Say in errors that this field of the body is wrong. What is not found is bad input there."""
    try:
        yield
    except NotFound as error:
        raise at_field(BadInput(error.message), path) from None
    except DashappError as error:
        raise at_field(error, path) from None


def at_field(error: DashappError, path: Sequence[str | int]) -> DashappError:
    """Return an error with the place in the body, as a JSON pointer (RFC 6901)."""
    if error.field is None:
        escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
        pointer = "".join(f"/{part}" for part in escaped)
        error.field = pointer.encode("utf-8", "replace").decode()  # no lone surrogates
    return error

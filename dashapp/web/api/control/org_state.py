"""An org as the vendor sees it, and conditional changes of it (RFC 9110, section 13)."""

from hashlib import sha256

from flask import Response, request
from msgspec import UNSET, structs
from msgspec.json import encode
from sqlalchemy.orm import Session

from dashapp.dashboards.boards import boards_among
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import PreconditionFailed
from dashapp.queries.org_counts import org_counts
from dashapp.store.orgs import dashboards, orgs, origins
from dashapp.web.api.control.answers import OrgAnswer, OrgCounts
from dashapp.web.services import services


def read_org(session: Session, scope: Scope) -> OrgAnswer:
    """Return the org as the vendor has set it up."""
    settings = orgs.settings_of(session, scope)
    allowed = origins.allowed_origins(session, scope)
    saved = dashboards.list_dashboards(session, scope)
    return OrgAnswer(
        scope.org.slug,
        settings["name"],
        settings["timezone"],
        settings["locale"],
        settings["currency"],
        settings["keep_days"],
        boards_among(services().library.definitions, saved),
        [origin for origin, is_vendors in allowed.items() if is_vendors],
    )


def read_counts(session: Session, scope: Scope, *, now: int) -> OrgCounts:
    """Return how much belongs to the org."""
    return OrgCounts(*org_counts(session, scope, now=now))


def etag_of(answer: OrgAnswer) -> str:
    """Return the tag of an org as it is. Counts, which change with events, are no part of it."""
    return sha256(encode(structs.replace(answer, counts=UNSET))).hexdigest()[:32]


def require_expected(now: OrgAnswer | None) -> None:
    """Raise PreconditionFailed if the request expects another state. None is no org."""
    if request.if_match:
        if now is None:
            raise PreconditionFailed("If-Match names a state of the org, but there is no such org.")
        if not request.if_match.contains(etag_of(now)):
            raise PreconditionFailed(
                "The org has changed since. Get it again, and send its new ETag in If-Match."
            )
    if now is not None and request.if_none_match and request.if_none_match.contains(etag_of(now)):
        raise PreconditionFailed("The org exists already, and If-None-Match asks for a new one.")


def with_etag(response: Response, answer: OrgAnswer) -> Response:
    """Add the tag of an org to the response that shows it."""
    response.set_etag(etag_of(answer))
    return response

"""What is stored of a person, read and erased; and one wrong event removed."""

import base64
import binascii
from typing import Any

import msgspec
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.actors import Action
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, Conflict, NotFound
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.administration import data
from dashapp.store.administration.single_events import forget_absent, remove_event
from dashapp.store.events.erasures import is_erasing
from dashapp.store.exports.user_events import Position, UserEvent, events_of_user
from dashapp.web.access.actors import current_actor
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.answers import instant
from dashapp.web.api.control.data.answers import Erasure, PersonsEvents, RemovedEvent, StoredEvent
from dashapp.web.api.control.requests import (
    PAGE,
    changing_org,
    org_scope,
    page_size,
    require_parameters,
)
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("control_persons", __name__, url_prefix="/api/v1/orgs/<org>")
_SMALL = 1_000  # events that are erased before the answer
_NO_USER = _("The organization has no event of this user. Ids are case-sensitive.")


@blueprint.get("/users/<path:user>/events")
@of_installation(KeyScope.DATA)
def read(org: str, user: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy opened it
    require_parameters(*PAGE)
    scope, most = org_scope(), page_size()
    after = _position(request.args.get("after"))
    app = services()
    with app.store.read_primary(scope) as session:
        rows = events_of_user(session, scope, user, after, most + 1)
        is_being_erased = is_erasing(session, scope, user)
    page = rows[:most]
    after_audit = {"events": len(page)}
    data.record_act(
        app.store,
        scope,
        current_actor(),
        Action.EXPORTED,
        user,
        after=after_audit,
        now=app.now_us(),
    )
    cursor = _cursor(page[-1].position) if len(rows) > most else None
    return respond(PersonsEvents([_item(row) for row in page], cursor, is_being_erased))


@blueprint.delete("/users/<path:user>")
@of_installation(KeyScope.DATA)
def erase(org: str, user: str) -> ResponseReturnValue:  # noqa: ARG001
    """Erase a user: at once if they have few events, else upkeep does it."""
    require_parameters()
    scope, app = org_scope(), services()
    count = _count(scope, user)
    try:
        with changing_org() as change:
            data.erase(change, user, count)
    except Conflict:  # it was asked for before
        return respond(Erasure("erasing", count), 202)
    if count > _SMALL:
        return respond(Erasure("erasing", count), 202)
    data.finish_erasing(app.store, scope, user, now=app.now_us())
    return respond(Erasure("erased", count))


@blueprint.delete("/events/<path:event>")
@of_installation(KeyScope.DATA)
def remove(org: str, event: str) -> ResponseReturnValue:  # noqa: ARG001
    """Remove one event. Numbers are exact at once; its day is counted again afterwards."""
    require_parameters()
    with changing_org() as change:
        removed = remove_event(change, event)
    forget_absent(services().store, org_scope())
    return respond(RemovedEvent(removed.id, removed.type, instant(removed.occurred_at)))


def _count(scope: Scope, user: str) -> int:
    try:
        with services().store.read_primary(scope) as session:
            return data.count_of_user(session, scope, user)
    except BadInput:
        raise NotFound(_NO_USER) from None


def _item(row: UserEvent) -> StoredEvent:
    return StoredEvent(
        row.id,
        row.type,
        instant(row.occurred_at),
        row.user_id,
        row.channel,
        row.project,
        row.properties,
        instant(row.received_at),
    )


def _cursor(position: Position) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).rstrip(b"=").decode()


def _position(cursor: str | None) -> Position | None:
    """Return the position that a cursor of an earlier answer names. Raises BadInput."""
    if cursor is None:
        return None
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        decoded: Any = base64.urlsafe_b64decode(padded)
        event_type, at, event_id = msgspec.json.decode(decoded, type=tuple[str, int, str])
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise BadInput("after must be “next” of the page before.") from None
    if not -(2**63) <= at < 2**63 or "\0" in event_type + event_id:
        raise BadInput("after must be “next” of the page before.")
    return event_type, at, event_id

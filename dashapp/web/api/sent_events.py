"""The JSON API: what the org has sent."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from msgspec import UNSET

from dashapp.domain.access.scope import current_scope
from dashapp.domain.time.instant import from_us, to_text
from dashapp.queries.sent_events import SentProperty, SentType, sent_events
from dashapp.web.access import request_session
from dashapp.web.access.policies import org_reader
from dashapp.web.api.parameters import require_known
from dashapp.web.api.schemas import EventTypeItem, PropertyItem, SentEvents, respond

blueprint = Blueprint("sent_events", __name__, url_prefix="/api/v1")


@blueprint.get("/schema")
@org_reader
def schema() -> ResponseReturnValue:
    require_known(request.args.to_dict(flat=False), names=["org"])
    scope = current_scope()
    has_examples = scope.role.can_edit_dashboards
    with request_session.read(scope) as session:
        types = sent_events(session, scope, has_examples=has_examples)
    return respond(SentEvents([_item(row, has_examples=has_examples) for row in types]))


def _item(row: SentType, *, has_examples: bool) -> EventTypeItem:
    properties = [_property(entry, has_examples=has_examples) for entry in row.properties]
    return EventTypeItem(row.type, row.events, to_text(from_us(row.last_at)), properties)


def _property(entry: SentProperty, *, has_examples: bool) -> PropertyItem:
    examples = list(entry.examples) if has_examples else UNSET
    return PropertyItem(entry.name, list(entry.kinds), examples)

"""`GET /api/v1/orgs/ORG/export`: all events of an org as a file."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.days import day_start_of
from dashapp.domain.access.scope import Org
from dashapp.domain.errors import BadInput
from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.administration.data import record_export
from dashapp.store.exports.exporting import Selection
from dashapp.store.exports.target import FORMATS
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.requests import changing_org, org_scope, require_parameters
from dashapp.web.http.event_files import event_file

blueprint = Blueprint("control_exports", __name__, url_prefix="/api/v1/orgs/<org>")


@blueprint.get("/export")
@of_installation(KeyScope.DATA)
def export(org: str) -> ResponseReturnValue:
    require_parameters("format", "from", "to")
    scope, file_format = org_scope(), request.args.get("format")
    if file_format not in FORMATS:
        raise BadInput(f"format must be one of: {', '.join(FORMATS)}.")
    first, end = request.args.get("from"), request.args.get("to")
    selection = _selection(scope.org, first, end)
    with changing_org() as change:
        record_export(change, file_format, first=first, last=end)
    return event_file(scope, selection, file_format, f"{org}-events")


def _selection(org: Org, first: str | None, end: str | None) -> Selection:
    """Return the events of a range of days in the org's time zone; `end` is excluded."""
    selection = Selection()
    if first is not None:
        selection = selection._replace(low=day_start_of(first, org))
    if end is not None:
        selection = selection._replace(high=day_start_of(end, org))
    if selection.low >= selection.high:
        raise BadInput("The range has no days. “to” is the day after the last one.")
    return selection

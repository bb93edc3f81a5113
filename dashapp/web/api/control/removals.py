"""`/api/v1/removals`: receipts of removed orgs."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.deletion.removals import Removal, find_removal
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.answers import RemovalAnswer, instant, instant_or_none
from dashapp.web.api.control.requests import require_parameters
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("removals", __name__)
_REMAINS = (
    "Backups that were made before the removal finished. Delete them, or let them expire.",
    "Log lines written before: the slug, ids of keys and users, and addresses of clients.",
    "The audit of the installation: the slug, and who removed the org.",
    "Accounts of people, with their email addresses, until they are deleted.",
)


@blueprint.get("/removals/<removal>")
@of_installation(KeyScope.ORGS)
def show(removal: str) -> ResponseReturnValue:
    require_parameters()
    with services().store.read_shared() as session:
        receipt = find_removal(session, removal)
    return respond(removal_answer(receipt, now=services().now_us()))


def removal_answer(removal: Removal, *, now: int) -> RemovalAnswer:
    """Return a receipt as JSON has it. `now` is in microseconds."""
    is_finished = removal.finished_at is not None
    return RemovalAnswer(
        removal.id,
        "finished" if is_finished else "waiting" if now < removal.due_at else "removing",
        instant(removal.started_at),
        instant(removal.due_at),
        instant_or_none(removal.finished_at),
        {**removal.counts},
        {**removal.usage},
        instant_or_none(removal.finished_at),
        list(_REMAINS),
    )

"""`/api/v1/orgs/SLUG/audit` and `/api/v1/audit`: who did what, in an org or anywhere."""

import re
from collections.abc import Sequence

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.actors import Action
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.secrets.keys import KeyScope
from dashapp.domain.time.instant import parse_query_param, to_us
from dashapp.store.audit.entries import (
    Entry,
    Wanted,
    list_entries,
    list_installation_entries,
)
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.answers import Entries, EntryAnswer, instant
from dashapp.web.api.control.requests import PAGE, org_scope, page_size, require_parameters
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("audit", __name__)
_PARAMETERS = (*PAGE, "action", "since", "until")
_POSITION = re.compile(r"(\d{1,18})-([0-9a-f]{8})")


@blueprint.get("/orgs/<org>/audit")
@of_installation(KeyScope.AUDIT)
def of_org(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters(*_PARAMETERS)
    scope, wanted = org_scope(), _wanted()
    with services().store.read_primary(scope) as session:
        entries = list_entries(session, scope, wanted)
    return respond(_page(entries, wanted.most - 1))


@blueprint.get("/audit")
@of_installation(KeyScope.AUDIT)
def of_all() -> ResponseReturnValue:
    require_parameters(*_PARAMETERS, "org")
    wanted = _wanted()
    with services().store.read_shared() as session:
        entries = list_installation_entries(session, wanted, request.args.get("org"))
    return respond(_page(entries, wanted.most - 1))


def _wanted() -> Wanted:
    action = request.args.get("action")
    if action is not None and action not in set(Action):
        raise BadInput(f"Unknown action “{excerpt(action)}”. Use one of: {', '.join(Action)}.")
    return Wanted(
        page_size() + 1,
        _after(),
        action=action,
        since=_moment("since"),
        until=_moment("until"),
    )


def _after() -> tuple[int, str] | None:
    text = request.args.get("after")
    if text is None:
        return None
    position = _POSITION.fullmatch(text)
    if position is None:
        raise BadInput("after must be the “next” of the page before.")
    return int(position[1]), position[2]


def _moment(name: str) -> int | None:
    text = request.args.get(name)
    return None if text is None else to_us(parse_query_param(text))


def _page(entries: Sequence[Entry], most: int) -> Entries:
    """Return a page. One entry more than that was read if there is a next page."""
    shown = entries[:most]
    last = shown[-1] if len(entries) > most else None
    return Entries([_answer(entry) for entry in shown], f"{last.at}-{last.mark}" if last else None)


def _answer(entry: Entry) -> EntryAnswer:
    values = entry._asdict()
    del values["mark"]
    if entry.org is None:
        del values["org"]
    return EntryAnswer(**{**values, "at": instant(entry.at)})

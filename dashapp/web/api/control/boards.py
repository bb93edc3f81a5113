"""`/api/v1/orgs/SLUG/boards`: the dashboards of an org, and the boards that they come from."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dashapp.dashboards.boards import add_board, remove_board
from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.orgs.dashboards import list_dashboards
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.answers import BoardAnswer, Boards, ProvisionedBoard, empty
from dashapp.web.api.control.requests import changing_org, org_scope, require_parameters
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("boards", __name__)


@blueprint.get("/orgs/<org>/boards")
@of_installation(KeyScope.BOARDS)
def list_(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    scope, definitions = org_scope(), services().library.definitions
    with services().store.read_primary(scope) as session:
        saved = list_dashboards(session, scope)
    listed = []
    for dashboard in saved:
        board = definitions.board(dashboard.template)
        name = board.board.name if board else None
        listed.append(
            BoardAnswer(name, dashboard.slug, dashboard.title, dashboard.home, dashboard.is_default)
        )
    return respond(Boards(listed))


@blueprint.put("/orgs/<org>/boards/<board>")
@of_installation(KeyScope.BOARDS)
def put(org: str, board: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    with changing_org() as change:
        provisioned = add_board(change, services().library.definitions, board)
    answer = ProvisionedBoard(board, provisioned.slug, list(provisioned.added))
    return respond(answer, 201 if provisioned.is_new else 200)


@blueprint.delete("/orgs/<org>/boards/<board>")
@of_installation(KeyScope.BOARDS)
def remove(org: str, board: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    with changing_org() as change:
        remove_board(change, services().library.definitions, board)
    return empty()

"""For those who run the server: does the process live, and can it serve?"""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from dashapp.store import migrate
from dashapp.web.access.policies import public
from dashapp.web.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
@public
def livez() -> ResponseReturnValue:
    """The process answers. Asks no database: a database that is down is no reason to restart."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The database answers and its schema is this version's; else 503 with a reason."""
    try:
        ready = migrate.is_current(services().store)
        services().store.ping()
    except SQLAlchemyError:
        return jsonify(status="unavailable", reason="database"), 503
    if not ready:
        return jsonify(status="unavailable", reason="schema"), 503
    return jsonify(status="ok")

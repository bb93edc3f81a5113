"""Health checks for operators: is the process alive, and can it serve requests?"""

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
    """Return 200. Does not check the database: if it is down, a restart would not help."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Return 200 if the database responds and has this version's schema, else 503 and why."""
    try:
        is_current = migrate.is_current(services().store)
        services().store.ping()
    except SQLAlchemyError:
        return jsonify(status="unavailable", reason="database"), 503
    if not is_current:
        return jsonify(status="unavailable", reason="schema"), 503
    return jsonify(status="ok")

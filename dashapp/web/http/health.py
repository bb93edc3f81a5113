"""Health checks for operators: is the process alive, and can it serve requests?"""

from typing import cast

from flask import Blueprint, Flask, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from dashapp.domain.errors import Unavailable
from dashapp.domain.language import _
from dashapp.domain.time.instant import SECOND
from dashapp.store import migrate
from dashapp.store.health import readiness
from dashapp.web.access.policies import public
from dashapp.web.services import EXTENSION, Services, services

_WITHOUT_DATABASE = frozenset(
    {"health.livez", "health.readyz", "scraping.scrape", "files.asset", "files.bundle"}
)
_OUTDATED = _("The server is being updated. Try again in a moment.")
blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
@public
def livez() -> ResponseReturnValue:
    """Return 200. Does not check the database: if it is down, a restart would not help."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Return 200 if the database has this version's schema and takes writes, else 503 and why."""
    app = services()
    try:
        if not migrate.is_current(app.store):
            return _unavailable("schema")
        app.store.ping()
        if not readiness.can_write(app.store, app.now_us()):
            return _unavailable("write")
        age = readiness.upkeep_age(app.store, app.now_us())
    except SQLAlchemyError:
        return _unavailable("database")
    details = {} if age is None else {"details": {"upkeep_age_seconds": age // SECOND}}
    return jsonify(status="ok", **details)


def _unavailable(reason: str) -> ResponseReturnValue:
    return jsonify(status="unavailable", reason=reason), 503


def init_app(server: Flask) -> None:
    """Refuse requests while the database does not have this version's schema."""
    watch = readiness.SchemaWatch(cast("Services", server.extensions[EXTENSION]).store)

    @server.before_request
    def require_schema() -> None:
        if request.endpoint in _WITHOUT_DATABASE:
            return
        if not watch.is_current():
            raise Unavailable(_OUTDATED)

"""All routes of the control plane."""

from flask import Blueprint

from dashapp.web.api.control import audit, boards, keys, members, orgs, origins, putting, removals

PARTS = (orgs, putting, removals, keys, members, origins, boards, audit)
blueprint = Blueprint("control", __name__, url_prefix="/api/v1")
for part in PARTS:
    blueprint.register_blueprint(part.blueprint)

"""The API's OpenAPI 3.1 description, at `/api/v1/openapi.json`.

Schemas, limits and allowed values come from the code that validates and serializes.
"""

from typing import Any

import msgspec
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashapp import __version__
from dashapp.domain.boards.spec import MetricSpec
from dashapp.domain.events.event import EventFields
from dashapp.web.access.policies import public
from dashapp.web.api import schemas
from dashapp.web.api.asked import Question
from dashapp.web.api.description import of_data, of_installation, of_org
from dashapp.web.api.description.parts import reference
from dashapp.web.http.errors import Error

blueprint = Blueprint("openapi", __name__, url_prefix="/api/v1")
_BEARERS = {
    "ingest": "An ingest key.",
    "read": "A read key.",
    "admin": "A key of the installation with the scope that the operation names.",
    "embed": "An embed token, or the page token it was exchanged for. For one dashboard.",
}


@blueprint.get("/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    return jsonify(document())


def document() -> dict[str, Any]:
    """Return the description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dashapp",
            "version": __version__,
            "description": "Send events, read an org's metrics, and manage orgs.",
        },
        "paths": {**of_org.paths(), **of_installation.paths(), **of_data.paths()},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                kind: {"type": "http", "scheme": "bearer", "description": description}
                for kind, description in _BEARERS.items()
            },
            "headers": {
                "RetryAfter": {
                    "description": "Seconds to wait before retrying.",
                    "schema": {"type": "string", "pattern": "^[0-9]+$"},
                }
            },
        },
    }


def _schemas() -> dict[str, Any]:
    """Return the schemas of the structs that validate and serialize the bodies."""
    _references, components = msgspec.json.schema_components(
        [
            EventFields,
            schemas.Receipt,
            schemas.Dashboards,
            schemas.Data,
            schemas.SentEvents,
            schemas.Metrics,
            schemas.Numbers,
            Question,
            MetricSpec,
            Error,
            *of_installation.STRUCTS,
            *of_data.STRUCTS,
        ],
        ref_template="#/components/schemas/{name}",
    )
    event = components.pop("EventFields")
    for field in event["properties"].values():
        for kind in field.get("anyOf", [field]):
            if "pattern" in kind:  # ECMA 262 writes anchors differently
                kind["pattern"] = kind["pattern"].replace(r"\A", "^").replace(r"\Z", "$")
    metric = components["Question"]["properties"]["metric"]
    components["Question"]["properties"]["metric"] = {
        "anyOf": [{"type": "string"}, reference("MetricSpec")],
        "description": metric["description"],
    }
    return {**components, "Event": {**event, "title": "Event"}, "EventOfOrg": _of_org(event)}


def _of_org(event: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an event that is sent with a key for all orgs."""
    org = {"type": "string", "description": "The org's slug."}
    properties = {**event["properties"], "org": org}
    required = [*event["required"], "org"]
    return {**event, "title": "EventOfOrg", "properties": properties, "required": required}

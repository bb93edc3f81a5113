"""The API's OpenAPI 3.1 description, at `/api/v1/openapi.json`.

Schemas, limits and words come from the code that validates and serializes.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashapp import __version__
from dashapp.domain.events.batches import MAX_BYTES, MAX_EVENTS, MAX_UNPACKED_BYTES
from dashapp.domain.events.event import EventFields
from dashapp.domain.time.comparison import COMPARISONS, PREVIOUS
from dashapp.domain.time.presets import DEFAULT_PRESET, known_presets
from dashapp.web.access.policies import public
from dashapp.web.api import schemas
from dashapp.web.http.errors import Error

blueprint = Blueprint("openapi", __name__, url_prefix="/api/v1")
_PRESETS = ", ".join(known_presets())
_BEARERS = {
    "ingest": "A key to ingest.",
    "read": "A key to read.",
    "embed": "An embed token, or the page token that it was exchanged for: one dashboard.",
}
_ERRORS = {
    400: "Bad input; the message says what to do.",
    401: "No key, or one that does not hold.",
    403: "A key of the wrong kind.",
    404: "It does not exist, or is another org's.",
    413: "Too large; the message says how much is allowed.",
    415: "A content type or encoding that is not taken.",
    429: "The limit of the key or the org; Retry-After says how long to wait.",
    503: "Busy or down; Retry-After says when to try again.",
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
            "description": "Send events in; read an org's numbers.",
        },
        "paths": {
            "/api/v1/events": {"post": _send()},
            "/api/v1/dashboards": {"get": _list()},
            "/api/v1/dashboards/{dashboard}/data": {"get": _data()},
            "/api/v1/dashboards/{dashboard}/panels/{widget}.csv": {"get": _csv()},
            "/api/v1/dashboards/{dashboard}/panels/{widget}.json": {"get": _panel()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                kind: {"type": "http", "scheme": "bearer", "description": description}
                for kind, description in _BEARERS.items()
            },
            "headers": {
                "RetryAfter": {
                    "description": "Seconds to wait.",
                    "schema": {"type": "string", "pattern": "^[0-9]+$"},
                }
            },
        },
    }


def _schemas() -> dict[str, Any]:
    """Return the schemas of the structs that validate and serialize the bodies."""
    _references, components = msgspec.json.schema_components(
        [EventFields, schemas.Receipt, schemas.Dashboards, schemas.Data, Error],
        ref_template="#/components/schemas/{name}",
    )
    event = components.pop("EventFields")
    for field in event["properties"].values():
        for kind in field.get("anyOf", [field]):
            if "pattern" in kind:  # ECMA 262 has other anchors than Python
                kind["pattern"] = kind["pattern"].replace(r"\A", "^").replace(r"\Z", "$")
    return {**components, "Event": {**event, "title": "Event"}}


def _send() -> dict[str, Any]:
    events = {"type": "array", "items": _reference("Event"), "maxItems": MAX_EVENTS}
    bodies = {
        "application/json": {
            "schema": {"oneOf": [events, {**_object({"events": events}), "title": "Events"}]}
        },
        "application/x-ndjson": {"schema": {"type": "string"}},
    }
    receipt = {"application/json": {"schema": _reference("Receipt")}}
    return {
        "operationId": "sendEvents",
        "summary": "Send events; the answer comes after the commit.",
        "description": (
            f"At most {MAX_EVENTS:,} events and {MAX_BYTES:,} bytes as sent, "
            f"{MAX_UNPACKED_BYTES:,} "
            "unpacked. Send the same again after any error: an id counts once."
        ),
        "security": [{"ingest": []}],
        "requestBody": {"required": True, "content": bodies},
        "responses": {
            "200": {"description": "All are stored, or were stored before.", "content": receipt},
            "207": {
                "description": "Some were rejected; the others are stored.",
                "content": receipt,
            },
            **_errors(400, 401, 403, 413, 415, 429, 503),
        },
    }


def _list() -> dict[str, Any]:
    return {
        "operationId": "listDashboards",
        "summary": "The dashboards in scope.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [_query("org", "The org's slug; needed with a login session.")],
        "responses": {
            "200": _response("Dashboards", "The dashboards."),
            **_errors(400, 401, 403, 404, 503),
        },
    }


def _data() -> dict[str, Any]:
    return {
        "operationId": "readDashboard",
        "summary": "Every panel's rows, as of one moment.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [_path("dashboard"), *_time()],
        "responses": {
            "200": _response("Data", "The numbers."),
            **_errors(400, 401, 403, 404, 503),
        },
    }


def _panel() -> dict[str, Any]:
    return {
        **_data(),
        "operationId": "readPanelAsJson",
        "summary": "One panel's rows, as of one moment.",
        "parameters": [_path("dashboard"), _path("widget"), *_time()],
    }


def _csv() -> dict[str, Any]:
    table = {"text/csv": {"schema": {"type": "string"}}}
    return {
        "operationId": "readPanel",
        "summary": "One panel's rows as CSV.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [
            _path("dashboard"),
            _path("widget"),
            *_time(),
            _query("bom", "1 starts the file with a byte order mark, for spreadsheets."),
        ],
        "responses": {
            "200": {"description": "A header of JSON's keys, and the rows.", "content": table},
            **_errors(400, 401, 403, 404, 503),
        },
    }


def _time() -> list[dict[str, Any]]:
    moment = "RFC 3339 with an offset"
    return [
        _query("org", "The org's slug; needed with a login session."),
        _query("time_range", f"One of {_PRESETS}; {DEFAULT_PRESET.word} if absent."),
        _query("as_of", f"Freezes the view: {moment}."),
        _query("from", f"Begin of a custom range: {moment}; with “to”."),
        _query("to", f"End of a custom range, not included: {moment}."),
        _query("tz", "An IANA time zone, in place of the org's."),
        _query(
            "compare",
            f"What numbers are compared with: {', '.join(COMPARISONS)}, or FROM/TO, two times; "
            f"{PREVIOUS} if absent.",
        ),
        {
            **_query("filter", "FIELD:VALUE, by what the dashboard's panels show; several may be."),
            "schema": {"type": "array", "items": {"type": "string"}},
        },
    ]


def _query(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _response(schema: str, description: str) -> dict[str, Any]:
    content = {"application/json": {"schema": _reference(schema)}}
    return {"description": description, "content": content}


def _errors(*statuses: int) -> dict[str, Any]:
    responses = {str(status): _response("Error", _ERRORS[status]) for status in statuses}
    for status in {"429", "503"} & responses.keys():
        retry_after = {"$ref": "#/components/headers/RetryAfter"}
        responses[status]["headers"] = {"Retry-After": retry_after}
    return responses


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**properties},
        "required": list(properties),
        "additionalProperties": False,
    }

"""The API's OpenAPI 3.1 description, at `/api/v1/openapi.json`.

Schemas, limits and allowed values come from the code that validates and serializes.
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
    "ingest": "An ingest key.",
    "read": "A read key.",
    "embed": "An embed token, or the page token it was exchanged for. For one dashboard.",
}
_ERRORS = {
    400: "Invalid input. The message says what to fix.",
    401: "Missing or invalid key.",
    403: "Wrong kind of key.",
    404: "Not found, or it belongs to another org.",
    413: "Too large. The message states the limit.",
    415: "Unsupported content type or encoding.",
    429: "Rate limit of the key or the org exceeded. Retry-After says how long to wait.",
    503: "Temporarily unavailable. Retry-After says how long to wait.",
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
            "description": "Send events and read an org's metrics.",
        },
        "paths": {
            "/api/v1/events": {"post": _send()},
            "/api/v1/dashboards": {"get": _list()},
            "/api/v1/schema": {"get": _sent_events()},
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
                    "description": "Seconds to wait before retrying.",
                    "schema": {"type": "string", "pattern": "^[0-9]+$"},
                }
            },
        },
    }


def _schemas() -> dict[str, Any]:
    """Return the schemas of the structs that validate and serialize the bodies."""
    _references, components = msgspec.json.schema_components(
        [EventFields, schemas.Receipt, schemas.Dashboards, schemas.Data, schemas.SentEvents, Error],
        ref_template="#/components/schemas/{name}",
    )
    event = components.pop("EventFields")
    for field in event["properties"].values():
        for kind in field.get("anyOf", [field]):
            if "pattern" in kind:  # ECMA 262 writes anchors differently
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
        "summary": "Send events. The response is sent after the events are committed.",
        "description": (
            f"At most {MAX_EVENTS:,} events and {MAX_BYTES:,} bytes as sent, "
            f"{MAX_UNPACKED_BYTES:,} bytes uncompressed. After an error, send the same events "
            "again: each id counts once."
        ),
        "security": [{"ingest": []}],
        "requestBody": {"required": True, "content": bodies},
        "responses": {
            "200": {
                "description": "All events are stored or were already stored.",
                "content": receipt,
            },
            "207": {
                "description": "Some events were rejected; the others are stored.",
                "content": receipt,
            },
            **_errors(400, 401, 403, 413, 415, 429, 503),
        },
    }


def _list() -> dict[str, Any]:
    return {
        "operationId": "listDashboards",
        "summary": "List the dashboards in scope.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [_query("org", "The org's slug. Required with a login session.")],
        "responses": {
            "200": _response("Dashboards", "The dashboards."),
            **_errors(400, 401, 403, 404, 503),
        },
    }


def _sent_events() -> dict[str, Any]:
    return {
        "operationId": "listSentEvents",
        "summary": "List the event types that the org has sent, and their properties.",
        "security": [{"read": []}],
        "parameters": [_query("org", "The org's slug. Required with a login session.")],
        "responses": {
            "200": _response("SentEvents", "The event types."),
            **_errors(400, 401, 403, 404, 503),
        },
    }


def _data() -> dict[str, Any]:
    return {
        "operationId": "readDashboard",
        "summary": "Get the rows of all panels, as of one moment.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [_path("dashboard"), *_time()],
        "responses": {
            "200": _response("Data", "The rows of all panels."),
            **_errors(400, 401, 403, 404, 503),
        },
    }


def _panel() -> dict[str, Any]:
    return {
        **_data(),
        "operationId": "readPanelAsJson",
        "summary": "Get the rows of one panel, as of one moment.",
        "parameters": [_path("dashboard"), _path("widget"), *_time()],
    }


def _csv() -> dict[str, Any]:
    table = {"text/csv": {"schema": {"type": "string"}}}
    return {
        "operationId": "readPanel",
        "summary": "Get the rows of one panel as CSV.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [
            _path("dashboard"),
            _path("widget"),
            *_time(),
            _query("bom", "1 adds a byte order mark, for spreadsheets."),
        ],
        "responses": {
            "200": {
                "description": "A header row with the keys of the JSON rows, then the rows.",
                "content": table,
            },
            **_errors(400, 401, 403, 404, 503),
        },
    }


def _time() -> list[dict[str, Any]]:
    moment = "RFC 3339 with an offset"
    return [
        _query("org", "The org's slug. Required with a login session."),
        _query("time_range", f"One of {_PRESETS}. Default: {DEFAULT_PRESET.word}."),
        _query("as_of", f"Freezes the view: {moment}."),
        _query("from", f"Start of a custom range: {moment}. Requires “to”."),
        _query("to", f"End of a custom range (exclusive): {moment}. Requires “from”."),
        _query("tz", "An IANA time zone. Default: the org's."),
        _query(
            "compare",
            f"What to compare with: {', '.join(COMPARISONS)}, or two times as FROM/TO. "
            f"Default: {PREVIOUS}.",
        ),
        {
            **_query("filter", "FIELD:VALUE, for a field that a panel shows. Can be repeated."),
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

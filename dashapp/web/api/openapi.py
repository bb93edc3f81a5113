"""The API described for programs: OpenAPI 3.1, at `/api/v1/openapi.json`.

Limits and words come from the code that enforces them.
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
from dashapp.web.access.guard import public

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
    """The whole description."""
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
            "schemas": {**_event_schemas(), **_schemas()},
            "securitySchemes": {
                kind: {"type": "http", "scheme": "bearer", "description": said}
                for kind, said in _BEARERS.items()
            },
            "headers": {
                "RetryAfter": {
                    "description": "Seconds to wait.",
                    "schema": {"type": "string", "pattern": "^[0-9]+$"},
                }
            },
        },
    }


def _event_schemas() -> dict[str, Any]:
    (reference,), found = msgspec.json.schema_components(
        [EventFields], ref_template="#/components/schemas/{name}"
    )
    assert reference == {"$ref": "#/components/schemas/EventFields"}
    event = found["EventFields"]
    for field in event["properties"].values():
        for kind in field.get("anyOf", [field]):
            if "pattern" in kind:  # the syntax of ECMA 262
                kind["pattern"] = kind["pattern"].replace(r"\A", "^").replace(r"\Z", "$")
    return {"Event": {**event, "title": "Event"}}


def _schemas() -> dict[str, Any]:
    count = {"type": "integer", "minimum": 0}
    text = {"type": "string"}
    return {
        "Receipt": _object(
            {
                "accepted": count,
                "duplicates": count,
                "rejected": {"type": "array", "items": _reference("Rejection")},
            }
        ),
        "Rejection": _object({"index": count, "code": text, "message": text}),
        "Error": _object({"error": _object({"code": text, "message": text, "request_id": text})}),
        "Dashboards": _object(
            {
                "dashboards": {
                    "type": "array",
                    "items": _object(
                        {"slug": text, "title": text, "project": {"type": ["string", "null"]}}
                    ),
                }
            }
        ),
        "Data": _object(
            {
                "as_of": {"type": "string", "format": "date-time"},
                "time_range": _object(
                    {
                        "preset": {"type": ["string", "null"]},
                        "start": {"type": "string", "format": "date-time"},
                        "end": {"type": "string", "format": "date-time"},
                        "timezone": text,
                        "bucket": {"enum": ["5m", "15m", "1h", "1d", "1w", "1mo"]},
                    }
                ),
                "panels": {"type": "array", "items": _reference("Panel")},
            }
        ),
        "Panel": _object(
            {
                "slug": text,
                "title": text,
                "status": {"enum": ["ok", "empty", "error"]},
                "rows": {"type": "array", "items": {"type": "object"}},
            },
            not_filtered_by={
                "type": "array",
                "items": text,
                "description": "Fields of filters that the panel's events do not have.",
            },
        ),
    }


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
            "200": _answer("Dashboards", "The dashboards."),
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
            "200": _answer("Data", "The numbers."),
            **_errors(400, 401, 403, 404, 503),
        },
    }


def _panel() -> dict[str, Any]:
    found = _data()
    return {
        **found,
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


def _answer(schema: str, description: str) -> dict[str, Any]:
    content = {"application/json": {"schema": _reference(schema)}}
    return {"description": description, "content": content}


def _errors(*statuses: int) -> dict[str, Any]:
    found = {str(status): _answer("Error", _ERRORS[status]) for status in statuses}
    for status in ("429", "503"):
        if status in found:
            found[status]["headers"] = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
    return found


def _object(properties: Mapping[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**properties, **optional},
        "required": list(properties),
        "additionalProperties": False,
    }

"""Operations of an org's keys: events are sent, numbers are read."""

from typing import Any

from dashapp.domain.events.batches import MAX_BYTES, MAX_EVENTS, MAX_UNPACKED_BYTES
from dashapp.web.api.asked import MAX_BYTES as MAX_QUESTION_BYTES
from dashapp.web.api.description.parts import (
    errors,
    object_of,
    path_parameter,
    query_parameter,
    reference,
    response,
    times,
)


def paths() -> dict[str, Any]:
    """Return the operations by path."""
    return {
        "/api/v1/events": {"post": _send()},
        "/api/v1/dashboards": {"get": _list()},
        "/api/v1/schema": {"get": _sent_events()},
        "/api/v1/metrics": {"get": _metrics()},
        "/api/v1/query": {"post": _ask()},
        "/api/v1/dashboards/{dashboard}/data": {"get": _data()},
        "/api/v1/dashboards/{dashboard}/panels/{widget}.csv": {"get": _csv()},
        "/api/v1/dashboards/{dashboard}/panels/{widget}.json": {"get": _panel()},
    }


def _send() -> dict[str, Any]:
    event = {"anyOf": [reference("Event"), reference("EventOfOrg")]}
    events = {"type": "array", "items": event, "maxItems": MAX_EVENTS}
    bodies = {
        "application/json": {
            "schema": {"oneOf": [events, {**object_of({"events": events}), "title": "Events"}]}
        },
        "application/x-ndjson": {"schema": {"type": "string"}},
    }
    receipt = {"application/json": {"schema": reference("Receipt")}}
    return {
        "operationId": "sendEvents",
        "summary": "Send events. The response is sent after the events are committed.",
        "description": (
            f"At most {MAX_EVENTS:,} events and {MAX_BYTES:,} bytes as sent, "
            f"{MAX_UNPACKED_BYTES:,} bytes uncompressed. After an error, send the same events "
            "again: each id counts once. With a key for all orgs, each event names its “org”; "
            "those with the code try_again must be sent again."
        ),
        "security": [{"ingest": []}, {"admin": []}],
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
            **errors(400, 401, 403, 413, 415, 429, 503),
        },
    }


def _list() -> dict[str, Any]:
    return {
        "operationId": "listDashboards",
        "summary": "List the dashboards in scope.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [query_parameter("org", "The org's slug. Required with a login session.")],
        "responses": {
            "200": response("Dashboards", "The dashboards."),
            **errors(400, 401, 403, 404, 503),
        },
    }


def _sent_events() -> dict[str, Any]:
    return {
        "operationId": "listSentEvents",
        "summary": "List the event types that the org has sent, and their properties.",
        "security": [{"read": []}],
        "parameters": [query_parameter("org", "The org's slug. Required with a login session.")],
        "responses": {
            "200": response("SentEvents", "The event types."),
            **errors(400, 401, 403, 404, 503),
        },
    }


def _metrics() -> dict[str, Any]:
    return {
        "operationId": "listMetrics",
        "summary": "List the metrics that can be asked about.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [query_parameter("org", "The org's slug. Required with a login session.")],
        "responses": {
            "200": response("Metrics", "The metrics."),
            **errors(400, 401, 403, 404, 503),
        },
    }


def _ask() -> dict[str, Any]:
    return {
        "operationId": "askAboutMetric",
        "summary": "Ask one question about a metric.",
        "description": f"At most {MAX_QUESTION_BYTES:,} bytes.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [query_parameter("org", "The org's slug. Required with a login session.")],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": reference("Question")}},
        },
        "responses": {
            "200": response("Numbers", "The rows of the answer."),
            **errors(400, 401, 403, 404, 413, 415, 503),
        },
    }


def _data() -> dict[str, Any]:
    return {
        "operationId": "readDashboard",
        "summary": "Get the rows of all panels, as of one moment.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [path_parameter("dashboard"), *times()],
        "responses": {
            "200": response("Data", "The rows of all panels."),
            **errors(400, 401, 403, 404, 503),
        },
    }


def _panel() -> dict[str, Any]:
    return {
        **_data(),
        "operationId": "readPanelAsJson",
        "summary": "Get the rows of one panel, as of one moment.",
        "parameters": [path_parameter("dashboard"), path_parameter("widget"), *times()],
    }


def _csv() -> dict[str, Any]:
    table = {"text/csv": {"schema": {"type": "string"}}}
    return {
        "operationId": "readPanel",
        "summary": "Get the rows of one panel as CSV.",
        "security": [{"read": []}, {"embed": []}],
        "parameters": [
            path_parameter("dashboard"),
            path_parameter("widget"),
            *times(),
            query_parameter("bom", "1 adds a byte order mark, for spreadsheets."),
        ],
        "responses": {
            "200": {
                "description": "A header row with the keys of the JSON rows, then the rows.",
                "content": table,
            },
            **errors(400, 401, 403, 404, 503),
        },
    }

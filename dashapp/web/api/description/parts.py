"""What the operations of the OpenAPI description are made of."""

from collections.abc import Mapping
from typing import Any

from dashapp.domain.time.comparison import COMPARISONS, PREVIOUS
from dashapp.domain.time.presets import DEFAULT_PRESET, known_presets

_PRESETS = ", ".join(known_presets())
_ERRORS = {
    400: "Invalid input. The message says what to fix.",
    401: "Missing or invalid key.",
    403: "Wrong kind of key, or a scope is missing.",
    404: "Not found, or it belongs to another org.",
    409: "It conflicts with what is there. The message says with what.",
    412: "It is not in the state that the request expects.",
    413: "Too large. The message states the limit.",
    415: "Unsupported content type or encoding.",
    429: "Rate limit of the key or the org exceeded. Retry-After says how long to wait.",
    503: "Temporarily unavailable. Retry-After says how long to wait.",
}


def times() -> list[dict[str, Any]]:
    """Return the parameters of a view."""
    moment = "RFC 3339 with an offset"
    return [
        query_parameter("org", "The org's slug. Required with a login session."),
        query_parameter("time_range", f"One of {_PRESETS}. Default: {DEFAULT_PRESET.word}."),
        query_parameter("as_of", f"Freezes the view: {moment}."),
        query_parameter("from", f"Start of a custom range: {moment}. Requires “to”."),
        query_parameter("to", f"End of a custom range (exclusive): {moment}. Requires “from”."),
        query_parameter("tz", "An IANA time zone. Default: the org's."),
        query_parameter(
            "compare",
            f"What to compare with: {', '.join(COMPARISONS)}, or two times as FROM/TO. "
            f"Default: {PREVIOUS}.",
        ),
        query_parameter(
            "metric",
            "A panel with one number of the dashboard: the large chart shows its number over time.",
        ),
        {
            **query_parameter(
                "filter",
                "FIELD:VALUE, or FIELD:!VALUE for all but it. Panels must show the field. "
                "Can be repeated.",
            ),
            "schema": {"type": "array", "items": {"type": "string"}},
        },
    ]


def query_parameter(name: str, description: str) -> dict[str, Any]:
    """Return a parameter of the query string."""
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}


def path_parameter(name: str) -> dict[str, Any]:
    """Return a parameter of the path."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def reference(name: str) -> dict[str, str]:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def response(schema: str, description: str) -> dict[str, Any]:
    """Return a JSON response with this schema."""
    content = {"application/json": {"schema": reference(schema)}}
    return {"description": description, "content": content}


def errors(*statuses: int) -> dict[str, Any]:
    """Return the error responses with these statuses."""
    responses = {str(status): response("Error", _ERRORS[status]) for status in statuses}
    for status in {"429", "503"} & responses.keys():
        retry_after = {"$ref": "#/components/headers/RetryAfter"}
        responses[status]["headers"] = {"Retry-After": retry_after}
    return responses


def object_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that needs all of these properties."""
    return {
        "type": "object",
        "properties": {**properties},
        "required": list(properties),
        "additionalProperties": False,
    }

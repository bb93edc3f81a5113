"""What the operations of the installation's keys are made of."""

from typing import Any

from dashapp.web.api.control.requests import DEFAULT_PAGE, MAX_PAGE
from dashapp.web.api.description.parts import path_parameter, query_parameter, reference

COMMON = (400, 401, 403, 404, 503)  # statuses of errors
PAGE = (
    query_parameter("limit", f"From 1 to {MAX_PAGE:,}. Default: {DEFAULT_PAGE}."),
    query_parameter("after", "The “next” of the page before."),
)


def operation(
    name: str, summary: str, path: tuple[str, ...] = (), *parameters: dict[str, Any]
) -> dict[str, Any]:
    """Return the parts of an operation that do not depend on its body and its responses."""
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"admin": []}],
        "parameters": [*map(path_parameter, path), *parameters],
    }


def body(schema: str) -> dict[str, Any]:
    """Return the body that an operation requires."""
    content = {"application/json": {"schema": reference(schema)}}
    return {"requestBody": {"required": True, "content": content}}

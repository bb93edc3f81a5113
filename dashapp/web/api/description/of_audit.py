"""Operations that read audits."""

from typing import Any

from dashapp.web.api.description.operations import COMMON, PAGE, operation
from dashapp.web.api.description.parts import errors, query_parameter, response

_FILTERS = (
    *PAGE,
    query_parameter("action", "Only entries of this action, such as key_added."),
    query_parameter("since", "Only entries from this moment on: RFC 3339 with an offset."),
    query_parameter("until", "Only entries before this moment: RFC 3339 with an offset."),
)


def paths() -> dict[str, Any]:
    """Return the operations by path."""
    return {
        "/api/v1/orgs/{org}/audit": {"get": _audit()},
        "/api/v1/audit": {"get": _installation_audit()},
    }


def _audit() -> dict[str, Any]:
    return {
        **operation("readAudit", "Get an org's audit. Scope: audit.", ("org",), *_FILTERS),
        "responses": {"200": response("Entries", "A page of entries."), **errors(*COMMON)},
    }


def _installation_audit() -> dict[str, Any]:
    org = query_parameter("org", "Only entries about this org, by its slug. It may be removed.")
    return {
        **operation(
            "readInstallationAudit",
            "Get the installation's audit. Scope: audit.",
            (),
            *_FILTERS,
            org,
        ),
        "responses": {"200": response("Entries", "A page of entries."), **errors(*COMMON)},
    }

"""Operations of the installation's keys: the control plane."""

from typing import Any

from dashapp.store.deletion.orgs import MAX_AFTER_DAYS
from dashapp.store.orgs.reserved_slugs import RESERVED_DAYS
from dashapp.web.api.control import answers, bodies
from dashapp.web.api.description import of_audit
from dashapp.web.api.description.operations import COMMON, PAGE, body, operation
from dashapp.web.api.description.parts import (
    errors,
    query_parameter,
    response,
)

STRUCTS = (
    bodies.OrgBody,
    bodies.KeyBody,
    bodies.MemberBody,
    bodies.OriginsBody,
    answers.Orgs,
    answers.OrgAnswer,
    answers.KeyAnswer,
    answers.Keys,
    answers.MemberAnswer,
    answers.Members,
    answers.OriginsAnswer,
    answers.Boards,
    answers.ProvisionedBoard,
    answers.Entries,
    answers.RemovalAnswer,
)
_WRITING = (*COMMON, 409, 413, 415)
_EMPTY = {"204": {"description": "Done."}}
_CONDITIONS = (
    ("If-Match", "An ETag of the org: refuse the change with 412 if it has changed since."),
    ("If-None-Match", "*: add an org only; 412 if it exists."),
)


def paths() -> dict[str, Any]:
    """Return the operations by path."""
    org = "/api/v1/orgs/{org}"
    return {
        "/api/v1/orgs": {"get": _list_orgs()},
        org: {"get": _read_org(), "put": _put_org(), "delete": _remove_org()},
        "/api/v1/removals/{removal}": {"get": _removal()},
        f"{org}/keys": {"get": _list_keys(), "post": _add_key()},
        f"{org}/keys/{{key}}": {"delete": _revoke_key()},
        f"{org}/members": {"get": _list_members()},
        f"{org}/members/{{email}}": {"put": _put_member(), "delete": _remove_member()},
        f"{org}/origins": {"get": _list_origins(), "put": _put_origins()},
        f"{org}/boards": {"get": _list_boards()},
        f"{org}/boards/{{board}}": {"put": _put_board(), "delete": _remove_board()},
        **of_audit.paths(),
    }


def _list_orgs() -> dict[str, Any]:
    return {
        **operation("listOrgs", "List orgs by slug. Scope: orgs.", (), *PAGE),
        "responses": {"200": response("Orgs", "A page of orgs."), **errors(*COMMON)},
    }


def _read_org() -> dict[str, Any]:
    return {
        **operation("readOrg", "Get an org, with counts. Scope: orgs.", ("org",)),
        "responses": {"200": response("OrgAnswer", "The org."), **errors(*COMMON)},
    }


def _put_org() -> dict[str, Any]:
    headers = [
        {"name": name, "in": "header", "description": text, "schema": {"type": "string"}}
        for name, text in _CONDITIONS
    ]
    return {
        **operation("putOrg", "Add an org, or change it. Scope: orgs.", ("org",), *headers),
        "description": "Idempotent. Lists replace as a whole, but boards are only added.",
        **body("OrgBody"),
        "responses": {
            "200": response("OrgAnswer", "The org as it is now."),
            "201": response("OrgAnswer", "The new org."),
            **errors(*_WRITING, 412),
        },
    }


def _remove_org() -> dict[str, Any]:
    return {
        **operation(
            "removeOrg",
            "Remove an org with all its data. Scope: orgs.",
            ("org",),
            query_parameter("confirm", "The slug again. Required."),
            query_parameter("release", "1: a new org can have the slug at once."),
            query_parameter(
                "after_days",
                f"Delete the data so many days later, up to {MAX_AFTER_DAYS}. Access ends at once.",
            ),
        ),
        "description": f"The slug is refused for {RESERVED_DAYS} days, unless it is released.",
        "responses": {
            "200": response("RemovalAnswer", "Everything is gone."),
            "202": response("RemovalAnswer", "Access has ended. Upkeep deletes the data."),
            **errors(*COMMON, 412),
        },
    }


def _removal() -> dict[str, Any]:
    return {
        **operation("readRemoval", "Get the receipt of a removal. Scope: orgs.", ("removal",)),
        "responses": {"200": response("RemovalAnswer", "The receipt."), **errors(*COMMON)},
    }


def _list_keys() -> dict[str, Any]:
    return {
        **operation("listKeys", "List an org's keys. Scope: keys.", ("org",), *PAGE),
        "responses": {"200": response("Keys", "A page of keys."), **errors(*COMMON)},
    }


def _add_key() -> dict[str, Any]:
    return {
        **operation("addKey", "Add a key. Its secret is shown once. Scope: keys.", ("org",)),
        "description": "If an active key has the name, the error 409 has its id.",
        **body("KeyBody"),
        "responses": {"201": response("KeyAnswer", "The new key."), **errors(*_WRITING)},
    }


def _revoke_key() -> dict[str, Any]:
    return {
        **operation("revokeKey", "Revoke a key at once. Scope: keys.", ("org", "key")),
        "responses": {**_EMPTY, **errors(*COMMON)},
    }


def _list_members() -> dict[str, Any]:
    return {
        **operation(
            "listMembers", "List members and invitations. Scope: members.", ("org",), *PAGE
        ),
        "responses": {"200": response("Members", "A page of members."), **errors(*COMMON)},
    }


def _put_member() -> dict[str, Any]:
    return {
        **operation(
            "putMember", "Add or invite a person, or change a role. Scope: members.",
            ("org", "email"),
        ),
        **body("MemberBody"),
        "responses": {
            "200": response("MemberAnswer", "The member."),
            "201": response("MemberAnswer", "The new member, or the invitation."),
            **errors(*_WRITING, 429),
        },
    }  # fmt: skip


def _remove_member() -> dict[str, Any]:
    return {
        **operation(
            "removeMember", "Remove a member or an invitation. Scope: members.", ("org", "email")
        ),
        "responses": {**_EMPTY, **errors(*COMMON, 409)},
    }


def _list_origins() -> dict[str, Any]:
    return {
        **operation("listOrigins", "List origins that may embed. Scope: orgs.", ("org",)),
        "responses": {"200": response("OriginsAnswer", "The origins."), **errors(*COMMON)},
    }


def _put_origins() -> dict[str, Any]:
    return {
        **operation("putOrigins", "Replace the vendor's origins. Scope: orgs.", ("org",)),
        **body("OriginsBody"),
        "responses": {"200": response("OriginsAnswer", "The origins."), **errors(*_WRITING)},
    }


def _list_boards() -> dict[str, Any]:
    return {
        **operation("listBoards", "List an org's dashboards. Scope: boards.", ("org",)),
        "responses": {"200": response("Boards", "The dashboards."), **errors(*COMMON)},
    }


def _put_board() -> dict[str, Any]:
    return {
        **operation(
            "putBoard", "Give an org a board, or its new panels. Scope: boards.", ("org", "board")
        ),
        "responses": {
            "200": response("ProvisionedBoard", "The dashboard is up to date."),
            "201": response("ProvisionedBoard", "The new dashboard."),
            **errors(*COMMON, 409),
        },
    }


def _remove_board() -> dict[str, Any]:
    return {
        **operation("removeBoard", "Delete a board's dashboards. Scope: boards.", ("org", "board")),
        "responses": {**_EMPTY, **errors(*COMMON)},
    }

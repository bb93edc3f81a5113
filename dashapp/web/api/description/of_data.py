"""Operations of the installation's keys on usage, embed sessions, persons, and exports."""

from typing import Any

from dashapp.store.exports.target import FORMATS
from dashapp.web.api.control.data import answers
from dashapp.web.api.description.operations import COMMON, PAGE, body, operation
from dashapp.web.api.description.parts import errors, query_parameter, response
from dashapp.web.http.files.event_files import MEDIA_TYPES

STRUCTS = (
    answers.Usage,
    answers.EmbedSessionBody,
    answers.EmbedSession,
    answers.PersonsEvents,
    answers.Erasure,
    answers.RemovedEvent,
)


def paths() -> dict[str, Any]:
    """Return the operations by path."""
    org = "/api/v1/orgs/{org}"
    return {
        "/api/v1/usage": {"get": _usage()},
        f"{org}/embed-sessions": {"post": _embed_session()},
        f"{org}/users/{{user}}/events": {"get": _read_person()},
        f"{org}/users/{{user}}": {"delete": _erase_person()},
        f"{org}/events/{{event}}": {"delete": _remove_event()},
        f"{org}/export": {"get": _export()},
    }


def _usage() -> dict[str, Any]:
    month = query_parameter("month", "Such as 2026-11. Required.")
    return {
        **operation("readUsage", "Get what orgs used in a month. Scope: usage.", (), month, *PAGE),
        "responses": {"200": response("Usage", "A page of orgs."), **errors(*COMMON)},
    }


def _embed_session() -> dict[str, Any]:
    return {
        **operation("makeEmbedSession", "Sign an embed token. Scope: embed.", ("org",)),
        **body("EmbedSessionBody"),
        "responses": {
            "201": response("EmbedSession", "The token. It ends when the key is revoked."),
            **errors(*COMMON, 413, 415),
        },
    }


def _read_person() -> dict[str, Any]:
    path = ("org", "user")
    return {
        **operation("readPerson", "Get the events of a user. Scope: data.", path, *PAGE),
        "responses": {"200": response("PersonsEvents", "A page of events."), **errors(*COMMON)},
    }


def _erase_person() -> dict[str, Any]:
    return {
        **operation("erasePerson", "Erase a user. Scope: data.", ("org", "user")),
        "responses": {
            "200": response("Erasure", "The events are gone."),
            "202": response("Erasure", "Upkeep erases them."),
            **errors(*COMMON),
        },
    }


def _remove_event() -> dict[str, Any]:
    return {
        **operation("removeEvent", "Remove one event for good. Scope: data.", ("org", "event")),
        "responses": {"200": response("RemovedEvent", "The event is gone."), **errors(*COMMON)},
    }


def _export() -> dict[str, Any]:
    content = {media_type: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}
    return {
        **operation(
            "exportEvents",
            "Get an org's events as a file. Scope: data.",
            ("org",),
            query_parameter("format", f"One of: {', '.join(FORMATS)}. Required."),
            query_parameter("from", "The first day, in the org's time zone."),
            query_parameter("to", "The day after the last one."),
        ),
        "responses": {
            "200": {"description": "The events by time.", "content": content},
            **errors(*COMMON),
        },
    }

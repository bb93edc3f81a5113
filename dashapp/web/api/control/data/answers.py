"""The bodies of requests and answers, as structs that validate, serialize and describe them."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from dashapp.domain.access.embed import MAX_SESSION
from dashapp.web.api.schemas import Count, Instant


class OrgUsage(Struct, forbid_unknown_fields=True):
    """What an org has used in a month (UTC, by the time of receipt)."""

    org: str
    received: Annotated[int, Meta(ge=0, description="Events sent over HTTP, with any verdict.")]
    stored: Annotated[int, Meta(ge=0, description="New events, with those of imports.")]
    imported: Annotated[int, Meta(ge=0, description="New events of imports.")]
    duplicates: Count
    rejected: Count
    bytes: Annotated[int, Meta(ge=0, description="Of received events as JSON, uncompressed.")]
    views: Annotated[int, Meta(ge=0, description="Dashboards that were opened.")]
    viewers: Annotated[int, Meta(ge=0, description="Different viewers of these.")]


class Usage(Struct, forbid_unknown_fields=True):
    """A page of orgs by slug. `next` is the parameter `after` of the next page."""

    month: str
    orgs: list[OrgUsage]
    next: str | None


class EmbedSessionBody(Struct, forbid_unknown_fields=True, frozen=True):
    """Who sees which dashboard. The fields are those of embed tokens; `viewer` is their `sub`."""

    dashboard: Annotated[str, Meta(max_length=63)]
    viewer: Annotated[str, Meta(min_length=1, max_length=200)]
    session: Annotated[int, Meta(ge=0, le=MAX_SESSION, description="Seconds.")] | UnsetType = UNSET
    project: Annotated[str, Meta(max_length=63)] | UnsetType = UNSET
    filters: dict[str, list[str]] | UnsetType = UNSET
    time: dict[str, Any] | UnsetType = UNSET
    tz: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    locale: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    theme: str | dict[str, Any] | UnsetType = UNSET
    can: list[str] | UnsetType = UNSET


class EmbedSession(Struct, forbid_unknown_fields=True):
    """An embed token that the server signed. It must be exchanged before `expires_at`."""

    token: str
    url: Annotated[str, Meta(description="For the iframe.")]
    expires_at: Instant


class StoredEvent(Struct, forbid_unknown_fields=True):
    """An event as it is stored."""

    id: str
    type: str
    occurred_at: Instant
    user: str | None
    channel: str
    project: str
    properties: dict[str, Any]
    received_at: Instant


class PersonsEvents(Struct, forbid_unknown_fields=True):
    """A page of a user's events, by type and time. `next` is `after` of the next page.

    With `is_being_erased`, the user was erased: what is left here is removed soon.
    """

    events: list[StoredEvent]
    next: str | None
    is_being_erased: bool


class Erasure(Struct, forbid_unknown_fields=True):
    """The erasure of a user, who had these events; at most 100,001 are counted."""

    status: Literal["erased", "erasing"]
    events: Count


class RemovedEvent(Struct, forbid_unknown_fields=True):
    """An event that was removed. Its id is kept, so that it is not stored again."""

    id: str
    type: str
    occurred_at: Instant

"""The bodies of answers, as structs that serialize and describe them."""

from typing import Annotated, Any, Literal

from flask import Response
from msgspec import UNSET, Meta, Struct, UnsetType

from dashapp.domain.access.roles import Role
from dashapp.domain.time.instant import from_us, to_text
from dashapp.web.api.schemas import Count, Instant


class OrgCounts(Struct, forbid_unknown_fields=True):
    """How much belongs to an org."""

    events: Count
    members: Count
    invitations: Count
    keys: Annotated[int, Meta(ge=0, description="Active ones.")]
    dashboards: Count


class ListedOrg(Struct, forbid_unknown_fields=True):
    """An org in the list of orgs."""

    slug: str
    name: str
    timezone: str
    locale: str
    currency: str | None


class Orgs(Struct, forbid_unknown_fields=True):
    """A page of orgs by slug. `next` is the parameter `after` of the next page."""

    orgs: list[ListedOrg]
    next: str | None


class OrgAnswer(Struct, forbid_unknown_fields=True):
    """An org. `origins` are those that the vendor set. The ETag covers all but the counts."""

    slug: str
    name: str
    timezone: str
    locale: str
    currency: str | None
    keep_days: int | None
    boards: list[str]
    origins: list[str]
    counts: OrgCounts | UnsetType = UNSET


class KeyAnswer(Struct, forbid_unknown_fields=True):
    """A new key. Its secret cannot be read again."""

    id: str
    secret: str
    kind: str
    name: str


class ListedKey(Struct, forbid_unknown_fields=True):
    """A key without its secret. `hint` are the secret's last characters."""

    id: str
    kind: str
    name: str | None
    hint: str | None
    created_at: Instant
    last_used_at: Instant | None
    revoked_at: Instant | None


class Keys(Struct, forbid_unknown_fields=True):
    """A page of an org's keys, also revoked ones, the oldest first.

    `next` is the parameter `after` of the next page.
    """

    keys: list[ListedKey]
    next: str | None


class MemberAnswer(Struct, forbid_unknown_fields=True):
    """A member, or a person who is invited.

    `link` is to hand over, if the installation sends no mail.
    """

    email: str
    role: Role
    status: Literal["member", "invited"]
    expires_at: Instant | UnsetType = UNSET
    link: str | UnsetType = UNSET


class Members(Struct, forbid_unknown_fields=True):
    """A page of an org's members by address, then those who are invited.

    `next` is the parameter `after` of the next page.
    """

    members: list[MemberAnswer]
    next: str | None


class OriginsAnswer(Struct, forbid_unknown_fields=True):
    """Origins that may embed. `own` are those that the org's administrators set."""

    origins: list[str]
    own: list[str]


class BoardAnswer(Struct, forbid_unknown_fields=True):
    """A dashboard of an org, and the board that it is of; null for one that people made."""

    board: str | None
    dashboard: str
    title: str
    project: str
    is_default: bool


class Boards(Struct, forbid_unknown_fields=True):
    """The dashboards of an org."""

    boards: list[BoardAnswer]


class ProvisionedBoard(Struct, forbid_unknown_fields=True):
    """What became of a board: its dashboard, and the panels that were added to it."""

    board: str
    dashboard: str
    added: list[str]


class EntryAnswer(Struct, forbid_unknown_fields=True):
    """An entry of an audit: who did what, and when."""

    at: Instant
    actor_kind: str
    actor: str
    actor_name: str
    address: str
    browser: str
    action: str
    target: str
    before: Any
    after: Any
    request_id: str
    org: str | UnsetType = UNSET


class Entries(Struct, forbid_unknown_fields=True):
    """A page of entries, the newest first. `next` is the parameter `after` of the next page."""

    entries: list[EntryAnswer]
    next: str | None


class RemovalAnswer(Struct, forbid_unknown_fields=True):
    """The receipt of a removed org, which names neither it nor people.

    `counts` are deleted rows by table. `usage` is that of the month of the removal. Backups are
    free of the org's data since `backups_clean_since`; `remains` says what may still have it.
    """

    id: str
    status: Literal["waiting", "removing", "finished"]
    started_at: Instant
    due_at: Instant
    finished_at: Instant | None
    counts: dict[str, Count]
    usage: dict[str, str | int]
    backups_clean_since: Instant | None
    remains: list[str]


def instant(at: int) -> str:
    """Return microseconds as text."""
    return to_text(from_us(at))


def instant_or_none(at: int | None) -> str | None:
    return None if at is None else instant(at)


def empty() -> Response:
    """Return the answer after a deletion."""
    return Response(status=204)

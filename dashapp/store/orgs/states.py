"""The state of an org: its revision, and what its tallies cover. Writers lock its row.

It is read once per transaction, so that everything shown comes from one state.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, delete, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import NotFound
from dashapp.domain.language import _
from dashapp.domain.metrics.folding import KeptTally
from dashapp.domain.metrics.tallies import Tally, tally_from_definition
from dashapp.domain.time.local_days import TalliedDays
from dashapp.domain.time.zones import zone_named
from dashapp.store.orgs.due import HISTORY_QUIET, wake
from dashapp.store.postgresql import wait_for_locks
from dashapp.store.tables import org_states, tally_states

_CACHE = "org_state"
IMPATIENT = "is_impatient"  # key of a session's info: its transactions do not wait for locks


@dataclass(frozen=True)
class OrgState:
    """The state of an org; times in microseconds. `stale` are the days to count again.

    `stale_at` is when an event last arrived for such a day; `stale_version` changes when these days
    or their events do. `has_fields` says whether `event_fields` covers the properties of all
    events; `fields_version` changes when it loses rows. No UTC day after `sealed_until` is sealed.
    """

    revision: int
    first_event_at: int | None
    last_event_at: int | None
    timezone: str
    stale: tuple[int, ...]
    stale_at: int | None
    stale_version: int
    last_user_number: int
    has_fields: bool
    fields_version: int
    sealed_until: int | None
    tallies: tuple[KeptTally, ...]

    @cached_property
    def zone(self) -> ZoneInfo:
        return zone_named(self.timezone)

    def find_tally(self, tally: Tally) -> tuple[int, TalliedDays] | None:
        """Return a tally's number and the days it is complete for, or None if it is not kept."""
        for number, org_tally, from_day in self.tallies:
            if org_tally == tally:
                return number, TalliedDays(self.zone, from_day, self.stale, self.last_event_at)
        return None


_COLUMNS = (
    "revision",
    "first_event_at",
    "last_event_at",
    "timezone",
    "stale_days",
    "stale_at",
    "stale_version",
    "last_user_number",
    "has_fields",
    "fields_version",
    "sealed_until",
)
# One row per tally, each with the state; an org without tallies has one row.
_STATE = (
    select(
        *(org_states.c[name] for name in _COLUMNS),
        tally_states.c.tally,
        tally_states.c.definition,
        tally_states.c.from_day,
    )
    .outerjoin_from(
        org_states,
        tally_states,
        (tally_states.c.org_id == org_states.c.org_id)
        & (tally_states.c.org_id == bindparam("org")),
    )
    .where(org_states.c.org_id == bindparam("org"))
    .order_by(tally_states.c.tally)
)
_LOCK = (
    select(org_states.c.revision).where(org_states.c.org_id == bindparam("org")).with_for_update()
)


def org_state(session: Session, scope: Scope) -> OrgState:
    """Return the org's state as this transaction sees it. Raises NotFound after a deletion."""
    cached = session.info.get(_CACHE)
    if cached is None or cached[0] != scope.org_id:
        cached = session.info[_CACHE] = (scope.org_id, _read(session, scope))
    state: OrgState = cached[1]
    return state


def delete_state(session: Session, scope: Scope) -> None:
    """Delete the state: every writer needs it, so nothing is added to the org from then on."""
    session.execute(delete(org_states).where(org_states.c.org_id == scope.org_id))
    forget_state(session)


def forget_state(session: Session) -> None:
    """Read the state again next time: this or another transaction may have changed it."""
    session.info.pop(_CACHE, None)


def lock(session: Session, scope: Scope) -> OrgState:
    """Lock the org: with one writer at a time, overlapping batches cannot deadlock.

    Raises NotFound if the org has been deleted, at least in part: nothing may be added to it.
    SQLite has already taken its write lock, with BEGIN IMMEDIATE.
    """
    if session.get_bind().dialect.name == "postgresql":
        if not session.info.get(IMPATIENT):
            wait_for_locks(session)  # batches wait for their turn
        session.execute(_LOCK, {"org": scope.org_id})
    forget_state(session)
    return org_state(session, scope)


def _read(session: Session, scope: Scope) -> OrgState:
    rows = session.execute(_STATE, {"org": scope.org_id}).all()
    if not rows:
        raise NotFound(_("Org not found."))
    row = rows[0]
    tallies = [
        KeptTally(tally.tally, tally_from_definition(tally.definition), tally.from_day)
        for tally in rows
        if tally.tally is not None
    ]
    return OrgState(
        revision=row.revision,
        first_event_at=row.first_event_at,
        last_event_at=row.last_event_at,
        timezone=row.timezone,
        stale=tuple(row.stale_days),
        stale_at=row.stale_at,
        stale_version=row.stale_version,
        last_user_number=row.last_user_number,
        has_fields=row.has_fields,
        fields_version=row.fields_version,
        sealed_until=row.sealed_until,
        tallies=tuple(tallies),
    )


def touch(session: Session, scope: Scope, times: Sequence[int], last_user_number: int) -> None:
    """Record that events with these times were added: a new revision, and the first and last."""
    params = {
        "org": scope.org_id,
        "first": min(times),
        "last": max(times),
        "last_number": last_user_number,
    }
    session.execute(_TOUCH, params)
    forget_state(session)


_TOUCH = (
    update(org_states)
    .where(org_states.c.org_id == bindparam("org"))
    .values(
        revision=org_states.c.revision + 1,
        first_event_at=case(
            (org_states.c.first_event_at < bindparam("first"), org_states.c.first_event_at),
            else_=bindparam("first"),
        ),
        last_event_at=case(
            (org_states.c.last_event_at > bindparam("last"), org_states.c.last_event_at),
            else_=bindparam("last"),
        ),
        last_user_number=bindparam("last_number"),
    )
)


def change_state(session: Session, scope: Scope, **values: object) -> None:
    """Set columns of the state, and a new revision, so that open boards refresh."""
    session.execute(
        update(org_states)
        .where(org_states.c.org_id == scope.org_id)
        .values(revision=org_states.c.revision + 1, **values)
    )
    forget_state(session)


def set_stale(
    session: Session,
    scope: Scope,
    days: Iterable[int],
    *,
    stale_at: int | None = None,
    **values: object,
) -> None:
    """Mark days whose tallies must not be read until they are counted again.

    Call this for each change of their events, even if the days stay the same. With `stale_at`, more
    changes are expected: upkeep counts them after a quiet time.
    """
    stale_version = org_states.c.stale_version + 1
    stale_days = sorted(set(days))
    if stale_at is not None:
        values["stale_at"] = stale_at
    change_state(session, scope, stale_days=stale_days, stale_version=stale_version, **values)
    if stale_days:
        wake(session, scope, 0 if stale_at is None else stale_at + HISTORY_QUIET)

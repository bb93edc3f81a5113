"""When upkeep has to look at an org next: one question for all orgs, instead of several for each.

`orgs.due_at` is never later than the moment at which the org has work. Code that makes work calls
`wake` in the same transaction, under the org's lock. Upkeep sets the next moment under the same
lock, after it has looked at what remains. If a process is killed in between, the org is still due.

Every org is looked at once a day in any case. A moment further ahead than that comes from a clock
that was wrong, and is due, too.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.time.instant import SECOND
from dashapp.store.orgs.orgs import IS_NOT_DELETED, ORG_COLUMNS, org_from
from dashapp.store.tables import orgs

HISTORY_QUIET = 30 * SECOND  # without new events for stale days, before they are counted
LONGEST = 24 * 3600 * SECOND  # between two looks at an org
_SPREAD = 12 * 3600  # seconds: orgs that were looked at together are not due together
_PAGE = 500

_WAKE = (
    update(orgs)
    .where(orgs.c.id == bindparam("org"), orgs.c.due_at > bindparam("at"))
    .values(due_at=bindparam("at"))
)
_SEALED = (
    update(orgs)
    .where(orgs.c.id == bindparam("org"), orgs.c.has_segments.is_not(True))
    .values(has_segments=True)
)
_SETTLE = (
    update(orgs)
    .where(orgs.c.id == bindparam("org"), orgs.c.keep_days.is_not_distinct_from(bindparam("keep")))
    .values(due_at=bindparam("at"), has_segments=bindparam("is_sealed"))
)
_NEXT = (
    select(*ORG_COLUMNS, orgs.c.keep_days)
    .where(orgs.c.id > bindparam("after"), IS_NOT_DELETED)
    .order_by(orgs.c.id)
    .limit(_PAGE)
)
_DUE = or_(
    orgs.c.due_at.is_(None),
    orgs.c.due_at <= bindparam("until"),
    orgs.c.due_at > bindparam("latest"),
)
_OTHER_NEEDS = orgs.c.needs_digest.is_distinct_from(bindparam("digest"))


class DueOrg(NamedTuple):
    """An org to look at, and for how many days its events are kept; None means forever."""

    org: Org
    keep_days: int | None


class Question(NamedTuple):
    """Which orgs are due at `now`, in microseconds, or within `ahead` of it.

    With `digest`, also those whose panels' needs were last compared with others.
    """

    now: int
    ahead: int = 0
    digest: str | None = None


def wake(session: Session, scope: Scope, at: int = 0) -> None:
    """Let upkeep look at the org at this moment, in microseconds, or earlier.

    The org must be locked.
    """
    session.execute(_WAKE, {"org": scope.org_id, "at": at})


def record_segments(session: Session, scope: Scope) -> None:
    """Record that the org has segments, of which machines keep copies. The org must be locked."""
    session.execute(_SEALED, {"org": scope.org_id})


def next_due(session: Session, question: Question, after: int) -> Sequence[DueOrg]:
    """Return the next orgs, by id, that are due; `after` is the id of the last one."""
    params = {
        "after": after,
        "until": question.now + question.ahead,
        "latest": question.now + LONGEST,
    }
    if question.digest is None:
        return _page(session, _NEXT.where(_DUE), params)
    return _page(session, _NEXT.where(_DUE | _OTHER_NEEDS), {**params, "digest": question.digest})


def next_orgs(session: Session, after: int, *, have_segments: bool = False) -> Sequence[DueOrg]:
    """Return the next of all orgs, by id, or of those that may have segments."""
    statement = _NEXT.where(orgs.c.has_segments.is_not(False)) if have_segments else _NEXT
    return _page(session, statement, {"after": after})


def settle(
    session: Session, due: DueOrg, at: int | None, question: Question, *, is_sealed: bool
) -> None:
    """Record that the org has no work before `at`; None if nothing is known to come.

    The org must be locked. If it has another retention than `due`, it stays due.
    """
    latest = latest_look(due.org.id, question.now)
    values: dict[str, object] = {
        "org": due.org.id,
        "keep": due.keep_days,
        "at": latest if at is None else min(at, latest),
        "is_sealed": is_sealed,
    }
    if question.digest is None:
        session.execute(_SETTLE, values)
    else:
        session.execute(_SETTLE.values(needs_digest=question.digest), values)


def latest_look(number: int, now: int) -> int:
    """Return when an org without work is looked at again: in 12 to 24 hours, by its number."""
    return now + LONGEST - number * 7919 % _SPREAD * SECOND


def _page(session: Session, statement: object, params: Mapping[str, object]) -> Sequence[DueOrg]:
    rows = session.execute(statement, params)  # type: ignore[call-overload]
    return [DueOrg(org_from(row), row.keep_days) for row in rows]

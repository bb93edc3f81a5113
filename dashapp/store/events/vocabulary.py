"""An org's event types and projects, added when they first appear in an event.

Both are limited, so that a sender that makes up a new type for every event gets an error.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event, Rejection
from dashapp.store.sql.dialect import as_texts
from dashapp.store.sql.parameters import text_values
from dashapp.store.tables import event_types, projects

MAX_TYPES = 1_000
MAX_PROJECTS = 10_000


class _Vocabulary(NamedTuple):
    """A table of names, how many of them an org can have, and the error beyond that."""

    table: Any
    column_name: str
    limit: int
    code: str
    message: str

    @property
    def column(self) -> Any:
        return self.table.c[self.column_name]


_TYPES = _Vocabulary(
    event_types,
    "type",
    MAX_TYPES,
    "too_many_types",
    f"The org already has {MAX_TYPES:,} event types. Reuse a type and put details in “properties”.",
)
_PROJECTS = _Vocabulary(
    projects,
    "slug",
    MAX_PROJECTS,
    "too_many_projects",
    f"The org already has {MAX_PROJECTS:,} projects. Reuse one of them.",
)


def add_types_and_projects(
    session: Session, scope: Scope, batch: Sequence[Event], *, now: int
) -> dict[int, Rejection]:
    """Add the types and projects of a batch.

    Returns a rejection, by index, for each event whose type or project exceeds the limit.
    """
    excess_types = _add_names(session, scope, _TYPES, [event.type for event in batch], {})
    slugs = [event.project for event in batch]
    excess_projects = _add_names(session, scope, _PROJECTS, slugs, {"created_at": now})
    if not excess_types and not excess_projects:
        return {}
    rejections: dict[int, Rejection] = {}
    for index, event in enumerate(batch):
        for vocabulary, excess, name in (
            (_TYPES, excess_types, event.type),
            (_PROJECTS, excess_projects, event.project),
        ):
            if name in excess:
                rejections[index] = Rejection(index, vocabulary.code, vocabulary.message)
    return rejections


def _add_names(
    session: Session,
    scope: Scope,
    vocabulary: _Vocabulary,
    names: Iterable[str],
    values: dict[str, object],
) -> set[str]:
    """Add new names in order of appearance, up to the limit; return those beyond it.

    `values` are the other columns of new rows.
    """
    names = list(dict.fromkeys(names))
    existing = _existing_names(session, scope, vocabulary, names)
    new_names = [name for name in names if name not in existing]
    if not new_names:
        return set()
    count = session.execute(
        select(func.count())
        .select_from(vocabulary.table)
        .where(vocabulary.table.c.org_id == scope.org_id)
    ).scalar_one()
    room = max(0, vocabulary.limit - count)
    rows = [
        {"org_id": scope.org_id, vocabulary.column_name: name, **values}
        for name in new_names[:room]
    ]
    if rows:
        session.execute(insert(vocabulary.table), rows)
    return set(new_names[room:])


_EXISTING = {
    vocabulary.column_name: select(vocabulary.column).where(
        vocabulary.table.c.org_id == bindparam("org"), vocabulary.column.in_(text_values("names"))
    )
    for vocabulary in (_TYPES, _PROJECTS)
}


def _existing_names(
    session: Session, scope: Scope, vocabulary: _Vocabulary, names: Sequence[str]
) -> set[str]:
    params = {"org": scope.org_id, "names": as_texts(names)}
    return set(session.execute(_EXISTING[vocabulary.column_name], params).scalars())

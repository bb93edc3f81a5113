"""The words that an org's events use: types and projects, added when they first appear.

There may be many, but not without end: a sender that makes up a type an event is told so.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event, Rejection
from dashapp.store.sql.dialect import as_texts
from dashapp.store.sql.parameters import listed
from dashapp.store.tables import event_types, projects

MAX_TYPES = 1_000
MAX_PROJECTS = 10_000


class _Vocabulary(NamedTuple):
    """A table of words of an org, and how many there may be."""

    table: Any
    word: str
    most: int
    code: str
    message: str

    @property
    def column(self) -> Any:
        return self.table.c[self.word]


_TYPES = _Vocabulary(
    event_types,
    "type",
    MAX_TYPES,
    "too_many_types",
    f"The org has {MAX_TYPES:,} types of events already. Put what differs under “properties”.",
)
_PROJECTS = _Vocabulary(
    projects,
    "slug",
    MAX_PROJECTS,
    "too_many_projects",
    f"The org has {MAX_PROJECTS:,} projects already.",
)


def admit(
    session: Session, scope: Scope, batch: Sequence[Event], *, now: int
) -> dict[int, Rejection]:
    """Learn the types and projects of a batch; by index, the events that bring too many."""
    types = _learn(session, scope, _TYPES, [event.type for event in batch], {})
    names = [event.project for event in batch]
    slugs = _learn(session, scope, _PROJECTS, names, {"created_at": now})
    if not types and not slugs:
        return {}
    refused: dict[int, Rejection] = {}
    for index, event in enumerate(batch):
        for words, word, said in ((types, event.type, _TYPES), (slugs, event.project, _PROJECTS)):
            if word in words:
                refused[index] = Rejection(index, said.code, said.message)
    return refused


def _learn(
    session: Session,
    scope: Scope,
    said: _Vocabulary,
    words: Iterable[str],
    values: dict[str, object],
) -> set[str]:
    """Add the words that are new, in order; those for which there is no room."""
    wanted = list(dict.fromkeys(words))
    known = _known(session, scope, said, wanted)
    fresh = [word for word in wanted if word not in known]
    if not fresh:
        return set()
    count = session.execute(
        select(func.count()).select_from(said.table).where(said.table.c.org_id == scope.org_id)
    ).scalar_one()
    room = max(0, said.most - count)
    rows = [{"org_id": scope.org_id, said.word: word, **values} for word in fresh[:room]]
    if rows:
        session.execute(insert(said.table), rows)
    return set(fresh[room:])


_KNOWN = {
    said.word: select(said.column).where(
        said.table.c.org_id == bindparam("org"), said.column.in_(listed("words"))
    )
    for said in (_TYPES, _PROJECTS)
}


def _known(session: Session, scope: Scope, said: _Vocabulary, words: Sequence[str]) -> set[str]:
    params = {"org": scope.org_id, "words": as_texts(words)}
    return set(session.execute(_KNOWN[said.word], params).scalars())

"""The orgs of the attacks: Rival, whose people wait, Busy, which attacks, and Crowd, which is large."""

import random
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from benchmarks import setting
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.secrets import passwords
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import to_us
from dashapp.store.engine import Store
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs import keys
from dashapp.store.people import users

PASSWORD = "correct horse battery"
EMAIL = "rita@rival.example"
BULK_USER = "bulk"
WORD = "validationdependencies"  # a label with many spellings
_QUESTIONS, _SPELLINGS, _CROWD = 300_000, 200_000, 1_000_000
_RIVAL = 20_000
_BULK = 0.3  # of the crowd's events are one user's
_BATCH = 5_000
_PANELS = (
    "total-validations", "total-errors", "success-rate", "total-warnings", "events-time-series",
    "users-time-series", "runs-by-outcome", "warnings-by-code", "conversations.search_term",
)  # fmt: skip


class Cast(NamedTuple):
    """The database and its orgs, and the secrets of keys."""

    store: Store
    rival: Scope
    busy: Scope
    crowd: Scope
    rival_reads: str
    rival_sends: str
    busy_reads: str
    busy_sends: str

    @property
    def url(self) -> str:
        return str(self.store.url.render_as_string(hide_password=False))


def make_cast(store: Store, size: float) -> Cast:
    """Store the orgs and `size` times the usual number of events."""
    rival, busy, crowd = (setting.new_org(store, slug) for slug in ("rival", "busy", "crowd"))
    setting.fill(store, rival, min(_RIVAL, int(_QUESTIONS * size)))
    setting.fill(store, busy, int(_QUESTIONS * size))
    _store_all(store, busy, _spellings(int(_SPELLINGS * size), busy.org_id))
    setting.place(store, busy, _PANELS)
    _store_all(store, crowd, _of_crowd(int(_CROWD * size), crowd.org_id))
    with store.write_shared() as session:
        hashed = passwords.hash_password(PASSWORD)
        user = users.insert_user(session, EMAIL, hashed, now=1)
        users.set_membership(session, rival, user, Role.OWNER, now=1)
        secrets = [
            keys.insert_key(session, scope, kind, now=1)[1]
            for scope in (rival, busy)
            for kind in (KeyKind.READ, KeyKind.INGEST)
        ]
    return Cast(store, rival, busy, crowd, *secrets)


def _store_all(store: Store, scope: Scope, events: Iterator[Event]) -> None:
    while batch := list(islice(events, _BATCH)):
        with store.write(scope) as session:
            ingest(session, scope, batch, received_at=to_us(setting.NOW))


def _spellings(count: int, seed: int) -> Iterator[Event]:
    """Yield searches for one term that is written in many ways."""
    rng = random.Random(seed)
    for event in setting.sample_events(count, seed + 1_000):
        term = "".join(rng.choice((letter, letter.upper())) for letter in WORD)
        yield event._replace(type="conversation.search_term", properties=f'{{"term":"{term}"}}')


def _of_crowd(count: int, seed: int) -> Iterator[Event]:
    """Yield events of which one user has many."""
    rng = random.Random(seed)
    for event in setting.sample_events(count, seed):
        yield event._replace(user=BULK_USER) if rng.random() < _BULK else event

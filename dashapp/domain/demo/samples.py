"""Sample events of a validation product and of a shop: what belongs to one run or one search.

Everything is drawn from texts: the same id always is the same event.
"""

import json
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import to_us

_STARTED_AFTER, _ENDED_AFTER = timedelta(minutes=5), timedelta(minutes=15)
_TO_CART = timedelta(minutes=4)
_USERS = 30
_ORG_IN_ID = 24  # ids are unique per org anyway, and have 64 characters
_WORKFLOWS = ("product-data", "supplier-onboarding", "invoice-intake", "contract-review")
# Which validator finds what. One of them is noisy: half of all warnings are its own.
_FOUND = {
    "ERROR": (
        ("required-fields", "missing-field"),
        ("references", "bad-reference"),
        ("required-fields", "missing-field"),
        ("schema", "wrong-type"),
        ("units", "unit-mismatch"),
    ),
    "WARNING": (
        ("naming-rules", "unusual-name"),
        ("schema", "outdated-schema"),
        ("naming-rules", "unusual-name"),
        ("units", "unit-mismatch"),
        ("naming-rules", "long-name"),
        ("references", "bad-reference"),
    ),
    "INFO": (("schema", "outdated-schema"), ("references", "moved-target")),
}
_WISHES = (
    ("running shoes", "Ridge 2 trail shoe"),
    ("rain jacket", "Drift shell jacket"),
    ("trail shoes women", "Ridge 2 trail shoe, women"),
    ("hiking backpack 30l", "Summit daypack 28"),
    ("merino base layer", "Merino crew 150"),
    ("gore-tex", "Drift shell jacket"),
    ("water bottle insulated", "Insulated bottle 0.75 l"),
    ("headlamp", "Lumen 400 headlamp"),
    ("kids sandals", "Kids sandal, strap"),
    ("gift card", "Gift card"),
    ("trekking poles", "Alpine trekking poles"),
    ("down vest", "Packable down vest"),
    ("camp mug", "Camp mug, enamel"),
    ("wool socks", "Trail sock, 3-pack"),
    ("tent 2 persons", "Dome tent 2"),
    ("sleeping mat", "Air mat, light"),
)
_SEVERITIES = ("WARNING", "INFO", "INFO", "WARNING", "ERROR", "INFO")  # by turns


class Run(NamedTuple):
    """A validation run: its id, when it was created, by whom, and how long its steps take."""

    id: str
    created: datetime
    who: tuple[str, str]  # user and channel
    number: int  # among the runs of its day
    fails: bool
    started_after: timedelta = _STARTED_AFTER
    ended_after: timedelta = _ENDED_AFTER


def run_events(run: Run) -> Iterator[Event]:
    """A run is created, started and ended, with what it found."""
    steps = (
        ("created", timedelta()),
        ("started", run.started_after),
        ("failed" if run.fails else "succeeded", run.ended_after),
    )
    for step, after in steps:
        kind = f"validation_run.{step}"
        at = run.created + after
        yield sample_event(f"{run.id}-{step}", kind, at, run.who, {"run_id": run.id})
    yield from _findings(run)


def _findings(run: Run) -> Iterator[Event]:
    """Three severities by turns, an ERROR first where a run fails and once a day in any case."""
    for place in range(1 + run.number % 3 + (2 if run.fails else 0)):
        is_error = place == 0 and (run.fails or run.number == 0)
        severity = "ERROR" if is_error else _SEVERITIES[(run.number + place) % len(_SEVERITIES)]
        found = _FOUND[severity]
        validator, code = found[noise(f"{run.id} {place}") % len(found)]
        properties = {
            "run_id": run.id,
            "severity": severity,
            "code": code,
            "validator": validator,
            "workflow": _WORKFLOWS[noise(run.id) % len(_WORKFLOWS)],
        }
        at = run.created + run.ended_after
        yield sample_event(f"{run.id}-finding-{place}", "finding.recorded", at, run.who, properties)


def conversation_events(
    talk: str, at: datetime, user: str, wish: str, index: int
) -> Iterator[Event]:
    """A search, and every third time what was found goes into the cart.

    `wish` is any text: the same one always is the same search.
    """
    term, product = _WISHES[_rank(wish)]
    who = (user, "web")
    spelled = term.title() if index % 5 == 0 else term
    yield sample_event(f"{talk}-term", "conversation.search_term", at, who, {"term": spelled})
    if index % 3 == 0:
        later = at + _TO_CART
        cart = {"product": product}
        yield sample_event(f"{talk}-cart", "conversation.product_added_to_cart", later, who, cart)


def _rank(text: str) -> int:
    """A place in the list of wishes: the first ones are drawn much more often."""
    return min(int(noise(text) * noise(f"{text}!") / 9_801 * len(_WISHES)), len(_WISHES) - 1)


def id_prefix(org: str) -> str:
    """The beginning of the ids of an org's sample events."""
    return org[:_ORG_IN_ID]


def sample_user(text: str) -> str:
    """One of the sample users, always the same for a text."""
    return f"user-{noise(text) % _USERS + 1:02d}"


def noise(text: str) -> int:
    """A number from 0 to 99 that always is the same for a text."""
    return zlib.crc32(text.encode()) % 100


def sample_event(
    event_id: str, kind: str, at: datetime, who: tuple[str, str], properties: dict[str, str]
) -> Event:
    """A sample event; `who` are a user and a channel."""
    return Event(
        id=event_id,
        type=kind,
        occurred_at=to_us(at),
        user=who[0],
        channel=who[1],
        project="default",
        properties=json.dumps(properties, separators=(",", ":"), sort_keys=True),
    )

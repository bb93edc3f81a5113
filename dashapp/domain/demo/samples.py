"""Sample events of one validation run or one search in a shop.

Hashes of ids replace random numbers: the same id always produces the same event.
"""

import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson

from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import to_us

_STARTED_AFTER, _ENDED_AFTER = timedelta(minutes=5), timedelta(minutes=15)
_TO_CART = timedelta(minutes=4)
_USERS = 30
_MAX_ORG_IN_ID = 24  # ids have at most 64 characters and need to be unique only within an org
_WORKFLOWS = ("product-data", "supplier-onboarding", "invoice-intake", "contract-review")
# Severity -> (validator, code). One validator is noisy: it reports half of all warnings.
_FINDINGS = {
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
_SEARCHES = (
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
_SEVERITIES = ("WARNING", "INFO", "INFO", "WARNING", "ERROR", "INFO")  # in turn


class Run(NamedTuple):
    """A validation run: its id, when and by whom it was created, and how long its steps take."""

    id: str
    created: datetime
    source: tuple[str, str]  # user and channel
    number: int  # index among the runs of its day
    fails: bool
    started_after: timedelta = _STARTED_AFTER
    ended_after: timedelta = _ENDED_AFTER


def run_events(run: Run) -> Iterator[Event]:
    """Yield the created, started and ended events of a run, then its findings."""
    steps = (
        ("created", timedelta()),
        ("started", run.started_after),
        ("failed" if run.fails else "succeeded", run.ended_after),
    )
    for step, after in steps:
        kind = f"validation_run.{step}"
        at = run.created + after
        yield sample_event(f"{run.id}-{step}", kind, at, run.source, {"run_id": run.id})
    yield from _findings(run)


def _findings(run: Run) -> Iterator[Event]:
    """Yield findings of alternating severity.

    The first finding is an ERROR if the run fails or is the first one of its day.
    """
    for place in range(1 + run.number % 3 + (2 if run.fails else 0)):
        is_error = place == 0 and (run.fails or run.number == 0)
        severity = "ERROR" if is_error else _SEVERITIES[(run.number + place) % len(_SEVERITIES)]
        candidates = _FINDINGS[severity]
        validator, code = candidates[noise(f"{run.id} {place}") % len(candidates)]
        properties = {
            "run_id": run.id,
            "severity": severity,
            "code": code,
            "validator": validator,
            "workflow": _WORKFLOWS[noise(run.id) % len(_WORKFLOWS)],
        }
        at = run.created + run.ended_after
        yield sample_event(
            f"{run.id}-finding-{place}", "finding.recorded", at, run.source, properties
        )


def conversation_events(
    conversation_id: str, at: datetime, user: str, seed: str, index: int
) -> Iterator[Event]:
    """Yield a search, and for every third `index` a product added to the cart.

    `seed` is any text; the same seed always gives the same search.
    """
    term, product = _SEARCHES[_search_index(seed)]
    source = (user, "web")
    spelled = term.title() if index % 5 == 0 else term
    yield sample_event(
        f"{conversation_id}-term", "conversation.search_term", at, source, {"term": spelled}
    )
    if index % 3 == 0:
        later = at + _TO_CART
        cart = {"product": product}
        yield sample_event(
            f"{conversation_id}-cart", "conversation.product_added_to_cart", later, source, cart
        )


def _search_index(text: str) -> int:
    """Return an index into the searches; the first ones are much more frequent."""
    return min(int(noise(text) * noise(f"{text}!") / 9_801 * len(_SEARCHES)), len(_SEARCHES) - 1)


def id_prefix(org: str) -> str:
    """Return the prefix of the ids of an org's sample events."""
    return org[:_MAX_ORG_IN_ID]


def sample_user(text: str) -> str:
    """Return one of the sample users, always the same for a text."""
    return f"user-{noise(text) % _USERS + 1:02d}"


def noise(text: str) -> int:
    """Return a pseudo-random number from 0 to 99, always the same for a text."""
    return zlib.crc32(text.encode()) % 100


def sample_event(
    event_id: str,
    kind: str,
    at: datetime,
    source: tuple[str, str],
    properties: Mapping[str, object],
) -> Event:
    """Return a sample event; `source` is a user and a channel."""
    return Event(
        id=event_id,
        type=kind,
        occurred_at=to_us(at),
        user=source[0],
        channel=source[1],
        project="default",
        properties=orjson.dumps(properties, option=orjson.OPT_SORT_KEYS).decode(),
    )

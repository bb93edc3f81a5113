"""Bodies with events of many orgs: each event names its org with `"org": "acme"`."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from dashapp.domain.errors import BadInput
from dashapp.domain.events.batches import Batch, Reader, Value, add_to
from dashapp.domain.events.event import Rejection, is_slug

UNKNOWN_ORG, TRY_AGAIN = "unknown_org", "try_again"
_NO_ORG = "“org” must be the slug of an org, such as acme."
_UNKNOWN = "There is no org with the slug “{}”. Check “org”, or add the org first."


class Addressed(NamedTuple):
    """The events of a body by the slug of their org, and the events that name no org.

    `sizes` has the length of each org's events, valid or not, as JSON.
    """

    batches: dict[str, Batch]
    sizes: dict[str, int]
    lost: list[Rejection]

    @property
    def size(self) -> int:
        """How many events were sent, valid or not."""
        return len(self.lost) + sum(batch.size for batch in self.batches.values())


def addressed(readers: Sequence[Reader], *, received_at: datetime) -> Addressed:
    """Sort the values of a body by their org. Raises TooLarge."""
    body = Addressed({}, {}, [])
    for index, read in enumerate(readers):
        try:
            sent = read()
        except BadInput as error:
            body.lost.append(Rejection(index, error.code, error.message))
            continue
        slug = _take_org(sent)
        if slug is None:
            code = UNKNOWN_ORG if isinstance(sent.value, dict) else "not_an_object"
            message = _NO_ORG if isinstance(sent.value, dict) else "An event must be a JSON object."
            body.lost.append(Rejection(index, code, message))
            continue
        batch = body.batches.setdefault(slug, Batch([], [], []))
        body.sizes[slug] = body.sizes.get(slug, 0) + sent.size
        add_to(batch, index, sent, received_at)
    return body


def _take_org(sent: Value) -> str | None:
    """Return the slug of an event's org, and remove it from the event."""
    org = sent.value.pop("org", None) if isinstance(sent.value, dict) else None
    return org if isinstance(org, str) and is_slug(org) else None


def all_rejected(batch: Batch, code: str, message: str) -> list[Rejection]:
    """Return a rejection for each event of a batch, valid or not."""
    indexes = [*batch.indexes, *(rejection.index for rejection in batch.rejected)]
    return [Rejection(index, code, message) for index in indexes]


def unknown_org(batch: Batch, slug: str) -> list[Rejection]:
    """Return the rejections of the events of an org that does not exist."""
    return all_rejected(batch, UNKNOWN_ORG, _UNKNOWN.format(slug))

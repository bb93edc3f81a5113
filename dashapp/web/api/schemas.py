"""The bodies of the API's responses, as structs that serialize and describe them."""

from typing import Annotated, Any, Literal

from flask import Response
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.json import Encoder

from dashapp.queries.sent_events import Kind

Count = Annotated[int, Meta(ge=0)]
Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class Rejection(Struct, forbid_unknown_fields=True):
    """A rejected event: its index in the batch, and why."""

    index: Count
    code: str
    message: str


class Receipt(Struct, forbid_unknown_fields=True):
    """The outcome of a batch: the three counts add up to its length."""

    accepted: Count
    duplicates: Count
    rejected: list[Rejection]


class DashboardItem(Struct, forbid_unknown_fields=True):
    """A dashboard. `project` is null if it shows all projects."""

    slug: str
    title: str
    project: str | None


class Dashboards(Struct, forbid_unknown_fields=True):
    """The dashboards in scope."""

    dashboards: list[DashboardItem]


class ResolvedRange(Struct, forbid_unknown_fields=True):
    """The time range, resolved: `start` is included, `end` is not."""

    preset: str | None
    start: Instant
    end: Instant
    timezone: str
    bucket: Literal["5m", "15m", "1h", "1d", "1w", "1mo"]


class Panel(Struct, forbid_unknown_fields=True):
    """The rows of a panel."""

    slug: str
    title: str
    status: Literal["ok", "empty", "error"]
    rows: list[dict[str, Any]]
    reason: (
        Annotated[
            Literal["too_slow"], Meta(description="Ask about a shorter range, or remove filters.")
        ]
        | UnsetType
    ) = UNSET
    not_filtered_by: (
        Annotated[list[str], Meta(description="Filter fields that the panel's events do not have.")]
        | UnsetType
    ) = UNSET


class InsightItem(Struct, forbid_unknown_fields=True):
    """What stands out, in words. The other fields say the same to programs."""

    kind: Literal["change", "peak", "new"]
    panel: str
    text: str
    change: Annotated[float, Meta(description="Relative: 0.12 is 12% more.")] | UnsetType = UNSET
    label: Annotated[str, Meta(description="The new label among the first three.")] | UnsetType = (
        UNSET
    )
    start: Annotated[Instant, Meta(description="Of the peak's bucket.")] | UnsetType = UNSET
    end: Instant | UnsetType = UNSET


class Data(Struct, forbid_unknown_fields=True):
    """A dashboard's numbers at one moment. `insights` is empty if nothing stands out."""

    as_of: Instant
    time_range: ResolvedRange
    panels: list[Panel]
    insights: list[InsightItem] | UnsetType = UNSET


class PropertyItem(Struct, forbid_unknown_fields=True):
    """A property: its path, such as `wait.seconds`, and the kinds of its values."""

    name: str
    kinds: list[Kind]
    examples: (
        Annotated[
            list[str],
            Meta(
                description="Values that at least three users sent lately. Only for login sessions "
                "of owners, admins, and authors."
            ),
        ]
        | UnsetType
    ) = UNSET


class EventTypeItem(Struct, forbid_unknown_fields=True):
    """An event type: how many events it has, the time of the last one, and its properties."""

    type: str
    events: Count
    last_at: Instant
    properties: list[PropertyItem]


class SentEvents(Struct, forbid_unknown_fields=True):
    """What the org has sent."""

    types: list[EventTypeItem]


class MetricItem(Struct, forbid_unknown_fields=True):
    """A metric, and the fields that panels break it down by.

    `measure` is a measure such as `sum`, or `ratio` or `funnel`.
    """

    name: str
    title: str
    measure: Literal[
        "count", "users", "sum", "average", "min", "max", "p50", "p75", "p90", "p95", "p99",
        "unique", "ratio", "funnel",
    ]  # fmt: skip
    unit: Annotated[
        str | None,
        Meta(description="An ISO 4217 code, percent (0 to 1), %, ms, s, min, bytes, or any text."),
    ]
    by: list[str]


class Metrics(Struct, forbid_unknown_fields=True):
    """The metrics that can be asked about."""

    metrics: list[MetricItem]


class Numbers(Struct, forbid_unknown_fields=True):
    """The answer to a question: `metric` is its name, or its definition as sent."""

    as_of: Instant
    time_range: ResolvedRange
    metric: str | dict[str, Any]
    rows: list[dict[str, Any]]


_encoder = Encoder(decimal_format="number")


def respond(body: Struct, status: int = 200) -> Response:
    """Return a body as JSON, its fields in the order of its struct. Decimals are exact numbers."""
    return Response(_encoder.encode(body), status, content_type="application/json")

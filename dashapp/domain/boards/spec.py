"""The shape of a board file, as `dashapp boards schema` describes it.

The structs say which keys exist and what types they have. What fits together is checked in
`metric_reader.py` and `panel_reader.py`.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Text = str | dict[str, str]
Size = Literal["quarter", "third", "half", "two-thirds", "full"]
Better = Literal["higher", "lower", "neither"]
Show = Literal["number", "line", "bars", "list", "heatmap", "funnel", "events", "text"]
Measure = Literal[
    "count", "users", "sum", "average", "min", "max", "p50", "p75", "p90", "p95", "p99", "unique"
]
Period = Literal["day", "week", "month", "year"]
Types = Annotated[list[str], Meta(min_length=1, max_length=50)]


class FieldSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a field is named and how its values are shown."""

    title: Text | None = None
    names: dict[str, Text] = {}
    colors: dict[str, str] = {}
    unit: str | None = None
    values: list[str] = []
    always: list[str] = []
    text: Literal["exact", "trimmed", "folded"] = "exact"


class MetricSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is measured: events and a measure, a ratio of two metrics, or the steps of a funnel."""

    title: Text | None = None
    unit: str | None = None
    decimals: Annotated[int, Meta(ge=0, le=6)] | None = None
    better: Better = "neither"
    events: Types | None = None
    measure: Measure = "count"
    of: str | None = None
    where: dict[str, Any] = {}
    ratio: tuple[str, str] | None = None
    invert: bool = False
    steps: Annotated[list[str], Meta(min_length=2, max_length=10)] | None = None
    within: str | None = None
    same: str | None = None
    was: list[str] = []


class PanelSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a metric is shown."""

    metric: str | None = None
    metrics: Annotated[list[str], Meta(min_length=2, max_length=5)] | None = None
    widget: str | None = None
    show: Show | None = None
    by: str | None = None
    top: Annotated[int, Meta(ge=1, le=100)] | None = None
    where: dict[str, Any] = {}
    order: Literal["highest", "lowest"] = "highest"
    at_least: Annotated[int, Meta(ge=1)] | None = None
    target: Annotated[float, Meta(gt=0, le=1e15)] | None = None
    per: Period | None = None
    columns: Annotated[list[str], Meta(min_length=1, max_length=12)] | None = None
    text: Text | None = None
    title: Text | None = None
    size: Size | None = None
    group: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    names: dict[str, Text] = {}
    slug: str | None = None
    was: list[str] = []
    retired: bool = False


class BoardSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A dashboard that orgs can be given."""

    title: Text
    description: Text | None = None
    opens_with: str | None = None
    marks: list[str] = []
    panels: Annotated[list[PanelSpec], Meta(min_length=1)] = []
    was: list[str] = []
    default: bool = False
    all_projects: bool = True
    deletable: bool = True
    editable: bool = True
    noun: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    config: dict[str, Any] = {}


class FileSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A board file."""

    version: Literal[1]
    new_orgs: list[str] | None = None
    fields: dict[str, Any] = {}
    metrics: dict[str, MetricSpec] = {}
    boards: dict[str, BoardSpec] = {}
    texts: dict[str, dict[str, str]] = {}

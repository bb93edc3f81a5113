"""A widget is data: a query, and how its rows are drawn.

Third parties write one in ten lines and register it as an entry point in the group
`dashapp.widgets`; see docs/write-widgets.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar, cast

from sqlalchemy.orm import Session

from dashapp.domain.access.filters import filter_param
from dashapp.domain.access.scope import Scope
from dashapp.domain.language import _, as_inner_word, say
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.ask import Query as AskedQuery
from dashapp.queries.questions.lists import DEFAULT_LIMIT
from dashapp.widgets.look import Look

RowT = TypeVar("RowT")
Query = Callable[[Session, Scope, TimeRange], Sequence[RowT]]
__all__ = ["Better", "By", "Drawing", "Painted", "Query", "Size", "Tab", "Widget", "_"]


class Size(StrEnum):
    """The width of a panel on a wide screen, as a part of the board."""

    QUARTER = "quarter"
    THIRD = "third"
    HALF = "half"
    TWO_THIRDS = "two-thirds"
    FULL = "full"


class Better(StrEnum):
    """Which direction of change is good news. The color of a change depends on it."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class By(NamedTuple):
    """The field that a widget's series or labels are values of. Viewers can filter by it.

    `title` is translated when shown. A series is named by the part of the value after `prefix`. If
    `names` is not empty, only these series can be filtered by.
    """

    field: str
    title: str
    prefix: str = ""
    names: tuple[str, ...] = ()

    def filter_of(self, name: str) -> str | None:
        """The filter for a series or label, or None if it cannot be filtered by."""
        if self.names and name not in self.names:
            return None
        return filter_param(self.field, f"{self.prefix}{name}")

    def has(self, value: str) -> bool:
        """Whether a series or label can have this value."""
        name = value.removeprefix(self.prefix)
        return value == f"{self.prefix}{name}" and (not self.names or name in self.names)


class Tab(NamedTuple):
    """A panel that shares its place with others. `title` is in the viewer's language."""

    slug: str
    title: str


class Painted(NamedTuple):
    """The output of a drawing: Dash children for the panel's body, and a Plotly figure or None."""

    children: Any
    figure: dict[str, Any] | None = None


@dataclass(frozen=True)
class Drawing(Generic[RowT]):
    """How rows of one type become a panel.

    If `is_empty` returns true, the board shows a message instead. `columns` are the header of a CSV
    file without rows; of rows with fields of their own, JSON and CSV have only these. `kind`
    chooses the panel's style: `number`, `list`, `heat`, `funnel`, `events` or `text`; the default
    depends on `has_figure`. `assets` are scripts and styles in the drawing's package that pages
    load, such as `your_package:chart.css`. With a `look`, the board's sentence may be about the
    panel.
    """

    paint: Callable[["Widget[RowT]", Sequence[RowT], TimeRange], Painted]
    is_empty: Callable[[Sequence[RowT]], bool]
    has_figure: bool
    columns: tuple[str, ...] = ()
    kind: str = ""
    assets: tuple[str, ...] = ()
    look: Look | None = None


@dataclass(frozen=True)
class Widget(Generic[RowT]):
    """A kind of panel. The type checker refuses a drawing that does not fit the query.

    `title` is translated when shown, with `title_values` filled in. If `limits` is set, each panel
    can choose how many rows it lists, and the query takes the number as `limit`; without a choice,
    it lists `default_limit`. If `by` is set, a click on a series or a row filters the board by it.
    An elastic panel may be wider than `size` to fill its row. Lists of one `group` that are next to
    each other share a place on the board; `tabs` are then all of them (placing/tabs.py).
    """

    slug: str
    title: str
    size: Size
    query: Query[RowT]
    draw: Drawing[RowT]
    better: Better = Better.NEITHER
    limits: range | None = None
    by: By | None = None
    title_values: Mapping[str, str] = field(default_factory=dict)
    is_elastic: bool = False
    default_limit: int = DEFAULT_LIMIT
    group: str | None = None
    tabs: tuple["Tab", ...] = ()

    @property
    def full_title(self) -> str:
        """The title in the viewer's language."""
        values = {name: say(text) for name, text in self.title_values.items()}
        if "field" in values:
            values["field"] = as_inner_word(values["field"])
        return say(self.title, **values)

    @property
    def css_class(self) -> str:
        """The CSS class of its panels, which says how they are drawn."""
        if self.draw.has_figure:
            return "has-chart"
        kind = self.draw.kind or ("list" if self.limits else "number")
        return "kpi" if kind == "number" else f"has-{kind}"

    @property
    def base_query(self) -> Callable[..., Sequence[RowT]]:
        """The query without a panel's limit."""
        return self.query.func if isinstance(self.query, partial) else self.query

    def configured_query(self, config: Mapping[str, Any]) -> Query[RowT]:
        """The query with the limit of a panel's configuration, if it is a valid one."""
        limit = config.get("limit")
        if self.limits is None or type(limit) is not int or limit not in self.limits:
            return self.query
        if isinstance(self.query, AskedQuery):
            return self.query.with_limit(limit)
        return partial(cast("Callable[..., Sequence[RowT]]", self.query), limit=limit)

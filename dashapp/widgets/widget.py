"""A widget is data: a question, and how its answer is drawn.

Third parties make one in ten lines and announce it as an entry point in the group
`dashapp.widgets`; see docs/widgets.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar, cast

from sqlalchemy.orm import Session

from dashapp.domain.access.filters import filter_param
from dashapp.domain.access.scope import Scope
from dashapp.domain.language import _
from dashapp.domain.time.time_range import TimeRange

RowT = TypeVar("RowT")
Query = Callable[[Session, Scope, TimeRange], Sequence[RowT]]
__all__ = ["Better", "By", "Drawing", "Painted", "Query", "Size", "Widget", "_"]


class Size(StrEnum):
    """How much of the board's width a panel takes on a wide screen."""

    QUARTER = "quarter"
    THIRD = "third"
    HALF = "half"
    TWO_THIRDS = "two-thirds"
    FULL = "full"


class Better(StrEnum):
    """Which direction of a number is good news. A change is coloured by meaning."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class By(NamedTuple):
    """The field whose values a widget's series or labels are: a board can be filtered by them.

    `title` is a key. A series is the value after `prefix`; with `names`, only those are values.
    """

    field: str
    title: str
    prefix: str = ""
    names: tuple[str, ...] = ()

    def filter_of(self, name: str) -> str | None:
        """The filter on a series or label, None where there is none."""
        if self.names and name not in self.names:
            return None
        return filter_param(self.field, f"{self.prefix}{name}")

    def has(self, value: str) -> bool:
        """Whether a series or label may have this value."""
        name = value.removeprefix(self.prefix)
        return value == f"{self.prefix}{name}" and (not self.names or name in self.names)


class Painted(NamedTuple):
    """What a drawing makes: Dash children for the panel's body, and a Plotly figure or None."""

    children: Any
    figure: dict[str, Any] | None = None


@dataclass(frozen=True)
class Drawing(Generic[RowT]):
    """How rows of one type become a panel.

    `is_empty` says that there is nothing to see in this range; the board then says so in words.
    `columns` head a file without rows.
    """

    paint: Callable[["Widget[RowT]", Sequence[RowT], TimeRange], Painted]
    is_empty: Callable[[Sequence[RowT]], bool]
    has_figure: bool
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Widget(Generic[RowT]):
    """A kind of panel. The type checker refuses a drawing that does not fit the query.

    `title` is a key that is translated when shown. With `limits`, each panel says how many rows it
    lists, and the query takes that as `limit`. With `by`, a click on a series or a row filters the
    board by it.
    """

    slug: str
    title: str
    size: Size
    query: Query[RowT]
    draw: Drawing[RowT]
    better: Better = Better.NEITHER
    limits: range | None = None
    by: By | None = None

    @property
    def question(self) -> Callable[..., Sequence[RowT]]:
        """The query itself, also where a panel says how many rows it lists."""
        return self.query.func if isinstance(self.query, partial) else self.query

    def asking(self, config: Mapping[str, Any]) -> Query[RowT]:
        """The question as a panel wants it asked."""
        limit = config.get("limit")
        if self.limits is None or type(limit) is not int or limit not in self.limits:
            return self.query
        return partial(cast("Callable[..., Sequence[RowT]]", self.query), limit=limit)

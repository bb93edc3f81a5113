"""Metrics, panels and boards as the rest of dashapp uses them: valid and complete."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dashapp.domain.boards.spec import Better, Measure, Period, Show, Size
from dashapp.domain.metrics.conditions import Condition

Texts = Mapping[str, str]  # by language tag; `en` is the key for translations
ADDITIVE = frozenset({"count", "sum"})  # measures whose total is the sum of their parts
COUNTS = frozenset({"count", "users", "unique"})
SHARES_OF = frozenset({"count", "users", "sum", "unique"})  # what a ratio can divide
PERCENT = "percent"


@dataclass(frozen=True)
class Measured:
    """A measure of events. No `types` means all; `lesson.*` means a family."""

    types: tuple[str, ...] = ()
    measure: Measure = "count"
    of: str | None = None
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Ratio:
    """One metric divided by another. With `is_inverted`, one minus the quotient."""

    top: str
    bottom: str
    is_inverted: bool = False


@dataclass(frozen=True)
class Funnel:
    """How many users complete the steps in order, within a time after the first step.

    `same` is a property that must be equal in all steps.
    """

    steps: tuple[str, ...]
    within_seconds: int
    same: str | None = None


@dataclass(frozen=True)
class Metric:
    """What is measured, and how its values are shown."""

    name: str
    title: Texts
    kind: Measured | Ratio | Funnel
    unit: str | None = None
    decimals: int | None = None
    better: Better = "neither"
    was: tuple[str, ...] = ()

    @property
    def is_additive(self) -> bool:
        """Whether the total of a series is the sum of its values."""
        return isinstance(self.kind, Measured) and self.kind.measure in ADDITIVE

    @property
    def is_count(self) -> bool:
        """Whether the values count something, so that zero means none."""
        return isinstance(self.kind, Measured) and self.kind.measure in COUNTS

    @property
    def is_extreme(self) -> bool:
        """Whether the value is that of a single event, the highest or the lowest."""
        return isinstance(self.kind, Measured) and self.kind.measure in {"min", "max"}


@dataclass(frozen=True)
class Field:
    """How a field is named and how its values are shown."""

    title: Texts
    names: Mapping[str, Texts] = field(default_factory=dict)
    colors: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    values: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    text: str = "exact"


@dataclass(frozen=True)
class Panel:
    """A panel of a board: metrics and a drawing, a Python widget, or a text."""

    slug: str
    show: Show | None = None
    metrics: tuple[str, ...] = ()
    widget: str | None = None
    by: str | None = None
    top: int | None = None
    where: tuple[Condition, ...] = ()
    is_lowest_first: bool = False
    at_least: int | None = None
    target: float | None = None
    per: Period | None = None
    columns: tuple[str, ...] = ()
    text: Texts | None = None
    title: Texts | None = None
    size: Size | None = None
    names: Mapping[str, Texts] = field(default_factory=dict)
    was: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True)
class Board:
    """A dashboard that orgs can be given.

    `retired` panels are not on new dashboards; dashboards that have them keep them. A `is_default`
    board becomes the default of its project. Without `has_all_projects`, it shows only the events
    of its own project. `noun` is what messages call it. `config` is stored for programs that read
    the database.
    """

    name: str
    title: Texts
    panels: tuple[Panel, ...]
    description: Texts | None = None
    opens_with: str | None = None
    marks: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    retired: tuple[Panel, ...] = ()
    is_default: bool = False
    has_all_projects: bool = True
    is_deletable: bool = True
    is_editable: bool = True
    noun: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BoardFile:
    """Everything that one file defines. `new_orgs` is None if the file does not set it."""

    metrics: Mapping[str, Metric]
    boards: Mapping[str, Board]
    fields: Mapping[str, Field]
    new_orgs: tuple[str, ...] | None = None
    translations: Mapping[str, Texts] = field(default_factory=dict)  # by language, then by text


@dataclass(frozen=True)
class Vocabulary:
    """The metrics and fields that the panels of a board refer to.

    Built-in boards have their own, so that an applied metric of the same name does not change them.
    """

    metrics: Mapping[str, Metric] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)

    def metric(self, name: str) -> Metric | None:
        """Return the metric with this name or old name."""
        if name in self.metrics:
            return self.metrics[name]
        return next((metric for metric in self.metrics.values() if name in metric.was), None)


@dataclass(frozen=True)
class DefinedBoard:
    """A board with the vocabulary of its panels."""

    board: Board
    vocabulary: Vocabulary

    def panel(self, slug: str) -> Panel | None:
        """Return the panel with this slug or old slug, also if it is retired."""
        panels = (*self.board.panels, *self.board.retired)
        for panel in panels:
            if panel.slug == slug:
                return panel
        return next((panel for panel in panels if slug in panel.was), None)


class DefinedPanel(NamedTuple):
    """A panel, its board, and the vocabulary that its metrics and fields are in."""

    panel: Panel
    board: Board
    vocabulary: Vocabulary


@dataclass(frozen=True)
class Definitions:
    """Everything that an installation defines: built-in boards, plug-ins', and applied files'.

    `vocabulary` has the metrics and fields that questions without a board can name. `version`
    grows with every applied change; 0 means that nothing was applied. `replaced` are the built-in
    boards that applied ones of the same name replace: dashboards may still have their panels.
    """

    version: int = 0
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    boards: Mapping[str, DefinedBoard] = field(default_factory=dict)
    replaced: Mapping[str, DefinedBoard] = field(default_factory=dict)
    new_orgs: tuple[str, ...] = ("operations",)
    # By language, then by English text.
    translations: Mapping[str, Texts] = field(default_factory=dict)

    def board(self, name: str) -> DefinedBoard | None:
        """Return the board with this name or old name."""
        if name in self.boards:
            return self.boards[name]
        return next((board for board in self.boards.values() if name in board.board.was), None)

    def panel(self, board: str, slug: str) -> DefinedPanel | None:
        """Return a panel of a board by names or old names; None if nothing defines it."""
        for defined in (self.board(board), self.replaced.get(board)):
            panel = defined.panel(slug) if defined else None
            if defined and panel:
                return DefinedPanel(panel, defined.board, defined.vocabulary)
        return None

"""Panels of boards as widgets: what they ask, and how it is drawn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dashapp.domain.boards.definitions import (
    Board,
    DefinedPanel,
    Field,
    Funnel,
    Measured,
    Metric,
    Panel,
    Vocabulary,
)
from dashapp.domain.boards.names import OWN_CURRENCY, default_title
from dashapp.domain.boards.titles import english, title_of, title_of_panel
from dashapp.domain.errors import ConfigurationError
from dashapp.queries.ask import Query
from dashapp.queries.questions.defined import by_of, counted, quantity_of
from dashapp.queries.questions.funnels import completion, funnel
from dashapp.queries.questions.goals import Target
from dashapp.queries.questions.heat import heat
from dashapp.queries.questions.latest import DEFAULT_ROWS, latest
from dashapp.queries.questions.lists import DEFAULT_LIMIT, Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import TOTAL, By, Quantity
from dashapp.queries.questions.series import DEFAULT_SERIES, series, series_by
from dashapp.queries.reading.together import Asking, Question, Steps
from dashapp.widgets import drawings
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Better, Drawing, Size, Widget
from dashapp.widgets.widget import By as FilterBy

_SIZE_OF = {
    "number": Size.QUARTER,
    "line": Size.HALF,
    "bars": Size.QUARTER,
    "list": Size.QUARTER,
    "heatmap": Size.HALF,
    "funnel": Size.QUARTER,
    "events": Size.QUARTER,
    "text": Size.FULL,
}
# In the order of the metrics, which do not come and go as values do; orange often means failed
_COLORS_OF_METRICS = ("blue", "teal", "purple", "ochre", "orange")
_WITH_LIMIT = {"list": range(1, 51), "events": range(1, 101)}


def widget_of(defined: DefinedPanel, currency: str | None = None) -> Widget[Any]:
    """Return a panel as a widget. `currency` is the org's, for metrics in its own currency.

    Raises ConfigurationError if the panel's metric is no longer defined.
    """
    return _Builder(defined, currency).widget()


class _Builder:
    def __init__(self, defined: DefinedPanel, currency: str | None) -> None:
        self.panel: Panel = defined.panel
        self.board: Board = defined.board
        self.vocabulary: Vocabulary = defined.vocabulary
        self.currency = currency
        self.metrics = [self._metric(name) for name in self.panel.metrics]
        self.by = by_of(self.panel.by, self.vocabulary)

    def _metric(self, name: str) -> Metric:
        metric = self.vocabulary.metric(name)
        if metric is None:
            raise ConfigurationError(f"The metric {name} is not defined.")
        return metric

    def widget(self) -> Widget[Any]:
        panel = self.panel
        show = panel.show or "text"
        build: Callable[[], tuple[Query[Any], Drawing[Any]]] = getattr(self, f"_{show}")
        query, drawing = build()
        metric = self.metrics[0] if self.metrics else None
        title, values = title_of_panel(panel, metric, self.vocabulary)
        return Widget(
            slug=panel.slug,
            title=title,
            size=Size(panel.size) if panel.size else _SIZE_OF[show],
            query=query,
            draw=drawing,
            better=Better(metric.better) if metric else Better.NEITHER,
            limits=_WITH_LIMIT.get(show),
            by=self._filter(),
            title_values=values,
            is_elastic=panel.size is None and show != "number",
            default_limit=panel.top or (DEFAULT_ROWS if show == "events" else DEFAULT_LIMIT),
            group=panel.group,
        )

    def _filter(self) -> FilterBy | None:
        """Return the filter that a click on a series or label adds."""
        field = self.panel.by
        if field is None or self.panel.show not in {"line", "bars", "list"}:
            return None
        if field != "channel" and not field.startswith("properties."):
            return None
        return FilterBy(field, title_of(field, self.vocabulary), names=self.by.values)

    def _quantity(self, metric: Metric) -> Quantity:
        quantity = quantity_of(metric, self.vocabulary, self.panel.where)
        if quantity is None:
            raise ConfigurationError(f"The metric {metric.name} is a funnel.")
        return quantity

    def _query(self, question: Question, quantities: Sequence[Quantity], by: By) -> Query[Any]:
        tallies = dict.fromkeys(tally for q in quantities for tally in q.tallies(by))
        has_all = any(not quantity.types for quantity in quantities)
        types = () if has_all else dict.fromkeys(t for q in quantities for t in q.types)
        return Query(question, tuple(tallies), tuple(types))

    def _look(self, named: Mapping[str, str] | None = None, **more: Any) -> Look:
        metric, panel = self.metrics[0], self.panel
        field = self.vocabulary.fields.get(panel.by or "")
        names = {**(named or {})}
        names |= {value: english(name) for value, name in (field.names if field else {}).items()}
        names |= {value: english(name) for value, name in panel.names.items()}
        return Look(
            unit=self._unit(metric.unit),
            decimals=metric.decimals,
            title=english(metric.title),
            label=title_of(panel.by, self.vocabulary) if panel.by else "",
            names=names,
            is_additive=metric.is_additive,
            is_count=metric.is_count,
            has_menu=True,
            is_extreme=metric.is_extreme,
            **{
                "colors": field.colors if field else {},
                "names_of": {"type": self._names_of("type")},
                **more,
            },
        )

    def _unit(self, unit: str | None) -> str | None:
        return self.currency if unit == OWN_CURRENCY else unit

    def _number(self) -> tuple[Query[Any], Drawing[Any]]:
        metric, panel = self.metrics[0], self.panel
        if isinstance(metric.kind, Funnel):
            look = Look(unit="percent", title=english(metric.title), is_additive=False)
            question = completion(metric.kind, panel.where)
            return Query(question, types=metric.kind.steps), drawings.number(look)
        quantity = self._quantity(metric)
        target = Target(panel.target, panel.per) if panel.target is not None else None
        query = self._query(number(quantity, target), [quantity], TOTAL)
        drawing = drawings.number(self._look(), is_approximate=quantity.is_approximate)
        return Query(query.question, query.tallies, query.types, quantity), drawing

    def _line(self) -> tuple[Query[Any], Drawing[Any]]:
        panel = self.panel
        target = drawings.Target(panel.target, panel.per) if panel.target is not None else None
        query, look = self._series(self.board.marks)
        return query, drawings.lines(look, target)

    def _bars(self) -> tuple[Query[Any], Drawing[Any]]:
        query, look = self._series(())
        return query, drawings.bars(look)

    def _series(self, marked: Sequence[str]) -> tuple[Query[Any], Look]:
        quantities = {metric.name: self._quantity(metric) for metric in self.metrics}
        if self.panel.by:
            (quantity,) = quantities.values()
            limit = self.panel.top or DEFAULT_SERIES
            question = series_by(quantity, self.by, limit, marked)
            return self._query(question, [quantity], self.by), self._look()
        titles = {metric.name: english(metric.title) for metric in self.metrics}
        look = self._look(titles, colors=self._colors_of_metrics())
        return self._query(series(quantities, marked), [*quantities.values()], TOTAL), look

    def _colors_of_metrics(self) -> dict[str, str]:
        names = [metric.name for metric in self.metrics]
        return dict(zip(names, _COLORS_OF_METRICS, strict=False)) if len(names) > 1 else {}

    def _list(self) -> tuple[Query[Any], Drawing[Any]]:
        panel = self.panel
        first, *others = self.metrics
        quantity = self._quantity(first)
        more = {metric.name: self._quantity(metric) for metric in others}

        def limited(rows: int) -> Question:
            order = Order(rows, panel.is_lowest_first, panel.at_least or 0)
            return ranking(quantity, self.by, order, more)

        quantities = [quantity, *more.values()]
        query = self._query(limited(panel.top or DEFAULT_LIMIT), quantities, self.by)
        titles = {metric.name: english(metric.title) for metric in others}
        return (
            Query(query.question, query.tallies, query.types, limited=limited),
            drawings.ranking(self._look(more=titles)),
        )

    def _heatmap(self) -> tuple[Query[Any], Drawing[Any]]:
        quantity = self._quantity(self.metrics[0])
        return self._query(heat(quantity), [quantity], TOTAL), drawings.heatmap(self._look())

    def _funnel(self) -> tuple[Query[Any], Drawing[Any]]:
        metric = self.metrics[0]
        assert isinstance(metric.kind, Funnel)
        query: Query[Any] = Query(funnel(metric.kind, self.panel.where), types=metric.kind.steps)
        names = self._names_of("type")
        look = Look(title=english(metric.title), names=names, is_additive=False)
        return query, drawings.funnel(look, metric.kind.within_seconds)

    def _names_of(self, field: str) -> dict[str, str]:
        """Return the names of a field's values. An event type without one is named by its words."""
        described: Field | None = self.vocabulary.fields.get(field)
        given = {**(described.names if described else {}), **self.panel.names}
        names = {name: default_title(name.replace(".", " ")) for name in self._types(field)}
        return {**names, **{value: english(name) for value, name in given.items()}}

    def _types(self, field: str) -> Iterator[str]:
        """Yield the event types that the panel names, if the field is the type."""
        if field != "type":
            return
        yield from self.board.marks
        for metric in self.metrics:
            kind = metric.kind
            yield from kind.steps if isinstance(kind, Funnel) else ()
            yield from kind.types if isinstance(kind, Measured) else ()

    def _events(self) -> tuple[Query[Any], Drawing[Any]]:
        panel = self.panel
        quantity = self._quantity(self.metrics[0])
        measured, columns = quantity.parts[0], panel.columns or ("occurred_at", "type", "user")

        def limited(rows: int) -> Question:
            return latest(measured, columns, rows)

        query = self._query(limited(panel.top or DEFAULT_ROWS), [counted(measured)], TOTAL)
        fields = {name: self.vocabulary.fields.get(name) for name in columns}
        look = self._look(
            titles_of={name: title_of(name, self.vocabulary) for name in columns},
            units_of={name: f.unit for name, f in fields.items() if f and f.unit},
            names_of={name: self._names_of(name) for name, f in fields.items() if f and f.names},
        )
        return (
            Query(query.question, query.tallies, query.types, limited=limited),
            drawings.event_table(look, columns),
        )

    def _text(self) -> tuple[Query[Any], Drawing[Any]]:
        return Query(_nothing), drawings.note(english(self.panel.text))


def _nothing(_asking: Asking) -> Steps:
    yield from ()
    return []

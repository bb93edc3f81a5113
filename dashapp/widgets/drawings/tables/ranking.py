"""The highest or lowest labels as a table with a bar in each row."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dash import html

from dashapp.domain.language import _, current_language, say
from dashapp.domain.series import RANKED_PER_LABEL, TopRow, public_field_names
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import NO_VALUE, Format, size_of
from dashapp.widgets.drawings.attributes import attributes, given
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Drawing, Painted, Widget

_MOVED = {"up": _("up %(places)s"), "down": _("down %(places)s")}


def ranking(look: Look) -> Drawing[TopRow]:
    """A drawing of a list with the column headings `look.label` and `look.title`."""

    def paint(
        widget: Widget[TopRow],
        rows: Sequence[TopRow],
        time_range: TimeRange,  # noqa: ARG001 - all drawings take the same arguments
    ) -> Painted:
        listed = [row for row in rows if not row.is_other]
        table = _Table(widget, look, listed, has_shares=any(row.share is not None for row in rows))
        return Painted(table.drawn(rows))

    return Drawing(
        paint=paint,
        is_empty=lambda rows: not rows,
        has_figure=False,
        columns=(*public_field_names(TopRow), *look.more),
        kind="list",
        look=look,
    )


def top_list(label: str, count: str) -> Drawing[TopRow]:
    """A drawing with the column headings `label` and `count`, which are translated when shown."""
    return ranking(Look(label=label, title=count))


class _Table(NamedTuple):
    widget: Widget[TopRow]
    look: Look
    listed: Sequence[TopRow]
    has_shares: bool

    @property
    def unit_format(self) -> Format:
        return Format(self.look.unit, self.look.decimals)

    @property
    def is_compared(self) -> bool:
        return any(row.is_compared for row in self.listed)

    def drawn(self, rows: Sequence[TopRow]) -> html.Table:
        body = [self._row(row, rank) for rank, row in enumerate(self.listed, 1)]
        body += [self._others(row) for row in rows if row.is_other]
        head = [html.Th(heading, scope="col") for heading in self._headings()]
        if self.is_compared:
            head.append(html.Th(say("Rank"), scope="col", className="moved"))
        return html.Table(
            [
                html.Caption(self.widget.title, className="sr"),
                html.Thead(html.Tr(head)),
                html.Tbody(body),
            ],
            className="toplist",
        )

    def _headings(self) -> list[str]:
        names = [self.look.label, self.look.title, *self.look.more.values()]
        return [*map(say, names), *([say("Share")] if self.has_shares else [])]

    def _row(self, row: TopRow, rank: int) -> html.Tr:
        cells: list[Any] = [
            html.Th([self._bar(row), self._label(row.label)], scope="row"),
            *self._numbers(row),
        ]
        if row.is_compared:
            moved = _rank(row.rank_before, rank, RANKED_PER_LABEL * len(self.listed))
            cells.append(html.Td(moved, className="moved"))
        return html.Tr(cells)

    def _bar(self, row: TopRow) -> html.I:
        """A bar of the value's size. Values below zero are hatched."""
        largest = max(float(size_of(other.value or 0)) for other in self.listed) or 1
        value = row.value or 0
        return html.I(
            className="toplist-bar below-zero" if value < 0 else "toplist-bar",
            style={"width": f"{100 * float(size_of(value)) / largest:.1f}%"},
        )

    def _label(self, label: str) -> Any:
        """A label. If the widget has a field to filter by, a click filters by the label."""
        name = say(self.look.names[label]) if label in self.look.names else label
        if self.widget.by is None:
            return html.Span(name, title=name)
        return html.Button(
            name,
            type="button",
            className="row-do",
            title=say("Filter by %(value)s", value=name),
            **attributes(data_filter=self.widget.by.filter_of(label) or ""),
        )

    def _others(self, row: TopRow) -> html.Tr:
        """The row of all other labels. It has its own class: a label may be called “other”."""
        cells = [html.Th(html.Span(say("Other")), scope="row"), *self._numbers(row)]
        return html.Tr(
            [*cells, *([html.Td(className="moved")] if self.is_compared else [])],
            className="others",
        )

    def _numbers(self, row: TopRow) -> list[html.Td]:
        more = dict(row.more)
        values = [row.value, *(more.get(name) for name in self.look.more)]
        cells = [self._number(value) for value in values]
        if self.has_shares:
            share = NO_VALUE if row.share is None else current_language().share(row.share)
            cells.append(html.Td(share, className="share"))
        return cells

    def _number(self, value: Any) -> html.Td:
        text, full = self.unit_format.text(value), self.unit_format.full(value)
        return html.Td(text, **given(title=full if full != text else ""))


def _rank(rank_before: int | None, rank: int, last_rank: int) -> Any:
    """How many ranks a label has moved: an arrow, and a text for screen readers.

    Beyond `last_rank`, the previous rank is only known to be lower: `4+`.
    """
    if rank_before is None:
        return html.Span(say("new"), className="rank new")
    moved = rank_before - rank
    if not moved:
        return html.Span(["–", html.Span(say("same rank"), className="sr")], className="rank")
    direction = "up" if moved > 0 else "down"
    places = f"{abs(moved)}{'+' if rank_before > last_rank else ''}"
    text = say(_MOVED[direction], places=places)
    return html.Span(
        [html.Span(places, role="presentation"), html.Span(text, className="sr")],
        className=f"rank {direction}",
    )

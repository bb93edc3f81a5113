"""The highest or lowest labels as a table with a bar in each row."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dash import html

from dashapp.domain.language import _, current_language, say, say_number
from dashapp.domain.series import RANKED_PER_LABEL, TopRow, public_field_names
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import NO_VALUE, Format, size_of
from dashapp.widgets.drawings.attributes import attributes, given
from dashapp.widgets.drawings.change import delta
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Better, Drawing, Painted, Widget

_MOVED = {"up": _("up %(places)s"), "down": _("down %(places)s")}


def ranking(look: Look) -> Drawing[TopRow]:
    """A drawing of a list with the column headings `look.label` and `look.title`."""

    def paint(
        widget: Widget[TopRow],
        rows: Sequence[TopRow],
        time_range: TimeRange,
    ) -> Painted:
        listed = [row for row in rows if not row.is_other]
        has_shares = any(row.share is not None for row in rows)
        has_changes = time_range.is_compared and any(row.before is not None for row in listed)
        table = _Table(widget, look, listed, has_shares, has_changes)
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
    has_changes: bool

    @property
    def unit_format(self) -> Format:
        return Format(self.look.unit, self.look.decimals)

    @property
    def is_compared(self) -> bool:
        return any(row.is_compared for row in self.listed)

    def drawn(self, rows: Sequence[TopRow]) -> html.Table:
        body = [self._row(row, rank) for rank, row in enumerate(self.listed, 1)]
        body += [self._others(row) for row in rows if row.is_other]
        head = [_heading(name) for name in self._headings()]
        if self.has_changes:
            head.append(_heading(say("Change"), "changed"))
        if self.is_compared:
            head.append(_heading(say("Rank"), "moved"))
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
            html.Th([self._bar(row), self._label(row)], scope="row"),
            *self._numbers(row),
        ]
        if self.has_changes:
            cells.append(html.Td(self._change(row), className="changed"))
        if row.is_compared:
            last_rank = RANKED_PER_LABEL * len(self.listed)
            moved = _rank(row.rank_before, rank, last_rank, self.widget.better)
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

    def _label(self, row: TopRow) -> Any:
        """A label. If there is something to look up behind the row, or to filter by, a button."""
        label = row.label
        name = say(self.look.names[label]) if label in self.look.names else label
        title = self._title(row, name)
        if self.widget.by is None and not self.look.has_menu:
            return html.Span(name, title=title)
        chosen = self.widget.by.filter_of(label) if self.widget.by else None
        marks = {"data_filter": chosen} if chosen else {}
        return html.Button(
            name,
            type="button",
            className="row-do",
            title=title,
            **attributes(data_value=label, aria_haspopup="menu", **marks),
        )

    def _title(self, row: TopRow, name: str) -> str:
        """The whole name, and how the value has changed."""
        if row.value is None or row.before is None:
            return name
        difference = self.unit_format.difference(row.value, row.before)
        return say(
            "%(name)s: %(now)s, previously %(before)s (%(change)s)",
            name=name,
            now=self.unit_format.text(row.value),
            before=self.unit_format.text(row.before),
            change=self.unit_format.change(difference, row.before),
        )

    def _change(self, row: TopRow) -> Any:
        if row.value is None or row.before is None:
            return NO_VALUE
        return delta(self.unit_format, self.widget.better, row.value, row.before, "")

    def _others(self, row: TopRow) -> html.Tr:
        """The row of all other labels. It has its own class: a label may be called “other”."""
        name = say("Other") if row.others is None else _others_name(row.others)
        label: Any = html.Span(name)
        if self.look.has_menu:
            label = html.Button(
                [name, html.I(className="ic ic-right")],
                type="button",
                className="row-do",
                title=say("Show the whole list"),
                **attributes(data_do="whole-list", aria_haspopup="dialog"),
            )
        columns = {"changed": self.has_changes, "moved": self.is_compared}
        empty = [html.Td(className=name) for name, is_shown in columns.items() if is_shown]
        return html.Tr(
            [html.Th(label, scope="row"), *self._numbers(row), *empty], className="others"
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


def _heading(name: str, class_name: str = "") -> html.Th:
    """A heading, with its whole name as a title: a long one is cut."""
    return html.Th(name, scope="col", title=name, **given(className=class_name))


def _others_name(count: int) -> str:
    number = say_number(count)
    return say("1 other") if count == 1 else say("%(count)s others", count=number)


def _rank(rank_before: int | None, rank: int, last_rank: int, better: Better) -> Any:
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
        className=f"rank {direction}{' worse' if moved > 0 and better is Better.LOWER else ''}",
    )

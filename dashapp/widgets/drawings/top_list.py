"""The most frequent labels as a table with a bar in each row."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashapp.domain.language import _, current_language, say, say_number
from dashapp.domain.series import RANKED_PER_LABEL, TopRow, public_field_names
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.widget import Drawing, Painted, Widget

_MOVED = {"up": _("up %(places)s"), "down": _("down %(places)s")}


def top_list(label: str, count: str) -> Drawing[TopRow]:
    """A drawing with the column headings `label` and `count`, which are translated when shown."""

    def paint(
        widget: Widget[TopRow],
        rows: Sequence[TopRow],
        time_range: TimeRange,  # noqa: ARG001 - all drawings take the same arguments
    ) -> Painted:
        headings = [say(label), say(count), say("Share")]
        listed = [row for row in rows if not row.is_other]
        is_compared = any(row.is_compared for row in listed)
        if is_compared:
            headings.append(say("Rank"))
        body = [_row(widget, row, rank, listed) for rank, row in enumerate(listed, 1)]
        body += [_others(row, is_compared=is_compared) for row in rows if row.is_other]
        return Painted(
            html.Table(
                [
                    html.Caption(widget.title, className="sr"),
                    html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
                    html.Tbody(body),
                ],
                className="toplist",
            )
        )

    return Drawing(
        paint=paint,
        is_empty=lambda rows: not rows,
        has_figure=False,
        columns=public_field_names(TopRow),
    )


def _row(widget: Widget[TopRow], row: TopRow, rank: int, listed: Sequence[TopRow]) -> html.Tr:
    bar = html.I(
        className="toplist-bar", style={"width": f"{100 * row.value / listed[0].value:.1f}%"}
    )
    cells: list[Any] = [
        html.Th([bar, _label(widget, row.label)], scope="row"),
        *_numbers(row),
    ]
    if row.is_compared:
        cells.append(html.Td(_rank(row.rank_before, rank, RANKED_PER_LABEL * len(listed))))
    return html.Tr(cells)


def _label(widget: Widget[TopRow], label: str) -> Any:
    """A label. If the widget has a field to filter by, a click filters by the label."""
    if widget.by is None:
        return html.Span(label, title=label)
    return html.Button(
        label,
        type="button",
        className="row-do",
        title=say("Filter by %(value)s", value=label),
        **attributes(data_filter=widget.by.filter_of(label) or ""),
    )


def _others(row: TopRow, *, is_compared: bool) -> html.Tr:
    """The row of all other labels. It has its own class, because a label may be called “other”."""
    cells = [html.Th(html.Span(say("Other")), scope="row"), *_numbers(row)]
    return html.Tr([*cells, *([html.Td()] if is_compared else [])], className="others")


def _numbers(row: TopRow) -> list[html.Td]:
    share = current_language().share(row.share)
    return [html.Td(say_number(row.value)), html.Td(share, className="share")]


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

"""Labels by how frequent they are: a table in which each row is a bar."""

from collections.abc import Sequence

from dash import html

from dashapp.domain.series import TopRow
from dashapp.domain.time_range import TimeRange
from dashapp.widgets.widget import Drawing, Painted, Widget


def _paint(
    widget: Widget[TopRow],
    rows: Sequence[TopRow],
    time_range: TimeRange,  # noqa: ARG001 - every drawing has the same three
) -> Painted:
    most = rows[0].value
    heads = [html.Th(name, scope="col") for name in ("Label", "Count", "Share")]
    return Painted(
        html.Table(
            [
                html.Caption(widget.title, className="sr"),
                html.Thead(html.Tr(heads), className="sr"),
                html.Tbody([_row(row, most) for row in rows]),
            ],
            className="toplist",
        )
    )


def _row(row: TopRow, most: int) -> html.Tr:
    bar = html.I(className="toplist-bar", style={"width": f"{100 * row.value / most:.1f}%"})
    return html.Tr(
        [
            html.Th([bar, html.Span(row.label, title=row.label)], scope="row"),
            html.Td(f"{row.value:,}"),
            html.Td(f"{100 * row.share:.2f}%"),
        ]
    )


top_list: Drawing[TopRow] = Drawing(paint=_paint, is_empty=lambda rows: not rows, has_figure=False)

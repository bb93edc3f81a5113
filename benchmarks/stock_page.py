"""The page to compare with: the same eight panels, written with plain Dash.

Dash's defaults, one callback per panel, `go.Figure`, and plain SQL over the same events.
"""

import os
import sqlite3
import time
from contextlib import closing

import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html
from flask import Flask

DAYS = {"24h": 1, "7d": 7, "30d": 30, "90d": 90}
_DAY_US = 86_400 * 1_000_000
_WHERE = "FROM events WHERE org_id = 1 AND occurred_at >= ?"
_DAY_OF_EVENT = "date(occurred_at / 1000000, 'unixepoch')"
_BY_DAY = f"SELECT {_DAY_OF_EVENT} AS day, {{}} {_WHERE} AND {{}} GROUP BY 1 ORDER BY 1"
_FINDINGS = "type = 'finding.recorded' AND properties ->> 'severity' ="
_SCALARS = {
    "validations": _BY_DAY.format("count(*)", "type = 'validation_run.created'"),
    "errors": _BY_DAY.format("count(*)", f"{_FINDINGS} 'ERROR'"),
    "success": _BY_DAY.format(
        "100.0 * sum(type = 'validation_run.succeeded') / count(*)",
        "type IN ('validation_run.succeeded', 'validation_run.failed')",
    ),
    "warnings": _BY_DAY.format("count(*)", f"{_FINDINGS} 'WARNING'"),
}
_CHARTS = {
    "events": f"SELECT 'events', {_DAY_OF_EVENT} AS day, count(*) {_WHERE} GROUP BY 1, 2 ORDER BY 1, 2",
    "users": f"SELECT channel, {_DAY_OF_EVENT} AS day, count(DISTINCT user_id) {_WHERE} "
    "GROUP BY 1, 2 ORDER BY 1, 2",
    "outcomes": f"SELECT type, {_DAY_OF_EVENT} AS day, count(*) {_WHERE} AND type IN "
    "('validation_run.succeeded', 'validation_run.failed') GROUP BY 1, 2 ORDER BY 1, 2",
    "codes": f"SELECT 'codes', properties ->> 'code' AS code, count(*) {_WHERE} AND "
    "type = 'finding.recorded' AND properties ->> 'severity' = 'WARNING' "
    "GROUP BY 2 ORDER BY 3 DESC LIMIT 10",
}
_LINES = {"events"}


def create() -> Flask:
    app = Dash(__name__)
    app.layout = html.Div(
        [
            dcc.Dropdown(id="range", options=list(DAYS), value="90d", clearable=False),
            html.Div([_scalar_panel(name) for name in _SCALARS], style=_grid(4)),
            html.Div([_chart_panel(name) for name in _CHARTS], style=_grid(2)),
        ],
        id="board",
    )
    for name in _SCALARS:
        _register_scalar(app, name)
    for name in _CHARTS:
        _register_chart(app, name)
    return app.server


def _grid(columns: int) -> dict[str, str]:
    return {"display": "grid", "gridTemplateColumns": f"repeat({columns}, 1fr)", "gap": "16px"}


def _scalar_panel(name: str) -> html.Div:
    return html.Div(dcc.Graph(id=name, style={"height": "160px"}), **{"data-panel": name})


def _chart_panel(name: str) -> html.Div:
    graph = dcc.Graph(id=name, style={"height": "320px"})
    return html.Div(graph, **{"data-panel": name})


def _query(statement: str, days: int) -> list[tuple]:
    since = time.time_ns() // 1000 - days * _DAY_US
    with closing(sqlite3.connect(os.environ["STOCK_DATABASE"])) as connection:
        return connection.execute(statement, (since,)).fetchall()


def _register_scalar(app: Dash, name: str) -> None:
    """A number, its change and a line: Plotly's indicator, as in its documentation."""

    @app.callback(Output(name, "figure"), Input("range", "value"))
    def update(preset: str) -> go.Figure:
        days = DAYS[preset]
        values = [value for _day, value in _query(_SCALARS[name], 2 * days)]
        before, now = sum(values[:-days]), sum(values[-days:])
        figure = go.Figure(
            go.Indicator(mode="number+delta", value=now, delta={"reference": before}),
        )
        figure.add_trace(go.Scatter(y=values[-days:], mode="lines"))
        figure.update_layout(title=f"{name}, {preset}", margin={"l": 20, "r": 20, "t": 50, "b": 20})
        return figure


def _register_chart(app: Dash, name: str) -> None:
    @app.callback(Output(name, "figure"), Input("range", "value"))
    def update(preset: str) -> go.Figure:
        series: dict[str, tuple[list, list]] = {}
        for series_name, label, count in _query(_CHARTS[name], DAYS[preset]):
            labels, counts = series.setdefault(series_name, ([], []))
            labels.append(label)
            counts.append(count)
        figure = go.Figure()
        for series_name, (labels, counts) in series.items():
            figure.add_trace(_trace(name, series_name, labels, counts))
        figure.update_layout(
            title=f"{name}, {preset}",
            barmode="stack",
            hovermode="x unified",
            margin={"l": 40, "r": 20, "t": 60, "b": 40},
        )
        return figure


def _trace(
    name: str, series_name: str, labels: list[str], counts: list[int]
) -> go.Scatter | go.Bar:
    """Return days as a line or as bars, and the list of ten codes as horizontal bars."""
    if name == "codes":
        return go.Bar(x=counts, y=labels, orientation="h")
    trace_type = go.Scatter if name in _LINES else go.Bar
    return trace_type(x=labels, y=counts, name=series_name)

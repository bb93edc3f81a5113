"""The page that is compared with: eight panels as they are written by hand, with Dash's defaults.

It asks no database: what it costs is Dash, Plotly and the browser alone.
"""

import random

import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html
from flask import Flask

DAYS = {"24h": 24, "7d": 8, "30d": 31, "90d": 90}
_SCALARS = ("validations", "errors", "success", "warnings")
_SERIES = {"events": 1, "users": 2, "outcomes": 2, "codes": 1}
_LINES = {"events"}
_DICE = random.Random(7)
_POINTS = {
    name: [[_DICE.randrange(200, 900) for _ in range(90)] for _ in range(count)]
    for name, count in _SERIES.items()
}
_DATES = [f"2026-{8 + n // 30:02d}-{1 + n % 30:02d}" for n in range(90)]


def create() -> Flask:
    app = Dash(__name__)
    app.layout = html.Div(
        [
            dcc.Dropdown(id="range", options=list(DAYS), value="90d", clearable=False),
            html.Div([_scalar_panel(name) for name in _SCALARS], style=_grid(4)),
            html.Div([_chart_panel(name) for name in _SERIES], style=_grid(2)),
        ],
        id="board",
    )
    for name in _SCALARS:
        _fill_scalar(app, name)
    for name in _SERIES:
        _fill_chart(app, name)
    return app.server


def _grid(columns: int) -> dict[str, str]:
    return {"display": "grid", "gridTemplateColumns": f"repeat({columns}, 1fr)", "gap": "16px"}


def _scalar_panel(name: str) -> html.Div:
    return html.Div([html.H3(name), html.P(id=name)], **{"data-panel": name})


def _chart_panel(name: str) -> html.Div:
    graph = dcc.Graph(id=name, style={"height": "320px"})
    return html.Div(graph, **{"data-panel": name})


def _fill_scalar(app: Dash, name: str) -> None:
    @app.callback(Output(name, "children"), Input("range", "value"))
    def update(chosen: str) -> str:
        return f"{sum(_POINTS['events'][0][-DAYS[chosen] :]):,} in {chosen}"


def _fill_chart(app: Dash, name: str) -> None:
    @app.callback(Output(name, "figure"), Input("range", "value"))
    def update(chosen: str) -> go.Figure:
        figure = go.Figure()
        for number, values in enumerate(_POINTS[name]):
            figure.add_trace(_trace(name, number, values[-DAYS[chosen] :], chosen))
        figure.update_layout(
            title=f"{name}, {chosen}",
            barmode="stack",
            hovermode="x unified",
            margin={"l": 40, "r": 20, "t": 60, "b": 40},
        )
        return figure


def _trace(name: str, number: int, values: list[int], chosen: str) -> go.Scatter | go.Bar:
    """Days, as a line or as bars; a list of ten names as bars that lie."""
    if name == "codes":
        return go.Bar(x=values[:10], y=[f"code {n}" for n in range(10)], orientation="h")
    kind = go.Scatter if name in _LINES else go.Bar
    return kind(x=_DATES[-DAYS[chosen] :], y=values, name=f"series {number}")

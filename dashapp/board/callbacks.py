"""The board's callbacks: one fills all panels, one keeps the URL and the range in step."""

from collections.abc import Sequence
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx

from dashapp.board import ids
from dashapp.board.board import Board
from dashapp.board.island import shown_by_browser
from dashapp.board.refresh import PLACES, BrowserState
from dashapp.domain.access.dashboard import current_dashboard

OUTPUTS = (
    Output(ids.figure(ALL), "figure"),
    Output(ids.body(ALL), "children"),
    Output(ids.panel(ALL), "data-state"),
    Output(ids.panel(ALL), "data-as-of"),
    *(Output(component, prop) for component, prop in PLACES.values()),
)
INPUTS = (Input(ids.URL, "search"), Input(ids.TICK, "n_intervals"))
STATES = (
    State(ids.SHOWN, "children"),
    State(ids.panel(ALL), "data-state"),
)


def register(dash_app: Dash, board: Board) -> None:
    """Add the callbacks to a Dash app."""

    # A new page already has its numbers, so there is no initial call.
    @dash_app.callback(*OUTPUTS, *INPUTS, *STATES, prevent_initial_call=True)
    def refresh(
        search: str | None, _tick: int | None, island: str, states: Sequence[str]
    ) -> list[Any]:
        shown, is_tick = shown_by_browser(island), ctx.triggered_id == ids.TICK
        browser = BrowserState(shown.view, states, shown.revision, shown.as_of, is_tick)
        figures, panels = (_slugs(group) for group in ctx.outputs_list[:2])
        answer = board.refresh(current_dashboard(), search or "", panels, browser)
        drawn = [answer.panels[slug] for slug in panels]
        return [
            [answer.panels[slug].figure for slug in figures],
            [panel.body for panel in drawn],
            [panel.state for panel in drawn],
            [panel.as_of for panel in drawn],
            *(getattr(answer.head, field) for field in PLACES),
        ]

    # The URL decides the view. This callback writes the chosen preset into the URL;
    # assets/board/view/range-control.js updates the control when the URL changes.
    dash_app.clientside_callback(
        ClientsideFunction("board", "writeAddress"),
        Output(ids.URL, "search"),
        Input(ids.RANGE, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )


def _slugs(group: list[dict[str, ids.PanelId]]) -> list[str]:
    return [str(output["id"]["slug"]) for output in group]

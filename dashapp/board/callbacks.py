"""The board's wires: one callback fills every panel; scripts keep address and control in step."""

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx

from dashapp.board import ids
from dashapp.board.board import Board
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
    State(ids.BOARD, "data-view"),
    State(ids.panel(ALL), "data-state"),
    State(ids.BOARD, "data-revision"),
    State(ids.BOARD, "data-as-of"),
)


def register(dash_app: Dash, board: Board) -> None:
    # A page begins with its numbers: nothing is asked before somebody does something.
    @dash_app.callback(*OUTPUTS, *INPUTS, *STATES, prevent_initial_call=True)
    def refresh(search: str | None, _tick: int | None, *states: Any) -> list[Any]:
        view, panel_states, revision, as_of = states
        is_tick = ctx.triggered_id == ids.TICK
        browser = BrowserState(view, panel_states, revision, as_of, is_tick)
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

    # The address is the source of the view: the control writes it; board.js makes it follow.
    dash_app.clientside_callback(
        ClientsideFunction("board", "writeAddress"),
        Output(ids.URL, "search"),
        Input(ids.RANGE, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )


def _slugs(group: list[dict[str, ids.PanelId]]) -> list[str]:
    return [str(output["id"]["slug"]) for output in group]

"""The board's wires: one callback fills every panel; scripts keep address and control in step."""

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx

from dashapp.board import ids
from dashapp.board.board import Board, Refresh, Shown
from dashapp.domain.scope import current_scope

OUTPUTS = (
    Output(ids.figure(ALL), "figure"),
    Output(ids.body(ALL), "children"),
    Output(ids.panel(ALL), "data-state"),
    Output(ids.panel(ALL), "data-as-of"),
    Output(ids.BOARD, "data-as-of"),
    Output(ids.BOARD, "data-time-range"),
    Output(ids.BOARD, "data-view"),
    Output(ids.BOARD, "data-revision"),
    Output(ids.DATES, "children"),
    Output(ids.ZONE, "children"),
    Output(ids.AS_OF, "children"),
    Output(ids.NOTICE, "children"),
)
INPUTS = (Input(ids.URL, "search"), Input(ids.TICK, "n_intervals"))
STATES = (
    State(ids.BOARD, "data-view"),
    State(ids.panel(ALL), "data-state"),
    State(ids.BOARD, "data-revision"),
    State(ids.BOARD, "data-as-of"),
)


def register(dash_app: Dash, board: Board) -> None:
    busy = [(Output(ids.BOARD, "aria-busy"), "true", "false")]

    @dash_app.callback(*OUTPUTS, *INPUTS, *STATES, running=busy)
    def refresh(search: str | None, _tick: int | None, *states: Any) -> Refresh:
        view, panel_states, revision, as_of = states
        is_tick = ctx.triggered_id == ids.TICK
        shown = Shown(view, panel_states, revision, as_of, is_tick)
        figures, bodies = (_slugs(group) for group in ctx.outputs_list[:2])
        return board.refresh(current_scope(), search or "", bodies, figures, shown)

    # The address is the source of the view: the control writes it, and follows it.
    dash_app.clientside_callback(
        ClientsideFunction("board", "writeAddress"),
        Output(ids.URL, "search"),
        Input(ids.RANGE, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    dash_app.clientside_callback(
        ClientsideFunction("board", "followAddress"),
        Output(ids.TICK, "disabled"),
        Input(ids.URL, "search"),
        State(ids.RANGE, "value"),
    )


def _slugs(group: list[dict[str, ids.PanelId]]) -> list[str]:
    return [str(output["id"]["slug"]) for output in group]

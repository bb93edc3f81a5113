"""Prints the figures of the board and of a stock page side by side."""

import os
from typing import NamedTuple

from benchmarks.visits import CHANGES, REFRESHES, RUNS, Figures

_ABOUT = f"""\
100,000 events, panels over 90 days: four scalars, three daily charts, one list. Headless Chromium,
1280x900, shares this machine's cores with the servers. Medians of {RUNS} runs and {RUNS * CHANGES} range changes.
Cold: a new profile. Warm: the second load in the same tab. Slow: 20 Mbit/s down and 20 Mbit/s up,
independently; 40 ms are added once per request, before its response, not to a handshake.
Stock: plain Dash, one callback per panel, go.Figure; the same panels, with the list as a bar chart and
the numbers as Plotly indicators with change and line; plain SQL over the same events.
"""
_ELSEWHERE = """
For orientation, measured elsewhere: Superset embedded: 2.9 MB, 68 requests, 3.1 s cold, 1.2-1.4 s per
range change; Vizro: 11.1 MB, 2.8 s, 0.7-1.0 s."""


class Measured(NamedTuple):
    """Medians of one site."""

    cold: Figures
    warm: Figures
    new_tab: Figures
    slow_cold: Figures
    slow_warm: Figures
    slow_new_tab: Figures
    change: Figures
    memory: Figures


class _Row(NamedTuple):
    name: str
    kind: str
    figure: str
    unit: str = "ms"
    bar: str = ""
    aim: str = ""


_FIGURES = (
    _Row("bytes on the wire, cold", "cold", "bytes", "KB", "600 KB", "550 KB"),
    _Row("bytes on the wire, warm", "warm", "bytes", "KB"),
    _Row("requests, cold", "cold", "requests", "", "20", "6"),
    _Row("requests, warm", "warm", "requests", ""),
    _Row("all charts drawn, cold", "cold", "drawn", "ms", "1,500 ms", "900 ms"),
    _Row("all charts drawn, warm", "warm", "drawn", "ms", "600 ms", "350 ms"),
    _Row("all charts drawn, new tab", "new_tab", "drawn"),
    _Row("all charts drawn, cold, slow", "slow_cold", "drawn"),
    _Row("all charts drawn, warm, slow", "slow_warm", "drawn"),
    _Row("all charts drawn, new tab, slow", "slow_new_tab", "drawn"),
    _Row("range change, two frames after", "change", "shown", "ms", "150 ms", "100 ms"),
    _Row("range change, last chart changed", "change", "mutated"),
    _Row("requests for data, range change", "change", "data_requests", "", "1", "1"),
    _Row("first contentful paint, cold", "cold", "painted"),
    _Row("first contentful paint, warm", "warm", "painted"),
    _Row("layout shift (CLS), cold", "cold", "shifted", "CLS", "0.02"),
    _Row("layout shift (CLS), warm", "warm", "shifted", "CLS", "0.02"),
)
_RATIOS = (
    _Row("times faster cold", "cold", "drawn", bar="2", aim="5"),
    _Row("times faster warm", "warm", "drawn"),
    _Row("times faster in a new tab", "new_tab", "drawn"),
    _Row("times faster cold, slow", "slow_cold", "drawn", bar="2", aim="5"),
    _Row("times faster warm, slow", "slow_warm", "drawn"),
    _Row("times faster, range change", "change", "shown", bar="2", aim="3"),
    _Row("times fewer bytes, cold", "cold", "bytes"),
)
_MEMORY = (
    _Row("chart nodes, the same as before", "memory", "same", ""),
    _Row("chart nodes, all", "memory", "all", ""),
    _Row("JS heap before", "memory", "heap before", "KB"),
    _Row("JS heap after", "memory", "heap", "KB"),
    _Row("DOM nodes before", "memory", "nodes before", ""),
    _Row("DOM nodes after", "memory", "nodes", ""),
)
_TIMES = tuple(
    _Row(f"{name}, {kind}", kind, figure)
    for kind in ("cold", "warm")
    for name, figure in (
        ("main thread, all tasks", "TaskDuration"),
        ("main thread, script", "ScriptDuration"),
        ("main thread, style", "RecalcStyleDuration"),
        ("main thread, layout", "LayoutDuration"),
        ("wait for the document", "document"),
        ("wait for _dash-layout", "layout"),
        ("wait for the first update", "update"),
    )
)


def print_tables(board: Measured, stock: Measured, walk: Figures) -> None:
    print(_ABOUT)
    busy = os.getloadavg()[1]
    print(f"Load of the machine in the last five minutes: {busy:.1f} on {os.cpu_count()} cores.\n")
    _print_table("figure", _FIGURES, board, stock)
    _print_line("stock / this", "", "", "bar", "aim")
    for row in _RATIOS:
        _print_line(
            row.name, f"{_value(stock, row) / _value(board, row):.1f}", "", row.bar, row.aim
        )
    print()
    _print_table(f"after {REFRESHES} refreshes", _MEMORY, board, stock)
    _print_table("where the time of a load goes", _TIMES, board, stock)
    _print_walk(walk)
    print(_ELSEWHERE.strip())


def _print_walk(walk: Figures) -> None:
    """Print the longest interaction of each step of a walk over the board."""
    steps = {name: value for name, value in walk.items() if name != "shifted"}
    _print_line("until the next frame (INP)", "this", "bar")
    for name, value in steps.items():
        _print_line(name, f"{value:,.0f} ms" if value else "< 16 ms")
    _print_line("the longest", f"{max(steps.values()):,.0f} ms", "50 ms")
    _print_line("layout shift of the walk (CLS)", f"{walk['shifted']:.4f}", "0.02")
    print()


def _print_table(title: str, rows: tuple[_Row, ...], board: Measured, stock: Measured) -> None:
    has_bar = any(row.bar for row in rows)
    _print_line(title, "this", "stock", *(("bar", "aim") if has_bar else ()))
    for row in rows:
        cells = (_format_number(_value(measured, row), row.unit) for measured in (board, stock))
        _print_line(row.name, *cells, row.bar, row.aim)
    print()


def _value(measured: Measured, row: _Row) -> float:
    return getattr(measured, row.kind)[row.figure]


def _format_number(value: float, unit: str) -> str:
    if unit == "KB":
        return f"{value / 1000:,.0f} KB"
    if unit == "CLS":
        return f"{value:.4f}"
    return f"{value:,.0f} {unit}".rstrip()


def _print_line(name: str, *cells: str) -> None:
    print(f"{name:34}{''.join(f'{cell:>12}' for cell in cells)}".rstrip(), flush=True)

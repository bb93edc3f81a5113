"""Board files for tests: a valid one, in which a test changes what matters to it."""

from dashapp.domain.boards.reading.faults import BoardFileRefused, path_text
from dashapp.domain.boards.reading.reader import Existing, read_board_file

METRICS = """
revenue = { events = ["order.paid"], measure = "sum", of = "properties.total", unit = "EUR" }
orders  = { events = ["order.paid"] }
buyers  = { events = ["order.paid"], measure = "users" }
latency = { events = ["api.called"], measure = "p95", of = "properties.ms", unit = "ms" }
basket  = { ratio = ["revenue", "orders"] }
to_door = { steps = ["cart.created", "order.paid"], within = "1d" }
"""


def board_file(*panels: str, metrics: str = "", more: str = "", head: str = "") -> str:
    rows = "".join(
        f"  {{ {panel} }},\n" for panel in panels or ['metric = "orders", show = "line"']
    )
    return (
        f"version = 1\n{head}\n[metrics]{METRICS}{metrics}\n{more}\n"
        f'[boards.shop]\ntitle = "Shop"\npanels = [\n{rows}]\n'
    )


def read(*panels: str, existing: Existing | None = None, **parts: str):
    return read_board_file(board_file(*panels, **parts), existing or Existing()).file


def faults(text: str) -> list[str]:
    """The faults of a file, as path and reason."""
    try:
        read_board_file(text)
    except BoardFileRefused as error:
        return [f"{path_text(fault.path)}: {fault.reason}" for fault in error.faults]
    return []


def panel_faults(*panels: str, **parts: str) -> list[str]:
    return faults(board_file(*panels, **parts))

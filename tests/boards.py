"""Applies board files in tests."""

from pathlib import Path

from dashapp.domain.boards.changes.preparing import FilesRefused, NamedFile
from dashapp.domain.boards.reading.faults import path_text
from dashapp.store.boards.applying import Outcome, apply_files
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store

EXAMPLES = Path(__file__).parents[1] / "examples" / "boards"
SHOP = """version = 1
new_orgs = ["shop"]

[metrics]
revenue = { title = "Revenue", events = ["order.paid"], measure = "sum", of = "properties.total", unit = "EUR" }
customers = { events = ["order.paid"], measure = "users" }
basket = { ratio = ["revenue", "customers"] }

[boards.shop]
title = "Shop"
opens_with = "30d"
panels = [
  { metric = "revenue", show = "number" },
  { metric = "customers", show = "number" },
]
"""


def apply(store: Store, *texts: str, name: str = "shop.toml", widgets=(), reach=None) -> Outcome:
    files = [NamedFile(name, text) for text in texts]
    return apply_files(store, files, frozenset(widgets), reach or {}, by="ada", now=7)


def lines(store: Store, text: str, **options) -> list[str]:
    """Apply a file; return the lines of its plan."""
    return apply(store, text, **options).plan.lines


def slugs(store: Store, board: str = "shop") -> list[str]:
    return [panel.slug for panel in definitions_of(store).boards[board].board.panels]


def refusal(store: Store, *texts: str, **options) -> list[str]:
    """Return the faults of files that are refused, as file, path and reason."""
    try:
        apply(store, *texts, **options)
    except FilesRefused as error:
        return [
            f"{file.name if file else '-'}: {path_text(fault.path)}: {fault.reason}"
            for file, faults in error.faults
            for fault in faults
        ]
    return []

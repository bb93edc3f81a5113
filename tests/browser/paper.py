"""What a page looks like on paper: printed by the browser, and read back from the PDF."""

import ctypes
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pypdfium2
from playwright.sync_api import Page
from pypdfium2 import raw

BORDER = (207, 212, 221)  # --line-strong of the light theme: the border of a panel on paper
_SMALLEST = (100, 40)  # points: nothing else with that color is as large as a panel
_LINE = 1.0  # half of a line may lie outside what is measured


class Box(NamedTuple):
    """A part of a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def is_within(self, other: "Box") -> bool:
        low = other.left - _LINE <= self.left and other.bottom - _LINE <= self.bottom
        return low and self.right <= other.right + _LINE and self.top <= other.top + _LINE


class Sheet(NamedTuple):
    """One page: its size, its panels with their texts, and what lies outside all of them."""

    width: float
    height: float
    panels: list[tuple[Box, str]]
    astray: list[Box]
    text: str


def print_page(page: Page, **options) -> list[Sheet]:
    """A4 landscape, unless `options` say otherwise."""
    content = page.pdf(print_background=True, **(options or {"format": "A4", "landscape": True}))
    with closing(pypdfium2.PdfDocument(content)) as document:
        return [_sheet(one) for one in document]


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    parts = [(Box(*part.get_bounds()), part) for part in page.get_objects(max_depth=1)]
    panels = [box for box, part in parts if _is_panel(box, part)]
    texts = page.get_textpage()
    return Sheet(
        *page.get_size(),
        [(box, texts.get_text_bounded(*box)) for box in panels],
        list(_astray([box for box, _part in parts], panels)),
        texts.get_text_bounded(),
    )


def _is_panel(box: Box, part: pypdfium2.PdfObject) -> bool:
    width, height = box.right - box.left, box.top - box.bottom
    is_large = width >= _SMALLEST[0] and height >= _SMALLEST[1]
    return is_large and part.type == raw.FPDF_PAGEOBJ_PATH and _color(part) == BORDER


def _astray(parts: list[Box], panels: list[Box]) -> Iterator[Box]:
    """What begins below the upper edge of the first panel and lies within none."""
    first = max((panel.top for panel in panels), default=0.0)
    for part in parts:
        if part.top < first and not any(part.is_within(panel) for panel in panels):
            yield part


def _color(part: pypdfium2.PdfObject) -> tuple[int, ...]:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(part.raw, red, green, blue, alpha)
    return red.value, green.value, blue.value

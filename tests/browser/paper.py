"""Print a page with the browser, and read its layout back from the PDF."""

import ctypes
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pypdfium2
from playwright.sync_api import Page
from pypdfium2 import raw

BORDER = (207, 212, 221)  # --line-strong of the light theme: the border of a panel on paper
_MIN_PANEL_SIZE = (100, 30)  # points; nothing else in that color is as large as a panel
_TOLERANCE = 1.0  # points; half of a border lies outside the measured box


class Box(NamedTuple):
    """A rectangle on a page, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def is_within(self, other: "Box") -> bool:
        fits_bottom_left = (
            other.left - _TOLERANCE <= self.left and other.bottom - _TOLERANCE <= self.bottom
        )
        return (
            fits_bottom_left
            and self.right <= other.right + _TOLERANCE
            and self.top <= other.top + _TOLERANCE
        )


class Sheet(NamedTuple):
    """A printed page: its size, its panels with their text, and boxes outside all panels."""

    width: float
    height: float
    panels: list[tuple[Box, str]]
    outside: list[Box]
    text: str


def print_page(page: Page, **options) -> list[Sheet]:
    """Print to A4 landscape unless `options` say otherwise."""
    content = page.pdf(print_background=True, **(options or {"format": "A4", "landscape": True}))
    with closing(pypdfium2.PdfDocument(content)) as document:
        return [_sheet(pdf_page) for pdf_page in document]


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    objects = [
        (Box(*page_object.get_bounds()), page_object)
        for page_object in page.get_objects(max_depth=1)
    ]
    panels = [box for box, page_object in objects if _is_panel(box, page_object)]
    text_page = page.get_textpage()
    return Sheet(
        *page.get_size(),
        [(box, text_page.get_text_bounded(*box)) for box in panels],
        list(_outside_panels([box for box, _part in objects], panels)),
        text_page.get_text_bounded(),
    )


def _is_panel(box: Box, page_object: pypdfium2.PdfObject) -> bool:
    width, height = box.right - box.left, box.top - box.bottom
    is_large = width >= _MIN_PANEL_SIZE[0] and height >= _MIN_PANEL_SIZE[1]
    return is_large and page_object.type == raw.FPDF_PAGEOBJ_PATH and _color(page_object) == BORDER


def _outside_panels(boxes: list[Box], panels: list[Box]) -> Iterator[Box]:
    """Yield the boxes that start below the top of the first panel and lie in no panel."""
    top_edge = max((panel.top for panel in panels), default=0.0)
    for box in boxes:
        if box.top < top_edge and not any(box.is_within(panel) for panel in panels):
            yield box


def _color(page_object: pypdfium2.PdfObject) -> tuple[int, ...]:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(page_object.raw, red, green, blue, alpha)
    return red.value, green.value, blue.value


TITLES = [
    "Number of validations", "Number of errors", "Success rate", "Number of warnings",
    "Events", "Users", "Runs by outcome", "Warnings by code",
]  # fmt: skip


def check_panels(sheets, titles):
    """Check that each panel is whole on one page, with its title and its drawing."""
    printed = [text for sheet in sheets for _box, text in sheet.panels]
    assert len(printed) == len(titles)
    for title, text in zip(titles, printed, strict=True):
        assert title in text
    assert [sheet.outside for sheet in sheets] == [[]] * len(sheets)

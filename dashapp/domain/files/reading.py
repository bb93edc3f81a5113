"""A file as records, whatever text it is."""

from collections.abc import Iterator
from typing import NamedTuple

from dashapp.domain.errors import BadInput
from dashapp.domain.files.csv_rows import csv_records
from dashapp.domain.files.json_values import is_by_line, is_json, json_lines, json_values
from dashapp.domain.files.kinds import strange, strange_text
from dashapp.domain.files.plan import Plan
from dashapp.domain.files.records import Record
from dashapp.domain.files.text import (
    HEAD,
    as_utf8,
    encoding_of,
    has_mark,
    is_by_cr,
    lines_of,
    take_head,
    text_chunks,
    without_mark,
)


class Content(NamedTuple):
    """What is in a file, unpacked: its bytes, or rows of a spreadsheet as lines of CSV."""

    chunks: Iterator[bytes]
    is_sheet: bool = False


def read(content: Content, how: Plan) -> Iterator[Record]:
    """Records of a file, its format recognized by its first bytes.

    Raises BadInput for what is no events at all: the message is one line.
    """
    if content.is_sheet:
        csv_how = how._replace(options=how.options._replace(delimiter=","))
        yield from csv_records(content.chunks, csv_how, "utf-8")
        return
    head, chunks = take_head(content.chunks)
    fault = strange(head)
    if fault:
        raise BadInput(fault)
    encoding = how.options.encoding or encoding_of(head)
    if has_mark(head):
        encoding = encoding_of(head)
    head, chunks = take_head(without_mark(as_utf8(chunks, encoding)))
    fault = strange_text(head)
    if fault:
        raise BadInput(fault)
    if not head.strip():
        for _chunk in chunks:  # damage is another reason than nothing
            pass
        raise BadInput("The file is empty.")
    yield from _records(head, chunks, how, encoding)


def _records(head: bytes, chunks: Iterator[bytes], how: Plan, encoding: str) -> Iterator[Record]:
    if not is_json(head):
        yield from csv_records(lines_of(chunks, is_any_end=True), how, encoding)
    elif is_by_line(head, is_cut=len(head) >= HEAD):
        yield from json_lines(lines_of(chunks, is_any_end=is_by_cr(head)), encoding)
    else:
        yield from json_values(text_chunks(chunks), encoding)

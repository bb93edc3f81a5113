"""Read records from a file of any supported format."""

from collections.abc import Iterator
from typing import NamedTuple

from dashapp.domain.errors import BadInput
from dashapp.domain.files.csv_rows import csv_records
from dashapp.domain.files.json_values import is_json, is_ndjson, json_records, ndjson_records
from dashapp.domain.files.kinds import unsupported_format, unsupported_text
from dashapp.domain.files.plan import Plan
from dashapp.domain.files.records import Record
from dashapp.domain.files.text import (
    HEAD_BYTES,
    detect_encoding,
    has_bom,
    has_cr_line_ends,
    split_lines,
    strip_bom,
    take_head,
    text_chunks,
    to_utf8,
)


class Content(NamedTuple):
    """The decompressed bytes of a file, or the rows of a spreadsheet as lines of CSV.

    Of a Parquet file, `records` are its rows.
    """

    chunks: Iterator[bytes]
    is_sheet: bool = False
    records: Iterator[Record] | None = None


def read_records(content: Content, plan: Plan) -> Iterator[Record]:
    """Yield the records of a file. Its first bytes determine the format.

    Raises BadInput with a one-line message if the file cannot contain events.
    """
    if content.records is not None:
        yield from content.records
        return
    if content.is_sheet:
        csv_plan = plan._replace(options=plan.options._replace(delimiter=","))
        yield from csv_records(content.chunks, csv_plan, "utf-8")
        return
    head, chunks = take_head(content.chunks)
    fault = unsupported_format(head)
    if fault:
        raise BadInput(fault)
    encoding = plan.options.encoding or detect_encoding(head)
    if has_bom(head):
        encoding = detect_encoding(head)
    head, chunks = take_head(strip_bom(to_utf8(chunks, encoding)))
    fault = unsupported_text(head)
    if fault:
        raise BadInput(fault)
    if not head.strip():
        for _chunk in chunks:  # raises if the file is damaged instead of empty
            pass
        raise BadInput("The file is empty.")
    yield from _records(head, chunks, plan, encoding)


def _records(head: bytes, chunks: Iterator[bytes], plan: Plan, encoding: str) -> Iterator[Record]:
    if not is_json(head):
        yield from csv_records(split_lines(chunks, is_any_end=True), plan, encoding)
    elif is_ndjson(head, is_cut=len(head) >= HEAD_BYTES):
        yield from ndjson_records(split_lines(chunks, is_any_end=has_cr_line_ends(head)), encoding)
    else:
        yield from json_records(text_chunks(chunks), encoding)

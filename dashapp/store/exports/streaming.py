"""An export that is sent while it is read: memory is bounded, and a reader who leaves ends it."""

import io
from collections.abc import Iterator
from contextlib import closing
from functools import partial

from dashapp.domain.access.scope import Scope
from dashapp.store.engine import Store
from dashapp.store.exports.exporting import Selection, blocks_of, export_events
from dashapp.store.exports.target import Format, private_folder, text_writer, write_file

_CHUNK = 65_536  # bytes


def stream_export(
    store: Store, scope: Scope, selection: Selection, file_format: Format
) -> Iterator[bytes]:
    """Yield the file of an export, all of it from one snapshot.

    A Parquet file is written to a private folder first: it can only be sent when it is complete.
    """
    if file_format == "parquet":
        yield from _stream_file(store, scope, selection, file_format)
        return
    lines = io.BytesIO()
    writer = text_writer(file_format, lines)
    with (
        store.read_primary(scope, has_time_limit=False) as session,
        closing(blocks_of(session, scope, selection)) as blocks,
    ):
        for block in blocks:
            writer.add(block)
            yield _taken(lines)
    writer.finish()
    yield _taken(lines)  # the header, if there were no events


def _taken(lines: io.BytesIO) -> bytes:
    """Return what was written, and make room for the next block."""
    written = lines.getvalue()
    lines.seek(0)
    lines.truncate()
    return written


def _stream_file(
    store: Store, scope: Scope, selection: Selection, file_format: Format
) -> Iterator[bytes]:
    with private_folder(None) as folder:
        part, _count = write_file(
            partial(export_events, store, scope, selection), file_format, folder
        )
        with part.open("rb") as written:
            while chunk := written.read(_CHUNK):
                yield chunk

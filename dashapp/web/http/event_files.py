"""Exports of events as answers: they are sent while they are read."""

from itertools import chain

from flask import Response

from dashapp.domain.access.scope import Scope
from dashapp.store.exports.exporting import Selection
from dashapp.store.exports.streaming import stream_export
from dashapp.store.exports.target import Format
from dashapp.web.services import services

MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}


def event_file(scope: Scope, selection: Selection, file_format: Format, name: str) -> Response:
    """Return a file of events to download. An error before its first part is an error answer."""
    stream = stream_export(services().store, scope, selection, file_format)
    parts = chain([next(stream, b"")], stream)
    response = Response(parts, content_type=MEDIA_TYPES[file_format])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return response

"""Recognize file formats by their first bytes; file names are ignored."""

import re
from typing import Literal

Compression = Literal["gzip", "bz2", "xz", "zstd", "zip"]

_COMPRESSIONS: tuple[tuple[bytes, Compression], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # empty
)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARQUET = b"PAR1"
_EXPORT = "Export the data as CSV or NDJSON."
_COPY = "\\copy (SELECT …) TO 'x.csv' CSV HEADER"
_UNPACK = "Extract it and import the files inside."
_UNSUPPORTED = (
    (b"%PDF", "a PDF file", _EXPORT),
    (b"PARE", "an encrypted Parquet file", "Write it without encryption."),
    (
        b"SQLite format 3\x00",
        "a SQLite database",
        "Export a table: sqlite3 FILE -csv -header 'SELECT * FROM …' > x.csv",
    ),
    (b"Obj\x01", "an Avro file", "Convert it to NDJSON first, for example: avro-tools tojson FILE"),
    (b"ORC", "an ORC file", "Convert it to CSV or NDJSON first."),
    (b"ARROW1", "an Arrow file", "Convert it to CSV or NDJSON first."),
    (b"\x89HDF", "an HDF5 file", "Convert it to CSV first."),
    (b"PGDMP", "a PostgreSQL dump", f"Export a query: {_COPY}"),
    (b"PGCOPY\n", "a PostgreSQL binary COPY file", "Export it as CSV: COPY … TO … CSV HEADER"),
    (b"\x89PNG", "an image", _EXPORT),
    (b"\xff\xd8\xff", "an image", _EXPORT),
    (b"GIF8", "an image", _EXPORT),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"\x04\x22\x4d\x18", "an LZ4 file", _UNPACK),
    (b"\x1f\x9d", "a file compressed with compress", _UNPACK),
    (b"\xff\x06\x00\x00sNaPpY", "a Snappy file", _UNPACK),
    (b"{\\rtf", "an RTF document", _EXPORT),
)
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|!--|table)", re.IGNORECASE)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|[a-z]+[ >])", re.IGNORECASE)
_SQL = re.compile(rb"(?:--|/\*|SET |INSERT INTO |CREATE TABLE )", re.IGNORECASE)
_TAR = slice(257, 262)
# Control characters such as NUL, except tabs, line ends, form feeds and escapes.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BYTES_PER_CONTROL = 20  # text has fewer than one control character per this many bytes


def compression_of(head: bytes) -> Compression | None:
    """Return how a file is compressed, or None."""
    return next((name for magic, name in _COMPRESSIONS if head.startswith(magic)), None)


def unsupported_format(head: bytes) -> str | None:
    """Return one line with the unsupported format of a file and what to do, or None for text."""
    for magic, name, advice in _UNSUPPORTED:
        if head.startswith(magic):
            return f"This is {name}. {advice}"
    if head[_TAR] == b"ustar":
        return f"This is a tar archive. {_UNPACK}"
    if _HTML.match(head):
        return "This is a web page (HTML), possibly a login page. Download the data file itself."
    if _XML.match(head):
        return f"This is XML. {_EXPORT}"
    return None


def unsupported_text(head: bytes) -> str | None:
    """Return one line about content that is not importable text, or None. `head` must be UTF-8."""
    if len(_CONTROLS.findall(head)) * _BYTES_PER_CONTROL > len(head):
        return f"This is a binary file that is neither text nor a spreadsheet. {_EXPORT}"
    if _SQL.match(head.lstrip()) and b"," not in head.split(b"\n", 1)[0]:
        return f"This is SQL. Export a query: {_COPY}"
    return None

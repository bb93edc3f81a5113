"""Convert bytes in any encoding to UTF-8 lines of bounded length."""

import codecs
import io
from collections.abc import Iterable, Iterator

from dashapp.domain.errors import BadInput
from dashapp.domain.files.records import MAX_RECORD

HEAD_BYTES = 65_536  # what format and encoding are detected from
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDECODABLE = "\udcff"  # not encodable as UTF-8, which marks the line as undecodable
_UTF8 = "utf-8"


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _UNDECODABLE, error.end


_ERROR_HANDLER = "dashapp_mark"


def take_head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, and an iterator over all chunks from the beginning.

    If a chunk is damaged, the iterator raises after the chunks before it.
    """
    head: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            head.append(chunk)
            size += len(chunk)
            if size >= HEAD_BYTES:
                break
    except BadInput as error:
        return b"".join(head)[:HEAD_BYTES], _chained(head, _raising(error))
    return b"".join(head)[:HEAD_BYTES], _chained(head, chunks)


def _chained(first: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from first
    yield from rest


def _raising(error: BadInput) -> Iterator[bytes]:
    yield b""
    raise error


def has_bom(head: bytes) -> bool:
    """Whether the file begins with a byte order mark."""
    return head.startswith((codecs.BOM_UTF8, *(bom for bom, _ in _BOMS)))


def detect_encoding(head: bytes) -> str:
    """Detect the encoding by the byte order mark, or by the position of NUL bytes in UTF-16."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    sample = head[:200]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half >= 2 and odd > half * 0.7 and even < half * 0.1:  # noqa: PLR2004 - at least two characters
        return "utf-16-le"
    if half >= 2 and even > half * 0.7 and odd < half * 0.1:  # noqa: PLR2004
        return "utf-16-be"
    return _UTF8


def to_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Convert chunks to UTF-8. Undecodable bytes become bytes that are invalid in UTF-8, too."""
    if codecs.lookup(encoding).name == _UTF8:
        yield from chunks
        return
    codecs.register_error(_ERROR_HANDLER, _mark_undecodable)
    decoder = codecs.getincrementaldecoder(encoding)(_ERROR_HANDLER)
    for chunk in chunks:
        yield decoder.decode(chunk).encode(_UTF8, "surrogatepass")
    yield decoder.decode(b"", True).encode(_UTF8, "surrogatepass")


def strip_bom(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Remove the UTF-8 byte order mark at the beginning."""
    for chunk in chunks:
        if chunk:
            yield chunk.removeprefix(codecs.BOM_UTF8)
            break
    yield from chunks


def has_cr_line_ends(head: bytes) -> bool:
    """Whether lines end with CR alone, as on old Macs."""
    return b"\n" not in head and b"\r" in head.rstrip(b"\r")


def split_lines(chunks: Iterable[bytes], *, is_any_end: bool) -> Iterator[bytes]:
    """Yield lines with their ends; with `is_any_end`, a lone CR also ends a line.

    A line that is too long is cut just above the limit, so that `is_too_long` still detects it.
    """
    rest = b""
    is_cut = False
    for chunk in chunks:
        block = rest + chunk
        lines = block.splitlines(keepends=True) if is_any_end else io.BytesIO(block).readlines()
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        if is_cut and lines:
            yield lines.pop(0)[: MAX_RECORD + 1]
            is_cut = False
        yield from lines
        if len(rest) > MAX_RECORD:
            rest, is_cut = rest[: MAX_RECORD + 1], True
    if rest:
        yield rest


def is_too_long(line: bytes) -> bool:
    return len(line) > MAX_RECORD


def text_chunks(chunks: Iterable[bytes]) -> Iterator[str]:
    """Decode UTF-8; undecodable bytes become a character that `has_undecodable` detects."""
    codecs.register_error(_ERROR_HANDLER, _mark_undecodable)
    decoder = codecs.getincrementaldecoder(_UTF8)(_ERROR_HANDLER)
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", True)


def has_undecodable(text: str) -> bool:
    return _UNDECODABLE in text

"""Bytes of any encoding as lines of UTF-8, each of them bounded."""

import codecs
import io
from collections.abc import Iterable, Iterator

from dashapp.domain.errors import BadInput
from dashapp.domain.files.records import MAX_RECORD

HEAD = 65_536  # bytes that are looked at before anything is read
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BROKEN = "\udcff"  # is no UTF-8 when it is encoded: so the line is known to be broken
_UTF8 = "utf-8"


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _BROKEN, error.end


_ERRORS = "dashapp_mark"


def take_head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all of them again.

    Damage that is found on the way is raised behind the bytes that came before it.
    """
    head: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            head.append(chunk)
            size += len(chunk)
            if size >= HEAD:
                break
    except BadInput as damage:
        return b"".join(head)[:HEAD], _chained(head, _damaged(damage))
    return b"".join(head)[:HEAD], _chained(head, chunks)


def _chained(first: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from first
    yield from rest


def _damaged(damage: BadInput) -> Iterator[bytes]:
    yield b""
    raise damage


def has_bom(head: bytes) -> bool:
    """Whether the file itself says what it is in."""
    return head.startswith((codecs.BOM_UTF8, *(mark for mark, _ in _BOMS)))


def detect_encoding(head: bytes) -> str:
    """By the byte order mark, or by where the NULs of plain letters are."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    sample = head[:200]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half >= 2 and odd > half * 0.7 and even < half * 0.1:  # noqa: PLR2004 - two letters at least
        return "utf-16-le"
    if half >= 2 and even > half * 0.7 and odd < half * 0.1:  # noqa: PLR2004
        return "utf-16-be"
    return _UTF8


def to_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Bytes of an encoding as UTF-8; what is broken stays broken, where it is."""
    if codecs.lookup(encoding).name == _UTF8:
        yield from chunks
        return
    codecs.register_error(_ERRORS, _mark)
    decoder = codecs.getincrementaldecoder(encoding)(_ERRORS)
    for chunk in chunks:
        yield decoder.decode(chunk).encode(_UTF8, "surrogatepass")
    yield decoder.decode(b"", True).encode(_UTF8, "surrogatepass")


def strip_bom(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Without the byte order mark of UTF-8 in front."""
    for chunk in chunks:
        if chunk:
            yield chunk.removeprefix(codecs.BOM_UTF8)
            break
    yield from chunks


def has_cr_line_ends(head: bytes) -> bool:
    """Whether lines end as on old Macs."""
    return b"\n" not in head and b"\r" in head.rstrip(b"\r")


def split_lines(chunks: Iterable[bytes], *, is_any_end: bool) -> Iterator[bytes]:
    """Lines with their ends; with `is_any_end` a lone CR ends one too.

    Of a line that is too long only a little more than may be: enough to see that it is.
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
    """UTF-8 as text; a letter that is broken becomes one that no JSON has."""
    codecs.register_error(_ERRORS, _mark)
    decoder = codecs.getincrementaldecoder(_UTF8)(_ERRORS)
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", True)


def has_undecodable(text: str) -> bool:
    return _BROKEN in text

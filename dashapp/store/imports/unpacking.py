"""Decompression in small pieces, so that a decompression bomb costs time but not memory."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

import zstandard

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.files.kinds import Compression

_READ_SIZE = 256 * 1024  # bytes
_OUTPUT_SIZE = 8 * 1024  # decompressed bytes per piece; damage loses at most one piece
_ZSTD_READ_SIZE = 512  # one byte may decompress to 32 KB, so this many to 16 MB
_MAX_MEMORY = 256 * 1024 * 1024
_DAMAGE = (
    EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zstandard.ZstdError,
    zipfile.BadZipFile, OSError,
)  # fmt: skip
_ENCRYPTED = 0x1


class DamagedFile(BadInput):
    """The rest of the file cannot be read."""


def decompress(file: IO[bytes], compression: Compression | None) -> Iterator[bytes]:
    """Yield the decompressed bytes of a file.

    Raises DamagedFile, or BadInput for a zip file that does not contain exactly one file.
    """
    readers: dict[Compression | None, Callable[[IO[bytes]], Iterator[bytes]]] = {
        None: _read_plain,
        "gzip": lambda compressed: _read_pieces(gzip.GzipFile(fileobj=compressed)),
        "bz2": lambda compressed: _read_streams(compressed, bz2.BZ2Decompressor),
        "xz": lambda compressed: _read_streams(compressed, _xz_decompressor),
        "zstd": _read_zstd,
        "zip": _read_zip,
    }
    try:
        yield from readers[compression](file)
    except _DAMAGE:
        if compression is None:
            raise
        raise DamagedFile("The file is corrupt or truncated.") from None


def _read_plain(file: Any) -> Iterator[bytes]:
    while chunk := file.read(_READ_SIZE):
        yield chunk


def _read_pieces(file: Any) -> Iterator[bytes]:
    while chunk := file.read1(_OUTPUT_SIZE):
        yield chunk


def _xz_decompressor() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=_MAX_MEMORY)


def _read_streams(file: IO[bytes], new_decompressor: Callable[[], Any]) -> Iterator[bytes]:
    """Decompress all streams of a file, such as the two that `cat a.bz2 b.bz2` writes."""
    rest = file.read(_READ_SIZE)
    while rest:
        decompressor = new_decompressor()
        while not decompressor.eof:
            if decompressor.needs_input and not rest:
                rest = file.read(_READ_SIZE)
                if not rest:
                    raise EOFError
            chunk = decompressor.decompress(rest if decompressor.needs_input else b"", _OUTPUT_SIZE)
            rest = b""
            if chunk:
                yield chunk
        rest = decompressor.unused_data.lstrip(b"\0") or file.read(_READ_SIZE).lstrip(b"\0")


def _read_zstd(file: IO[bytes]) -> Iterator[bytes]:
    zstd = zstandard.ZstdDecompressor(max_window_size=_MAX_MEMORY // 2)
    rest = file.read(_ZSTD_READ_SIZE)
    while rest:
        decompressor = zstd.decompressobj()
        while not decompressor.eof:
            chunk = decompressor.decompress(rest)
            if chunk:
                yield chunk
            if not decompressor.eof:
                rest = file.read(_ZSTD_READ_SIZE)
                if not rest:
                    raise EOFError
        rest = decompressor.unused_data or file.read(_ZSTD_READ_SIZE)


def _read_zip(file: IO[bytes]) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as archive:
        member = _only_member(archive)
        try:
            with archive.open(member) as content:
                yield from _read_pieces(content)
        except (NotImplementedError, RuntimeError):
            raise BadInput(
                f"The zip file compresses {excerpt(member.filename)} with an unsupported method. "
                "Extract it first."
            ) from None


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not _is_added_by_file_manager(member)
    ]
    if not members:
        raise BadInput("The zip file is empty.")
    if len(members) > 1:
        names = ", ".join(excerpt(member.filename) for member in members[:10])
        more = ", …" if len(members) > 10 else ""  # noqa: PLR2004
        raise BadInput(
            f"The zip file contains {len(members)} files ({names}{more}). Extract it and import "
            "each file."
        )
    if members[0].flag_bits & _ENCRYPTED:
        raise BadInput("The zip file is password-protected. Extract it first.")
    return members[0]


def _is_added_by_file_manager(member: zipfile.ZipInfo) -> bool:
    """Return whether this is a file that file managers add, such as .DS_Store."""
    name = member.filename.rpartition("/")[2]
    return member.filename.startswith("__MACOSX/") or name in {".DS_Store", "Thumbs.db"}

"""Compressed files, unpacked in small pieces: a bomb costs time, never memory."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

import zstandard

from dashapp.domain.errors import BadInput, shown
from dashapp.domain.files.kinds import Compression

PIECE = 256 * 1024  # bytes
_PACKED_PIECE = 8 * 1024  # of what is unpacked: damage further on takes no more than this away
_DENSE_PIECE = 512  # of zstandard: a byte may unpack to 32 KB, so this to 16 MB
_MOST_MEMORY = 256 * 1024 * 1024
_DAMAGE = (
    EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zstandard.ZstdError,
    zipfile.BadZipFile, OSError,
)  # fmt: skip
_ENCRYPTED = 0x1


class DamagedFile(BadInput):
    """The rest of a file cannot be read."""


def unpacked(file: IO[bytes], packing: Compression | None) -> Iterator[bytes]:
    """The bytes of a file. Raises DamagedFile, or BadInput for a zip that is not one file."""
    readers: dict[Compression | None, Callable[[IO[bytes]], Iterator[bytes]]] = {
        None: _plain,
        "gzip": lambda packed: _pieces(gzip.GzipFile(fileobj=packed)),
        "bz2": lambda packed: _stream(packed, bz2.BZ2Decompressor),
        "xz": lambda packed: _stream(packed, _xz),
        "zstd": _zstd,
        "zip": _zip,
    }
    try:
        yield from readers[packing](file)
    except _DAMAGE:
        if packing is None:
            raise
        raise DamagedFile("The file is damaged or was cut off.") from None


def _plain(file: Any) -> Iterator[bytes]:
    while chunk := file.read(PIECE):
        yield chunk


def _pieces(file: Any) -> Iterator[bytes]:
    while chunk := file.read1(_PACKED_PIECE):
        yield chunk


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=_MOST_MEMORY)


def _stream(file: IO[bytes], make: Callable[[], Any]) -> Iterator[bytes]:
    """One stream after the other, as `cat a.bz2 b.bz2` makes them."""
    rest = file.read(PIECE)
    while rest:
        unpacker = make()
        while not unpacker.eof:
            if unpacker.needs_input and not rest:
                rest = file.read(PIECE)
                if not rest:
                    raise EOFError
            chunk = unpacker.decompress(rest if unpacker.needs_input else b"", _PACKED_PIECE)
            rest = b""
            if chunk:
                yield chunk
        rest = unpacker.unused_data.lstrip(b"\0") or file.read(PIECE).lstrip(b"\0")


def _zstd(file: IO[bytes]) -> Iterator[bytes]:
    frames = zstandard.ZstdDecompressor(max_window_size=_MOST_MEMORY // 2)
    rest = file.read(_DENSE_PIECE)
    while rest:
        unpacker = frames.decompressobj()
        while not unpacker.eof:
            chunk = unpacker.decompress(rest)
            if chunk:
                yield chunk
            if not unpacker.eof:
                rest = file.read(_DENSE_PIECE)
                if not rest:
                    raise EOFError
        rest = unpacker.unused_data or file.read(_DENSE_PIECE)


def _zip(file: IO[bytes]) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as archive:
        member = _only_member(archive)
        try:
            with archive.open(member) as inside:
                yield from _pieces(inside)
        except (NotImplementedError, RuntimeError):
            raise BadInput(
                f"The zip packs {shown(member.filename)} in a way that cannot be read. Unpack it "
                "first."
            ) from None


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one)]
    if not members:
        raise BadInput("The zip is empty.")
    if len(members) > 1:
        names = ", ".join(shown(one.filename) for one in members[:10])
        more = ", …" if len(members) > 10 else ""  # noqa: PLR2004
        raise BadInput(
            f"The zip holds {len(members)} files ({names}{more}). Unpack it and import each."
        )
    if members[0].flag_bits & _ENCRYPTED:
        raise BadInput("The zip has a password. Unpack it first.")
    return members[0]


def _is_litter(member: zipfile.ZipInfo) -> bool:
    """What file managers leave behind."""
    name = member.filename.rpartition("/")[2]
    return member.filename.startswith("__MACOSX/") or name in {".DS_Store", "Thumbs.db"}

"""Compressed files: recognized by their bytes, bounded, and told apart where they are damaged."""

import bz2
import gzip
import io
import lzma
import zipfile

import pytest
import zstandard

from dashapp.domain.errors import BadInput
from dashapp.domain.files.kinds import compression_of
from dashapp.domain.files.notes import Notes
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.unpacking import DamagedFile, unpacked
from tests.files import AS_IS

DATA = b"type,occurred_at\n" + b"".join(b"a.b,2026-01-01T00:00:%02dZ\n" % (n % 60) for n in range(9_000))  # fmt: skip


def zipped(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return body.getvalue()


PACK = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "zip": lambda data: zipped({"folder/x.csv": data}),
}


def read(tmp_path, data: bytes) -> bytes:
    file = tmp_path / "x.bin"
    file.write_bytes(data)
    told = []
    with Source(file, told.append).open(AS_IS, Notes()) as content:
        found = b"".join(content.chunks)
    assert sum(told) == len(data)
    return found


@pytest.mark.parametrize("name", PACK)
def test_a_packed_file_is_read_whatever_it_is_called(tmp_path, name):
    assert compression_of(PACK[name](DATA)) == name
    assert read(tmp_path, PACK[name](DATA)) == DATA


@pytest.mark.parametrize("name", ["gzip", "bz2", "xz", "zstd"])
def test_files_that_were_joined_are_read_to_the_end(tmp_path, name):
    assert read(tmp_path, PACK[name](DATA) + PACK[name](b"more")) == DATA + b"more"


@pytest.mark.parametrize("name", ["gzip", "bz2", "xz", "zstd"])
@pytest.mark.parametrize("outer", ["gzip", "zip"])
def test_what_is_packed_twice_is_unpacked_twice(tmp_path, name, outer):
    assert read(tmp_path, PACK[outer](PACK[name](DATA))) == DATA


@pytest.mark.parametrize("name", PACK)
@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b[:-1], lambda b: b[:12]])
def test_a_file_that_was_cut_off_is_told(tmp_path, name, damage):
    with pytest.raises(DamagedFile, match=r"The file is damaged or was cut off\."):
        read(tmp_path, damage(PACK[name](DATA)))


def test_a_zip_of_several_files_names_them(tmp_path):
    with pytest.raises(BadInput, match=r"holds 2 files \(a\.csv, b\.csv\)"):
        read(tmp_path, zipped({"a.csv": DATA, "b.csv": DATA}))
    with pytest.raises(BadInput, match="zip is empty"):
        read(tmp_path, zipped({}))


def test_what_file_managers_leave_in_a_zip_is_not_looked_at(tmp_path):
    assert read(tmp_path, zipped({"x.csv": DATA, "__MACOSX/._x.csv": b"x"})) == DATA


@pytest.mark.parametrize("name", PACK)
def test_a_bomb_is_unpacked_in_small_pieces(name):
    bomb = io.BytesIO(PACK[name](b"\0" * 50_000_000))

    sizes = [len(piece) for piece in unpacked(bomb, name)]

    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 16 * 1024 * 1024
    assert len(bomb.getvalue()) < 100_000

"""Compressed files: detected by their content, decompressed in small pieces, refused if damaged."""

import bz2
import gzip
import io
import lzma

import pytest
import zstandard

from dashapp.domain.errors import BadInput
from dashapp.domain.files.kinds import compression_of
from dashapp.domain.files.notes import Notes
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.unpacking import DamagedFile, decompress
from tests.files import AS_IS, zip_of

DATA = b"type,occurred_at\n" + b"".join(b"a.b,2026-01-01T00:00:%02dZ\n" % (n % 60) for n in range(9_000))  # fmt: skip


COMPRESS = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "zip": lambda data: zip_of({"folder/x.csv": data}),
}


def read(tmp_path, data: bytes) -> bytes:
    file = tmp_path / "x.bin"
    file.write_bytes(data)
    sizes = []
    with Source(file, sizes.append).open(AS_IS, Notes()) as content:
        decompressed = b"".join(content.chunks)
    assert sum(sizes) == len(data)
    return decompressed


@pytest.mark.parametrize("name", COMPRESS)
def test_a_compressed_file_is_read_whatever_its_name(tmp_path, name):
    assert compression_of(COMPRESS[name](DATA)) == name
    assert read(tmp_path, COMPRESS[name](DATA)) == DATA


@pytest.mark.parametrize("name", ["gzip", "bz2", "xz", "zstd"])
def test_concatenated_streams_are_read_to_the_end(tmp_path, name):
    assert read(tmp_path, COMPRESS[name](DATA) + COMPRESS[name](b"more")) == DATA + b"more"


@pytest.mark.parametrize("name", ["gzip", "bz2", "xz", "zstd"])
@pytest.mark.parametrize("outer", ["gzip", "zip"])
def test_a_file_compressed_twice_is_decompressed_twice(tmp_path, name, outer):
    assert read(tmp_path, COMPRESS[outer](COMPRESS[name](DATA))) == DATA


@pytest.mark.parametrize("name", COMPRESS)
@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b[:-1], lambda b: b[:12]])
def test_a_truncated_file_is_refused(tmp_path, name, damage):
    with pytest.raises(DamagedFile, match=r"The file is corrupt or truncated\."):
        read(tmp_path, damage(COMPRESS[name](DATA)))


def test_a_zip_of_several_files_is_refused_with_their_names(tmp_path):
    with pytest.raises(BadInput, match=r"contains 2 files \(a\.csv, b\.csv\)"):
        read(tmp_path, zip_of({"a.csv": DATA, "b.csv": DATA}))
    with pytest.raises(BadInput, match="zip file is empty"):
        read(tmp_path, zip_of({}))


def test_files_that_file_managers_add_to_a_zip_are_ignored(tmp_path):
    assert read(tmp_path, zip_of({"x.csv": DATA, "__MACOSX/._x.csv": b"x"})) == DATA


@pytest.mark.parametrize("name", COMPRESS)
def test_a_decompression_bomb_is_read_in_small_pieces(name):
    bomb = io.BytesIO(COMPRESS[name](b"\0" * 50_000_000))

    sizes = [len(piece) for piece in decompress(bomb, name)]

    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 16 * 1024 * 1024
    assert len(bomb.getvalue()) < 100_000

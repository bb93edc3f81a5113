"""Copies of segments on disk: bounded, checked, and safe to delete at any moment."""

import os
import time
from hashlib import sha256
from multiprocessing import get_context

import pytest

from dashapp.store.columns.cache import Damaged, SegmentCache

HOUR = 3600
BODIES = {name: name.encode() * 1000 for name in "abcde"}


def digest(name):
    return sha256(BODIES[name]).hexdigest()


class Loads:
    """Loads bodies as from a database, and counts how often."""

    def __init__(self, cache):
        self.cache, self.count = cache, 0

    def path(self, name):
        def load():
            self.count += 1
            return BODIES[name]

        return self.cache.path(digest(name), load)


@pytest.fixture
def cache(tmp_path):
    return SegmentCache(tmp_path / "cache", max_bytes=3000)


@pytest.fixture
def loads(cache):
    return Loads(cache)


def age(path, seconds):
    """Make a file look as if it was last used and written some time ago."""
    at = time.time() - seconds
    os.utime(path, (at, at))


def names(cache):
    listed = {digest(name): name for name in BODIES}
    return "".join(sorted(listed[path.stem] for path in cache.folder.glob("*.parquet")))


def test_a_segment_is_loaded_once(loads):
    assert loads.path("a").read_bytes() == loads.path("a").read_bytes() == BODIES["a"]
    assert loads.count == 1


def test_another_process_uses_the_same_file(loads):
    loads.path("a")
    other = Loads(SegmentCache(loads.cache.folder, max_bytes=3000))

    assert other.path("a").read_bytes() == BODIES["a"]
    assert other.count == 0


def test_only_the_servers_user_can_read_it(loads):
    path = loads.path("a")

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_file_that_was_not_used_for_the_longest_time_is_deleted(loads):
    for hours, name in ((5, "a"), (1, "b"), (9, "c")):
        age(loads.path(name), hours * HOUR)
    loads.path("c")  # is used again

    loads.path("d")

    assert names(loads.cache) == "bcd"


def test_files_in_use_are_kept_even_if_they_take_more(loads):
    for name in "abcde":
        loads.path(name)

    assert names(loads.cache) == "abcde"
    for path in loads.cache.folder.iterdir():
        age(path, HOUR)
    loads.cache.forget(loads.path("a"))
    loads.path("a")
    assert len(names(loads.cache)) == 3


def test_a_damaged_file_is_loaded_again(loads):
    path = loads.path("a")
    damaged = bytearray(BODIES["a"])
    damaged[500] ^= 1
    path.write_bytes(damaged)

    assert loads.path("a").read_bytes() == BODIES["a"]
    assert loads.count == 2


@pytest.mark.parametrize("content", [b"", BODIES["a"][:-1], BODIES["b"]])
def test_a_file_that_another_process_left_damaged_is_loaded_again(loads, content):
    loads.path("b").with_name(f"{digest('a')}.parquet").write_bytes(content)

    assert loads.path("a").read_bytes() == BODIES["a"]


def test_without_the_hash_check_a_damaged_file_is_used(loads, monkeypatch):
    """A planted fault."""
    loads.path("b").with_name(f"{digest('a')}.parquet").write_bytes(BODIES["b"])
    monkeypatch.setattr(SegmentCache, "_is_intact", lambda _cache, path, _digest: path.exists())

    assert loads.path("a").read_bytes() == BODIES["b"]


def test_content_with_another_hash_is_refused_and_not_kept(cache):
    with pytest.raises(Damaged):
        cache.path(digest("a"), lambda: BODIES["b"])

    assert not cache.folder.exists()


@pytest.mark.parametrize("delete", ["file", "folder"])
def test_a_deleted_file_is_loaded_again(loads, delete):
    path = loads.path("a")
    path.unlink()
    if delete == "folder":
        path.parent.rmdir()

    assert loads.path("a").read_bytes() == BODIES["a"]


def test_a_file_in_place_of_the_folder_is_an_os_error(tmp_path):
    (tmp_path / "cache").write_text("not a folder")
    cache = SegmentCache(tmp_path / "cache", max_bytes=3000)

    with pytest.raises(OSError):
        Loads(cache).path("a")


def test_what_upkeep_does_not_know_is_deleted_later(loads):
    paths = [loads.path(name) for name in "abc"]
    age(paths[0], HOUR)
    age(paths[1], HOUR)

    loads.cache.keep_only({digest("b")})

    assert names(loads.cache) == "bc"  # c is new: another process may have sealed it since


def test_what_a_killed_process_left_is_deleted_after_an_hour(cache):
    cache.folder.mkdir()
    left = [cache.folder / name for name in
            (f"{'0' * 16}.part", f"{'0' * 16}.d", f"{'0' * 64}.{'0' * 8}.part")]  # fmt: skip
    for path in left:
        (path.mkdir if path.suffix == ".d" else path.touch)()
    cache.keep_only(())
    assert all(path.exists() for path in left)

    for path in left:
        age(path, 2 * HOUR)
    cache.keep_only(())
    assert not any(path.exists() for path in left)


@pytest.mark.parametrize("name", ["dashapp.db", "dashapp.db-wal", "mine.parquet", "notes", "x.part", "var.d/"])  # fmt: skip
def test_other_files_in_the_folder_are_never_deleted(loads, name):
    loads.cache.folder.mkdir()
    other = loads.cache.folder / name
    (other.mkdir if name.endswith("/") else other.touch)()
    age(other, 1000 * HOUR)

    loads.cache.keep_only(())
    for segment in "abcde":
        age(loads.path(segment), HOUR)

    assert other.exists()


def _use_again_and_again(folder):
    loads = Loads(SegmentCache(folder, max_bytes=1500))
    for turn in range(300):
        name = "abcde"[turn % 5]
        path = loads.path(name)
        try:
            assert path.read_bytes() == BODIES[name]
            if turn % 3 == 0:
                age(path, HOUR)
        except FileNotFoundError:  # deleted since, by the other process
            continue


def test_two_processes_can_delete_each_others_files(tmp_path):
    context = get_context("spawn")
    processes = [
        context.Process(target=_use_again_and_again, args=(tmp_path / "cache",)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)  # starting takes long on a busy machine

    assert [process.exitcode for process in processes] == [0, 0]

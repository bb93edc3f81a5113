"""Boards stay right whatever happens to the copies of segments on disk."""

import resource
import shutil
from contextlib import contextmanager

import pytest
from sqlalchemy import update

from dashapp.store import tables
from dashapp.store.columns import cache
from dashapp.store.columns.duck import Question, UnreadableFile
from dashapp.store.columns.verify import sealed_differences
from dashapp.store.engine import Store
from tests.queries.columns.sealed_org import LOCKED, answers, fill, from_events, recorded


@pytest.fixture
def store(sqlite_url):  # files are the same whatever the database
    store = Store(sqlite_url)
    yield store
    store.close()


@pytest.fixture
def own(store, tmp_path):
    """The same database with an empty cache of its own."""
    own = Store(str(store.url), cache=(str(tmp_path / "c"), 64))
    yield own
    own.close()


@pytest.fixture
def viewer(store, acme):
    fill(store, acme, "acme")
    return acme.filtered_by(LOCKED)


def is_right(store, viewer):
    """Return whether numbers are those of the events, and whether sealed days were read."""
    with recorded() as statements:
        assert answers(store, viewer) == from_events(store, viewer)
    return bool(statements)


@contextmanager
def full_disk():
    """Let no file grow beyond a few bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_an_empty_cache_is_filled(own, viewer):
    assert is_right(own, viewer)
    assert len(list(own.columns.cache.folder.iterdir())) == 3


@pytest.mark.parametrize("fault", ["deleted", "emptied", "truncated", "changed"])
def test_files_that_are_missing_or_damaged_are_loaded_again(own, viewer, fault):
    is_right(own, viewer)
    for path in own.columns.cache.folder.iterdir():
        body = path.read_bytes()
        bodies = {"emptied": b"", "truncated": body[:-9], "changed": body[:-9] + bytes(9)}
        path.unlink()
        if fault != "deleted":
            path.write_bytes(bodies[fault])

    assert is_right(own, viewer)


def delete_during(monkeypatch, folder, times):
    """Delete the folder before the next few statements of DuckDB."""
    run, left = Question.run, [times]

    def deleting(question, statement, params):
        if left[0]:
            left[0] -= 1
            shutil.rmtree(folder)
        return run(question, statement, params)

    monkeypatch.setattr(Question, "run", deleting)


def test_files_that_are_deleted_during_a_question_are_loaded_again(own, viewer, monkeypatch):
    delete_during(monkeypatch, own.columns.cache.folder, times=1)

    assert is_right(own, viewer)


def test_files_that_are_deleted_again_and_again_are_an_error(own, viewer, monkeypatch):
    delete_during(monkeypatch, own.columns.cache.folder, times=2)
    with pytest.raises(UnreadableFile):
        answers(own, viewer)

    assert is_right(own, viewer)


def test_a_cache_that_is_smaller_than_the_segments_of_a_question_is_enough(own, viewer):
    own.columns.cache._max_bytes = 1

    assert is_right(own, viewer)
    assert len(list(own.columns.cache.folder.iterdir())) == 3


def test_a_cache_that_deletes_files_in_use_is_caught(own, viewer, monkeypatch):
    """A planted fault."""
    own.columns.cache._max_bytes = 1
    monkeypatch.setattr(cache, "_IN_USE", 0)

    with pytest.raises(UnreadableFile):
        answers(own, viewer)


def test_on_a_full_disk_days_are_read_from_events(own, viewer, caplog):
    expected = from_events(own, viewer)
    with full_disk():
        actual = answers(own, viewer)

    assert actual == expected
    assert "a segment cannot be written to the cache" in caplog.text
    assert list(own.columns.cache.folder.iterdir()) == []
    assert is_right(own, viewer)


def test_without_a_folder_days_are_read_from_events(own, viewer):
    own.columns.cache.folder.write_text("a file in place of the folder")

    assert not is_right(own, viewer)


@pytest.mark.parametrize("body", [b"", b"PAR1", b"x" * 1000])
def test_a_segment_that_is_damaged_in_the_database_is_not_read(own, acme, viewer, body, caplog):
    segments = tables.segments
    with own.write(acme) as session:
        is_first = (segments.c.org_id == acme.org_id) & (segments.c.number == 1)
        session.execute(update(segments).where(is_first).values(body=body))

    assert is_right(own, viewer)
    assert "a segment is damaged; its days are read from events" in caplog.text
    assert list(sealed_differences(own, acme)) == [
        "acme, 2026-11-13: the segment is damaged.", "acme, 2026-11-14: the segment is damaged.",
    ]  # fmt: skip

"""Sealed days show only the rows of the Scope's org. Each wall is also tested without the others.

The walls: segments are found by the Scope, files are named after their hash and checked, and each
statement compares the org of each row.
"""

import re

import pytest
from sqlalchemy import select

from dashapp.queries.columns.source import Source
from dashapp.store import row_security, tables
from dashapp.store.columns import sealed
from dashapp.store.columns.cache import SegmentCache
from dashapp.store.engine import Store
from tests import conftest
from tests.queries.columns.sealed_org import LOCKED, answers, fill, from_events, recorded

MARKER = "rival-only"
EVERYTHING = [36, 126, 6, pytest.approx(3, rel=0.01), {"acme-only": 36}]
OF_BOTH = [18, 72, 3, pytest.approx(4, rel=0.01), {"acme-only": 18}]


@pytest.fixture
def cast(store, acme, rival, tmp_path):
    store.close()
    own = Store(store.url.render_as_string(hide_password=False), cache=(str(tmp_path / "c"), 64))
    for owner, label in ((acme, "acme-only"), (rival, MARKER)):
        fill(own, owner, label)
    yield own
    own.close()


@pytest.fixture
def viewer(acme):
    return acme.filtered_by(LOCKED)


def digests(store, owner):
    with store.read(owner) as session:
        segments = tables.segments
        is_of_org = segments.c.org_id == owner.org_id
        return list(session.execute(select(segments.c.sha256).where(is_of_org)).scalars())


def swap_files(store, acme, rival):
    """Plant a fault: the files of Rival's segments have the names of Acme's."""
    folder = store.columns.cache.folder
    answers(store, rival.filtered_by(LOCKED))
    bodies = [(folder / f"{name}.parquet").read_bytes() for name in digests(store, rival)]
    for name, body in zip(digests(store, acme), bodies, strict=True):
        (folder / f"{name}.parquet").write_bytes(body)


def drop_the_hash_check(monkeypatch):
    monkeypatch.setattr(SegmentCache, "_is_intact", lambda _cache, path, _digest: path.exists())


def drop_the_predicate(monkeypatch):
    of_group = Source._of_group

    def dropped(*args):
        return re.sub(r"org_id = (\$\w+)", r"\1::INTEGER > 0", of_group(*args))

    monkeypatch.setattr(Source, "_of_group", dropped)


def read_segments_without_a_scope(monkeypatch):
    """Plant a fault: the segments of all orgs are looked up."""
    segments = tables.segments
    statement = select(segments.c.number, segments.c.sha256, segments.c.layout)
    monkeypatch.setattr(sealed, "_SEGMENTS", statement)


def reads_without_the_org(statements, owner):
    """Return the statements that read a file without comparing the org of its rows."""
    without = []
    for statement, params in statements:
        compared = re.findall(r"WHERE org_id = \$(\w+) AND", statement)
        if len(compared) != statement.count("read_parquet("):
            without.append(statement)
        assert all(params[name] == owner.org_id for name in compared)
    return without


def test_numbers_are_those_of_acme(cast, acme, viewer):
    assert answers(cast, viewer) == OF_BOTH == from_events(cast, viewer)
    assert answers(cast, acme) == EVERYTHING


def test_every_statement_compares_the_org_of_each_row(cast, viewer):
    with recorded() as statements:
        answers(cast, viewer)

    assert sum("read_parquet(" in statement for statement, _params in statements) > 0
    assert reads_without_the_org(statements, viewer) == []


def test_a_dropped_predicate_is_caught(cast, viewer, monkeypatch):
    """A planted fault."""
    drop_the_predicate(monkeypatch)
    with recorded() as statements:
        answers(cast, viewer)

    assert reads_without_the_org(statements, viewer) != []


def test_a_file_of_another_org_is_replaced(cast, acme, rival, viewer):
    swap_files(cast, acme, rival)

    assert answers(cast, viewer) == OF_BOTH


def test_without_the_hash_check_the_predicate_prevents_a_leak(
    cast, acme, rival, viewer, monkeypatch
):
    """A planted fault: the numbers are wrong, but none is Rival's."""
    swap_files(cast, acme, rival)
    drop_the_hash_check(monkeypatch)

    assert answers(cast, viewer)[0] == 0


def test_without_the_hash_check_and_the_predicate_rivals_rows_appear(
    cast, acme, rival, viewer, monkeypatch
):
    """With both faults, the numbers checked above differ."""
    swap_files(cast, acme, rival)
    drop_the_hash_check(monkeypatch)
    drop_the_predicate(monkeypatch)

    assert MARKER in answers(cast, viewer)[-1]


@pytest.mark.unbound
def test_segments_without_a_scope_are_caught(cast, viewer, monkeypatch):
    """A planted fault, caught by the check of every statement in conftest.py."""
    read_segments_without_a_scope(monkeypatch)
    monkeypatch.setattr(conftest, "CHECKED_STATEMENTS", set())
    before = len(conftest.UNBOUND)

    assert answers(cast, viewer) == OF_BOTH  # row security hides Rival's segments
    assert any(text.startswith("segments in ") for text in conftest.UNBOUND[before:])


@pytest.fixture
def bare(cast, rival, tmp_path, monkeypatch):
    """The same database without row security, and Rival's files in the cache."""
    monkeypatch.setattr(row_security, "install_on_sqlite", lambda _engine: None)
    url = cast.url.render_as_string(hide_password=False)
    store = Store(url, role="postgres", cache=(str(tmp_path / "c"), 64))
    answers(store, rival.filtered_by(LOCKED))
    yield store
    store.close()


@pytest.mark.unbound
def test_without_a_scope_and_row_security_the_predicate_prevents_a_leak(bare, viewer, monkeypatch):
    read_segments_without_a_scope(monkeypatch)

    assert answers(bare, viewer) == OF_BOTH


@pytest.mark.unbound
def test_without_all_three_rivals_rows_appear(bare, viewer, monkeypatch):
    """With these faults, the numbers checked above differ."""
    read_segments_without_a_scope(monkeypatch)
    drop_the_predicate(monkeypatch)

    assert MARKER in answers(bare, viewer)[-1]

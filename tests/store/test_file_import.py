"""A file of events: batches, orgs, progress, resuming, and a real file."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.domain.errors import BadInput
from dashapp.domain.records import plan
from dashapp.store.file_import import Progress, check_file, import_file
from tests import factories
from tests.factories import NOW

FLIGHTS = Path(__file__).parent.parent / "data" / "flights.csv"
HOW = plan(
    ["occurred_at=scheduled_departure", "user=tailnum"],
    ["type=validation_run.created"],
    "airline",
)


def adding(store):
    known = {}

    def scope_for(slug):
        if slug not in known:
            known[slug] = factories.scope(add_org(store, factories.scope, slug, now=1))
        return known[slug]

    return scope_for


def load(store, path, how=HOW, scope_for=None, now=NOW):
    return import_file(
        store, Progress(path, lambda _: None), how, scope_for or adding(store), now=now
    )


def test_a_real_file_is_stored_and_nothing_counts_twice(store):
    scope_for = adding(store)

    first = load(store, FLIGHTS, scope_for=scope_for)
    again = load(store, FLIGHTS, scope_for=scope_for)

    assert (first.accepted, first.duplicates, first.refused) == (548, 0, 0)
    assert (again.accepted, again.duplicates, again.refused) == (0, 548, 0)


def test_what_was_broken_off_is_added_later(store, tmp_path):
    scope_for = adding(store)
    part = tmp_path / "part.csv"
    part.write_bytes(b"".join(FLIGHTS.read_bytes().splitlines(keepends=True)[:101]))

    assert load(store, part, scope_for=scope_for).accepted == 100
    assert load(store, FLIGHTS, scope_for=scope_for).accepted == 448


def test_gzip_is_recognised_and_a_cut_file_is_told(store, acme, tmp_path):
    whole, cut = tmp_path / "whole.gz", tmp_path / "cut.gz"
    whole.write_bytes(gzip.compress(FLIGHTS.read_bytes()))
    cut.write_bytes(whole.read_bytes()[:3000])
    how = HOW._replace(org_column=None)

    assert load(store, whole, how, lambda _: acme).accepted == 548
    with pytest.raises(BadInput, match="damaged or was cut off"):
        load(store, cut, how, lambda _: acme)


@pytest.mark.parametrize(
    "damage", [lambda b: b[:3000], lambda b: b[:3000] + b"\xff\xff" + b[3002:]]
)
def test_what_came_before_the_damage_is_stored(store, acme, tmp_path, damage):
    file = tmp_path / "x.gz"
    file.write_bytes(damage(gzip.compress(FLIGHTS.read_bytes())))

    with pytest.raises(BadInput, match="What came before is stored"):
        load(store, file, HOW._replace(org_column=None), lambda _: acme)

    with store.reading(acme) as session:
        assert session.execute(text("SELECT count(*) FROM events")).scalar() > 50


def test_strict_sees_a_bad_org_and_an_id_with_two_meanings(tmp_path):
    file = tmp_path / "x.csv"
    for second, message in (("a,u2,acme", "other content"), ("b,u1,", "empty")):
        file.write_text(f"id,user,shop\na,u1,acme\n{second}\n")
        how = plan([], ["type=page.viewed", "occurred_at=2026-01-01T00:00:00Z"], "shop")
        with pytest.raises(BadInput, match=f"Line 3.*{message}"):
            check_file(Progress(file, lambda _: None), how, now=NOW)


def test_a_line_of_ndjson_may_lack_a_field_that_is_mapped(store, acme, tmp_path):
    file = tmp_path / "x.ndjson"
    file.write_text(
        '{"id":"a","at":"2026-01-01T00:00:00Z"}\n{"id":"b","at":"2026-01-01T00:00:00Z","who":"u"}\n'
    )

    report = load(
        store, file, plan(["occurred_at=at", "user=who"], ["type=page.viewed"]), lambda _: acme
    )

    assert report.accepted == 2


def test_a_line_without_an_end_is_read_in_parts_and_refused(store, acme, tmp_path, monkeypatch):
    monkeypatch.setattr("dashapp.store.file_import.MAX_LINE", 1000)
    file = tmp_path / "x.ndjson"
    file.write_text("{" + "x" * 5000)

    assert load(store, file, plan([], []), lambda _: acme).refused > 1


def test_progress_reaches_the_end_of_the_file(store, acme):
    told = []
    how = HOW._replace(org_column=None)

    import_file(store, Progress(FLIGHTS, told.append), how, lambda _: acme, now=NOW)

    assert sum(told) == FLIGHTS.stat().st_size


def test_bad_lines_are_named_and_the_others_are_stored(store, acme, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("type,occurred_at\npage.viewed,2026-01-01T00:00:00Z\nX,2026-01-01T00:00:00Z\n"
                    "page.viewed,soon\npage.viewed,2026-01-02T00:00:00Z\n")  # fmt: skip

    report = load(store, file, plan([], []), lambda _: acme)

    assert report.accepted == 2
    assert [(fault.line, fault.code) for fault in report.faults] == [
        (3, "invalid_type"),
        (4, "invalid_time"),
    ]


def test_strict_names_the_first_bad_line(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("type,occurred_at\npage.viewed,2026-01-01T00:00:00Z\nX,2026-01-01T00:00:00Z\n")

    with pytest.raises(BadInput, match="Line 3"):
        check_file(
            Progress(file, lambda _: None), plan([], []), now=datetime(2027, 1, 1, tzinfo=UTC)
        )


def test_a_column_that_is_not_there_is_told_before_anything_is_stored(store, acme, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")

    with pytest.raises(BadInput, match="no column “when”"):
        load(store, file, plan(["occurred_at=when"], []), lambda _: acme)


def test_a_conflict_is_named_by_its_line(store, acme, tmp_path):
    file = tmp_path / "x.ndjson"
    line = '{"id":"a","type":"page.viewed","occurred_at":"2026-01-01T00:00:00Z","user":"%s"}\n'
    file.write_text(line % "u1" + "\n" + line % "u2")

    report = load(store, file, plan([], []), lambda _: acme)

    assert (report.accepted, report.faults[0].line, report.faults[0].code) == (1, 3, "conflict")

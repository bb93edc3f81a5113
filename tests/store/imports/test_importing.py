"""A file of events: batches, orgs, progress, resuming, and a real file."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.domain.errors import BadInput
from dashapp.domain.files.plan import make_plan
from dashapp.store.imports.dry_run import rehearse
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Counts, Facts, new_import_id
from dashapp.store.imports.importing import import_file
from tests import factories
from tests.factories import NOW

FLIGHTS = Path(__file__).parent.parent / "data" / "flights.csv"
HOW = make_plan(
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
    facts = Facts(new_import_id(), path.name, "", how.as_json(), "ada", 1)
    return import_file(store, Source(path), how, scope_for or adding(store), facts, now=now)


def check(path, how, now=NOW):
    return rehearse(Source(path), how, now=now, is_strict=True)


def test_a_real_file_is_stored_and_nothing_counts_twice(store):
    scope_for = adding(store)

    first = load(store, FLIGHTS, scope_for=scope_for)
    again = load(store, FLIGHTS, scope_for=scope_for)

    assert first.counts == Counts(added=548)
    assert again.counts == Counts(already=548)


def test_what_was_broken_off_is_added_later(store, tmp_path):
    scope_for = adding(store)
    part = tmp_path / "part.csv"
    part.write_bytes(b"".join(FLIGHTS.read_bytes().splitlines(keepends=True)[:101]))

    assert load(store, part, scope_for=scope_for).counts.added == 100
    assert load(store, FLIGHTS, scope_for=scope_for).counts.added == 448


def test_gzip_is_recognised_and_a_cut_file_is_told(store, acme, tmp_path):
    whole, cut = tmp_path / "whole.gz", tmp_path / "cut.gz"
    whole.write_bytes(gzip.compress(FLIGHTS.read_bytes()))
    cut.write_bytes(whole.read_bytes()[:3000])
    how = HOW._replace(org_column=None)

    assert load(store, whole, how, lambda _: acme).counts.added == 548
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
        how = make_plan([], ["type=page.viewed", "occurred_at=2026-01-01T00:00:00Z"], "shop")
        with pytest.raises(BadInput, match=f"Line 3.*{message}"):
            check(file, how, NOW)


def test_a_line_of_ndjson_may_lack_a_field_that_is_mapped(store, acme, tmp_path):
    file = tmp_path / "x.ndjson"
    file.write_text(
        '{"id":"a","at":"2026-01-01T00:00:00Z"}\n{"id":"b","at":"2026-01-01T00:00:00Z","who":"u"}\n'
    )

    report = load(
        store, file, make_plan(["occurred_at=at", "user=who"], ["type=page.viewed"]), lambda _: acme
    )

    assert report.counts.added == 2


def test_a_line_without_an_end_is_one_refusal(store, acme, tmp_path):
    file = tmp_path / "x.ndjson"
    line = b'{"id":"a","type":"a.b","occurred_at":"2026-01-01T00:00:00Z"}\n'
    file.write_bytes(line + b"{" + b"x" * 3_000_000 + b"\n" + line.replace(b'"a"', b'"c"'))

    report = load(store, file, make_plan([], []), lambda _: acme)

    assert report.counts == Counts(added=2, refused=1)
    assert "Longer than" in report.faults[0].message


def test_progress_reaches_the_end_of_the_file(store, acme):
    told = []
    how = HOW._replace(org_column=None)
    source = Source(FLIGHTS, told.append)

    import_file(store, source, how, lambda _: acme, Facts("i1", "x", "", {}, "", 1), now=NOW)

    assert sum(told) == FLIGHTS.stat().st_size


def test_bad_lines_are_named_and_the_others_are_stored(store, acme, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("type,occurred_at\npage.viewed,2026-01-01T00:00:00Z\nX,2026-01-01T00:00:00Z\n"
                    "page.viewed,soon\npage.viewed,2026-01-02T00:00:00Z\n")  # fmt: skip

    report = load(store, file, make_plan([], []), lambda _: acme)

    assert report.counts.added == 2
    assert [(fault.line, fault.code) for fault in report.faults] == [
        (3, "invalid_type"),
        (4, "invalid_time"),
    ]


def test_strict_names_the_first_bad_line(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("type,occurred_at\npage.viewed,2026-01-01T00:00:00Z\nX,2026-01-01T00:00:00Z\n")

    with pytest.raises(BadInput, match="Line 3"):
        check(file, make_plan([], []), datetime(2027, 1, 1, tzinfo=UTC))


def test_a_column_that_is_not_there_is_told_before_anything_is_stored(store, acme, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")

    with pytest.raises(BadInput, match="no column “when”"):
        load(store, file, make_plan(["occurred_at=when"], []), lambda _: acme)


def test_a_conflict_is_named_by_its_line(store, acme, tmp_path):
    file = tmp_path / "x.ndjson"
    line = '{"id":"a","type":"page.viewed","occurred_at":"2026-01-01T00:00:00Z","user":"%s"}\n'
    file.write_text(line % "u1" + "\n" + line % "u2")

    report = load(store, file, make_plan([], []), lambda _: acme)

    assert (report.counts.added, report.faults[0].line, report.faults[0].code) == (1, 3, "conflict")

"""Imports of event files: batches, orgs, progress, damage and resuming."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.domain.errors import BadInput
from dashapp.domain.files.plan import make_plan
from dashapp.store.imports.dry_run import preview_import
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Counts, Facts, new_import_id
from dashapp.store.imports.importing import import_file
from tests import factories
from tests.factories import NOW

FLIGHTS = Path(__file__).parents[2] / "data" / "flights.csv"
PLAN = make_plan(
    ["occurred_at=scheduled_departure", "user=tailnum"],
    ["type=validation_run.created"],
    "airline",
)


def scope_factory(store):
    """Return a `scope_for` that adds orgs."""
    scopes = {}

    def scope_for(slug):
        if slug not in scopes:
            scopes[slug] = factories.scope(add_org(store, factories.scope, slug, now=1))
        return scopes[slug]

    return scope_for


def load(store, path, plan=PLAN, scope_for=None, now=NOW):
    facts = Facts(new_import_id(), path.name, "", plan.as_json(), "ada", 1)
    return import_file(store, Source(path), plan, scope_for or scope_factory(store), facts, now=now)


def preview_strictly(path, plan, now=NOW):
    return preview_import(Source(path), plan, now=now, is_strict=True)


def test_importing_a_file_twice_adds_its_events_once(store):
    scope_for = scope_factory(store)

    first = load(store, FLIGHTS, scope_for=scope_for)
    again = load(store, FLIGHTS, scope_for=scope_for)

    assert first.counts == Counts(added=548)
    assert again.counts == Counts(already=548)


def test_importing_a_whole_file_completes_a_partial_import(store, tmp_path):
    scope_for = scope_factory(store)
    part = tmp_path / "part.csv"
    part.write_bytes(b"".join(FLIGHTS.read_bytes().splitlines(keepends=True)[:101]))

    assert load(store, part, scope_for=scope_for).counts.added == 100
    assert load(store, FLIGHTS, scope_for=scope_for).counts.added == 448


def test_a_gzip_file_is_detected_and_a_truncated_one_is_refused(store, acme, tmp_path):
    whole, cut = tmp_path / "whole.gz", tmp_path / "cut.gz"
    whole.write_bytes(gzip.compress(FLIGHTS.read_bytes()))
    cut.write_bytes(whole.read_bytes()[:3000])
    plan = PLAN._replace(org_column=None)

    assert load(store, whole, plan, lambda _: acme).counts.added == 548
    with pytest.raises(BadInput, match="corrupt or truncated"):
        load(store, cut, plan, lambda _: acme)


@pytest.mark.parametrize(
    "damage", [lambda b: b[:3000], lambda b: b[:3000] + b"\xff\xff" + b[3002:]]
)
def test_events_before_the_damage_are_stored(store, acme, tmp_path, damage):
    file = tmp_path / "x.gz"
    file.write_bytes(damage(gzip.compress(FLIGHTS.read_bytes())))

    with pytest.raises(BadInput, match="The events before it are stored"):
        load(store, file, PLAN._replace(org_column=None), lambda _: acme)

    with store.read(acme) as session:
        assert session.execute(text("SELECT count(*) FROM events")).scalar() > 50


def test_strict_refuses_an_empty_org_and_an_id_with_different_content(tmp_path):
    file = tmp_path / "x.csv"
    for second, message in (("a,u2,acme", "different content"), ("b,u1,", "empty")):
        file.write_text(f"id,user,shop\na,u1,acme\n{second}\n")
        plan = make_plan([], ["type=page.viewed", "occurred_at=2026-01-01T00:00:00Z"], "shop")
        with pytest.raises(BadInput, match=f"Line 3.*{message}"):
            preview_strictly(file, plan, NOW)


def test_an_ndjson_line_may_lack_a_mapped_field(store, acme, tmp_path):
    file = tmp_path / "x.ndjson"
    file.write_text(
        '{"id":"a","at":"2026-01-01T00:00:00Z"}\n{"id":"b","at":"2026-01-01T00:00:00Z","who":"u"}\n'
    )

    report = load(
        store, file, make_plan(["occurred_at=at", "user=who"], ["type=page.viewed"]), lambda _: acme
    )

    assert report.counts.added == 2


def test_a_line_beyond_the_size_limit_is_one_refusal(store, acme, tmp_path):
    file = tmp_path / "x.ndjson"
    line = b'{"id":"a","type":"a.b","occurred_at":"2026-01-01T00:00:00Z"}\n'
    file.write_bytes(line + b"{" + b"x" * 3_000_000 + b"\n" + line.replace(b'"a"', b'"c"'))

    report = load(store, file, make_plan([], []), lambda _: acme)

    assert report.counts == Counts(added=2, refused=1)
    assert "is longer than" in report.faults[0].message


def test_progress_adds_up_to_the_size_of_the_file(store, acme):
    sizes = []
    plan = PLAN._replace(org_column=None)
    source = Source(FLIGHTS, sizes.append)

    import_file(store, source, plan, lambda _: acme, Facts("i1", "x", "", {}, "", 1), now=NOW)

    assert sum(sizes) == FLIGHTS.stat().st_size


def test_bad_lines_are_reported_and_the_others_are_stored(store, acme, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("type,occurred_at\npage.viewed,2026-01-01T00:00:00Z\nX,2026-01-01T00:00:00Z\n"
                    "page.viewed,soon\npage.viewed,2026-01-02T00:00:00Z\n")  # fmt: skip

    report = load(store, file, make_plan([], []), lambda _: acme)

    assert report.counts.added == 2
    assert [(fault.line, fault.code) for fault in report.faults] == [
        (3, "invalid_type"),
        (4, "invalid_time"),
    ]


def test_strict_reports_the_first_bad_line(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("type,occurred_at\npage.viewed,2026-01-01T00:00:00Z\nX,2026-01-01T00:00:00Z\n")

    with pytest.raises(BadInput, match="Line 3"):
        preview_strictly(file, make_plan([], []), datetime(2027, 1, 1, tzinfo=UTC))


def test_a_missing_column_is_reported_before_anything_is_stored(store, acme, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")

    with pytest.raises(BadInput, match="no column “when”"):
        load(store, file, make_plan(["occurred_at=when"], []), lambda _: acme)


def test_a_conflict_is_reported_with_its_line(store, acme, tmp_path):
    file = tmp_path / "x.ndjson"
    line = '{"id":"a","type":"page.viewed","occurred_at":"2026-01-01T00:00:00Z","user":"%s"}\n'
    file.write_text(line % "u1" + "\n" + line % "u2")

    report = load(store, file, make_plan([], []), lambda _: acme)

    assert (report.counts.added, report.faults[0].line, report.faults[0].code) == (1, 3, "conflict")

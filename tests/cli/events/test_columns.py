"""`dashapp columns …`, and upkeep and backups of sealed days."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update

from dashapp.store import tables
from dashapp.store.engine import Store
from tests.factories import NOW, event, send
from tests.queries.columns.sealed_org import LOCKED, TYPE, answers, fill, from_events, orders
from tests.sealing import small_segments

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DASHAPP_CACHE_DIR", str(tmp_path / "c"))


def change_an_event(store, owner):
    """Plant a difference: an event changes without its day being unsealed."""
    statement = text(
        "UPDATE events SET properties = '{\"total\": 99}' WHERE org_id = :org AND id = "
        "(SELECT min(id) FROM events WHERE org_id = :org)"
    )
    with store.write(owner) as session:
        session.execute(statement, {"org": owner.org_id})


def test_status_shows_the_sealed_days_of_each_org(run, store, acme, rival):
    fill(store, acme, "acme")

    lines = run("columns", "status").stdout.splitlines()

    pattern = r"acme: 6 days from 2026-11-13 to 2026-11-18, 36 events in 3 segments, 0\.\d MB"
    assert re.fullmatch(pattern, lines[0])
    assert lines[1:] == ["rival: no sealed days"]
    assert run("columns", "status", "--org", "rival").stdout == "rival: no sealed days\n"


@pytest.mark.parametrize("command", ["status", "verify", "rebuild"])
def test_an_unknown_org_is_refused(run, store, acme, command):
    error = run("columns", command, "--org", "nobody", exits=1).stderr

    assert error.startswith("dashapp: No org nobody")


def test_verify_passes_with_exit_status_0(run, store, acme, rival):
    fill(store, acme, "acme")

    output = run("columns", "verify").stdout

    assert output == "All sealed days of 2 orgs match their events.\n"
    assert "All sealed days of 1 org match" in run("columns", "verify", "--org", "rival").stdout


def test_verify_reports_a_difference_and_a_rebuild_fixes_it(run, store, acme, rival):
    fill(store, acme, "acme")
    change_an_event(store, acme)
    viewer = acme.filtered_by(LOCKED)

    error = run("columns", "verify", exits=1).stderr

    assert re.match(r"acme, 2026-11-1\d: 1 event missing, 1 event wrong\.\n", error)
    assert error.endswith("dashapp: 1 day differs. Run: dashapp columns rebuild\n")
    run("columns", "verify", "--org", "rival")
    with small_segments():
        assert (
            run("columns", "rebuild", "--org", "acme").stdout == "Rebuilt: 36 events are sealed.\n"
        )
    run("columns", "verify")
    assert answers(store, viewer) == from_events(store, viewer)


def test_verify_reports_a_missing_segment_and_a_rebuild_fixes_it(run, store, acme):
    fill(store, acme, "acme")
    segments = tables.segments
    with store.write(acme) as session:
        session.execute(delete(segments).where(segments.c.org_id == acme.org_id, segments.c.number == 2))  # fmt: skip

    assert "the segment is damaged" in run("columns", "verify", exits=1).stderr
    with small_segments():
        run("columns", "rebuild")
    run("columns", "verify")


def test_verify_reports_a_segment_of_another_org(run, store, acme, rival):
    for owner, label in ((acme, "acme"), (rival, "rival")):
        fill(store, owner, label, most=10**9)
    segments = tables.segments
    with store.write(rival) as session:
        copied = session.execute(
            segments.select().where(segments.c.org_id == rival.org_id)
        ).one()._asdict()  # fmt: skip
    with store.write(acme) as session:
        values = {name: copied[name] for name in ("sha256", "body", "layout")}
        session.execute(update(segments).where(segments.c.org_id == acme.org_id).values(**values))

    assert "6 events missing, 0 events wrong" in run("columns", "verify", exits=1).stderr
    assert "dashapp: 6 days differ." in run("columns", "verify", exits=1).stderr


def test_tallies_and_sealed_days_are_verified_separately(run, store, acme):
    fill(store, acme, "acme")
    change_an_event(store, acme)

    result = run("tally", "verify", exits=1)
    assert result.stdout == "All tallies of 1 org match a recount of the events.\n"
    assert "1 day differs. Run: dashapp columns rebuild" in result.stderr
    run("columns", "verify", exits=1)


def test_a_rebuild_leaves_small_orgs_unsealed(run, store, acme):
    fill(store, acme, "acme")

    assert run("columns", "rebuild").stdout == "Rebuilt: 0 events are sealed.\n"
    assert run("columns", "status").stdout == "acme: no sealed days\n"


def test_upkeep_by_hand_seals_every_day_that_is_over(run, store, acme):
    send(store, acme, orders("acme", 6))
    run("upkeep")
    assert run("columns", "status").stdout == "acme: no sealed days\n"

    with small_segments():
        run("upkeep", "--all")

    assert "6 days from 2026-11-13 to 2026-11-18, 36 events" in run("columns", "status").stdout
    run("columns", "verify")


def test_erase_and_prune_leave_sealed_days_right(run, store, acme):
    fill(store, acme, "acme")

    run("erase", "--org", "acme", "--user", "acme-1")
    run("prune", "--org", "acme", "--before", "2026-11-15")

    run("columns", "verify")
    viewer = acme.filtered_by(LOCKED)
    assert answers(store, viewer) == from_events(store, viewer)
    with small_segments():
        run("upkeep")
    assert "4 days from 2026-11-15 to 2026-11-18, 20 events" in run("columns", "status").stdout
    run("columns", "verify")


def test_a_late_event_of_another_process_unseals_its_day(run, store, acme):
    fill(store, acme, "acme")
    send(store, acme, [event(TYPE, NOW - timedelta(days=4))])

    assert "acme: 5 days from" in run("columns", "status").stdout
    run("columns", "verify")


def test_a_restored_backup_has_its_sealed_days(run, store, acme, tmp_path, monkeypatch):
    if not store.is_sqlite:
        pytest.skip("`dashapp backup` is for SQLite")
    fill(store, acme, "acme")
    viewer = acme.filtered_by(LOCKED)
    run("backup", str(tmp_path / "copy.db"))

    url = f"sqlite:///{tmp_path}/copy.db"
    monkeypatch.setenv("DASHAPP_DATABASE_URL", url)
    restored = Store(url, cache=(str(tmp_path / "new"), 64))
    assert "36 events in 3 segments" in run("columns", "status").stdout
    run("columns", "verify")
    assert answers(restored, viewer) == from_events(store, viewer)
    restored.close()

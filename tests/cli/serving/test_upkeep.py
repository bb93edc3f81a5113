"""Commands that maintain tallies and remove events."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text

from dashapp.domain.time.instant import utc_now
from dashapp.store.orgs import orgs
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import maintenance
from dashapp.web.monitoring.places import FOLDER
from tests import factories
from tests.factories import event, event_types, send, set_timezone
from tests.panels import built_in
from tests.templates import OPERATIONS

NEEDED = built_in().tallies(OPERATIONS.saved_panels())  # by the org's dashboard
pytestmark = pytest.mark.both_databases


def state_of(store, owner):
    with store.read(owner) as session:
        return org_state(session, owner)


def corrupt_tallies(store, owner) -> None:
    with store.write(owner) as session:
        session.execute(text("UPDATE tally SET n = n + 7 WHERE org_id = :o"), {"o": owner.org_id})


def shared_count(folder) -> float | None:
    """Return how many orgs upkeep says that it looked at, as the server would read it."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))
    return registry.get_sample_value("dashapp_upkeep_orgs_total", {"outcome": "done"})


def test_verify_passes_with_exit_status_0(run, store, acme, rival):
    send(store, acme, [event() for _ in range(3)])

    assert "All tallies of 2 orgs match" in run("tally", "verify").stdout


def test_verify_reports_differences_and_a_rebuild_fixes_them(run, store, acme, rival):
    send(store, acme, [event(at=factories.NOW) for _ in range(3)])
    corrupt_tallies(store, acme)

    error = run("tally", "verify", exits=1).stderr
    assert (
        "acme: all events by total, all projects, 2026-11-20 (day): 10 stored, 3 counted" in error
    )
    assert "Run: dashapp tally rebuild" in error
    assert "All tallies of 1 org match" in run("tally", "verify", "--org", "rival").stdout

    run("tally", "rebuild", "--org", "acme")
    run("tally", "verify")
    assert [tally.tally for tally in state_of(store, acme).tallies] == NEEDED


def test_erase_removes_the_events_of_a_user(run, store, acme):
    send(store, acme, [event(user="u1"), event(user="u1"), event(user="u2")])

    assert run("erase", "--org", "acme", "--user", "u1").stdout == "acme: 2 events of u1 erased.\n"
    assert len(event_types(store, acme)) == 1
    run("tally", "verify")
    assert "No org nobody" in run("erase", "--org", "nobody", "--user", "u", exits=1).stderr


def test_prune_before_a_date_uses_the_orgs_time_zone(run, store, acme):
    set_timezone(store, acme, "Asia/Tokyo")
    send(store, acme, [event(at="2026-01-09T14:59:59Z"), event(at="2026-01-09T15:00:00Z")])

    assert "acme: 1 event removed" in run("prune", "--before", "2026-01-10").stdout
    assert len(event_types(store, acme)) == 1
    for invalid in ("2026-02-30", "yesterday", "2026-01-10T00:00:00"):
        assert run("prune", "--before", invalid, exits=1).stderr.startswith("dashapp: ")
    assert "acme: 1 event removed" in run("prune", "--before", "2026-01-09T15:00:01Z").stdout


def test_prune_without_a_date_follows_each_orgs_keep_days(run, store, acme, rival):
    old = event(at=utc_now() - timedelta(days=30))
    for owner in (acme, rival):
        send(store, owner, [old, event(at=utc_now())])
    run("org", "set", "acme", "--keep-days", "7")

    assert run("prune").stdout == "acme: 1 event removed.\n"
    run("org", "set", "acme", "--keep-days", "forever")
    assert run("prune").stdout == ""
    assert len(event_types(store, rival)) == 2


def test_org_set_changes_the_time_zone(run, store, acme):
    send(store, acme, [event() for _ in range(3)])

    run("org", "set", "acme", "--timezone", "America/New_York", "--name", "Acme Ltd.")

    assert "acme  Acme Ltd.  America/New_York" in run("org", "list").stdout
    assert state_of(store, acme).timezone == "America/New_York"
    run("tally", "verify")
    assert "Unknown time zone" in run("org", "set", "acme", "--timezone", "Mars", exits=1).stderr
    for invalid in ("0", "-1", "x", "1.5"):
        run("org", "set", "acme", "--keep-days", invalid, exits=2)
    run("org", "set", "acme", exits=2)


def test_ingest_limits_are_set_for_orgs_and_keys(run, store, acme):
    from dashapp.store.orgs import keys

    run("org", "set", "acme", "--events-per-minute", "600")
    added = run("key", "add", "--org", "acme", "--kind", "ingest", "--events-per-minute", "60")
    with store.read_shared() as session:
        key = keys.find_key(session, added.stdout.splitlines()[-1])

    assert (key.events_per_minute, key.org_events_per_minute) == (60, 600)
    run("org", "set", "acme", "--events-per-minute", "default")
    with store.read_shared() as session:
        assert keys.find_key(session, added.stdout.splitlines()[-1]).org_events_per_minute is None


def test_upkeep_counts_and_prunes(run, store, acme):
    send(store, acme, [event(at=utc_now() - timedelta(days=n)) for n in range(5)])
    with store.write_shared() as session:
        orgs.set_org(session, acme, keep_days=2)
    maintenance.rebuild_all(store, acme, [])

    run("upkeep")

    assert len(event_types(store, acme)) == 2
    assert {tally.tally for tally in state_of(store, acme).tallies} == set(NEEDED)
    run("tally", "verify")


def test_upkeep_of_a_server_counts_and_ends_when_its_standard_input_closes(
    store, acme, database_url, tmp_path
):
    counts = tmp_path / "counts"
    counts.mkdir()
    maintenance.rebuild_all(store, acme, [])
    process = subprocess.Popen(
        [sys.executable, "-m", "dashapp", "upkeep", "--until-input-ends"],
        stdin=subprocess.PIPE,
        env={
            **os.environ, "DASHAPP_DATABASE_URL": database_url,
            "DASHAPP_SECRET_KEY": factories.SECRET, FOLDER: str(counts),
        },
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not shared_count(counts) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert shared_count(counts) == 1
    assert state_of(store, acme).tallies
    assert process.poll() is None

    process.stdin.close()

    assert process.wait(10) == 0

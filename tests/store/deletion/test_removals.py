"""Receipts of removed orgs, removals that are killed, and what still names a removed org."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import NotFound
from dashapp.domain.time.instant import to_us
from dashapp.store.deletion.orgs import Wish, begin_removal, finish_removals, removal_steps
from dashapp.store.deletion.removals import find_removal
from dashapp.store.engine import Store
from dashapp.store.leftovers import prune_leftovers
from dashapp.store.orgs.orgs import find_org
from dashapp.store.orgs.reserved_slugs import (
    SlugReserved,
    release_slug,
    reserve_slug,
)
from dashapp.store.sign_on.domains import org_of_address, replace_domains
from dashapp.store.tables import usage
from tests import factories
from tests.factories import NOW, OPERATOR, event
from tests.queries.columns.sealed_org import answers
from tests.store.deletion.rows import everything, rows_of
from tests.store.deletion.test_orgs import fill_every_table

AT = to_us(NOW)
DAY = 20_777  # 2026-11-20


def receipt_of(store, removal_id: str):
    with store.read_shared() as session:
        return find_removal(session, removal_id)


def remove(store, owner, **options):
    removal = begin_removal(store, owner, OPERATOR, Wish(**options), now=AT)
    list(removal_steps(store, owner, now=AT))
    return receipt_of(store, removal.id)


def test_a_receipt_counts_what_was_deleted(store, acme):
    fill_every_table(store, acme)
    before = rows_of(store, acme.org_id)
    receipt = remove(store, acme)

    kept = {"orgs", "org_states", "login_sessions"}  # not counted, or not deleted
    assert {name: n for name, n in before.items() if name not in kept} == receipt.counts
    assert (receipt.started_at, receipt.due_at, receipt.finished_at) == (AT, AT, AT)


def test_a_receipt_has_the_usage_of_the_month(store, acme):
    rows = ((DAY, "stored", 5), (DAY - 19, "stored", 2), (DAY - 20, "stored", 100))
    with store.write(acme) as session:
        for day, kind, count in rows:  # of the 20th, the 1st, and the month before
            session.execute(
                usage.insert().values(org_id=acme.org_id, day=day, kind=kind, count=count)
            )

    assert remove(store, acme).usage == {"month": "2026-11", "stored": 7, "viewers": 0}


def cut_off(url: str, org, steps: int) -> None:
    """In a process of its own: begin to remove an org, and be killed after some steps."""
    pid = os.fork()
    if pid == 0:
        try:
            store = Store(url)
            removal = removal_steps(store, org, now=AT, most=20)
            for _number in range(steps):
                next(removal)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)


def test_a_removal_that_is_killed_between_any_two_steps_finishes(store, database_url, acme, rival):
    fill_every_table(store, acme)
    before = rows_of(store, acme.org_id)
    others = rows_of(store, rival.org_id)
    removal = begin_removal(store, acme, OPERATOR, now=AT)
    kept = {"orgs", "org_states", "login_sessions"}
    expected = {name: n for name, n in before.items() if name not in kept}
    kills = 0
    while sum(receipt_of(store, removal.id).counts.values()) < sum(expected.values()):
        cut_off(database_url, acme, 1)
        kills += 1
        counts = receipt_of(store, removal.id).counts
        left = rows_of(store, acme.org_id)
        assert {name: before[name] - left.get(name, 0) for name in counts} == counts
    assert kills >= 5
    finish_removals(store, factories.scope, now=AT)

    assert receipt_of(store, removal.id).counts == expected
    assert receipt_of(store, removal.id).finished_at == AT
    assert (rows_of(store, acme.org_id), rows_of(store, rival.org_id)) == ({}, others)


def test_data_waits_until_it_is_due(store, acme):
    factories.send(store, acme, [event()])
    removal = begin_removal(store, acme, OPERATOR, Wish(after_days=7), now=AT)

    finish_removals(store, factories.scope, now=AT + 6 * 86_400_000_000)
    assert rows_of(store, acme.org_id)["events"] == 1
    finish_removals(store, factories.scope, now=AT + 7 * 86_400_000_000)
    assert rows_of(store, acme.org_id) == {}
    assert receipt_of(store, removal.id).counts["events"] == 1


def test_mail_domains_are_free_at_once(store, acme, rival):
    with store.write_shared() as session:
        replace_domains(session, acme, ["acme.example"], now=AT)
    begin_removal(store, acme, OPERATOR, Wish(after_days=7), now=AT)

    with store.write_shared() as session:
        replace_domains(session, rival, ["acme.example"], now=AT)
        assert org_of_address(session, "ada@acme.example") == rival.org


def test_a_removal_begins_once(store, acme):
    begin_removal(store, acme, OPERATOR, now=AT)

    with pytest.raises(NotFound):
        begin_removal(store, acme, OPERATOR, now=AT)


def test_only_the_installation_audit_names_a_removed_org(store):
    org = add_org(store, factories.scope, "umbrella-corp", name="Umbrella Corporation", now=1)
    owner = factories.scope(org)
    fill_every_table(store, owner)
    key_id = factories.add_key(store, owner)[0]
    folder = store.columns.cache.folder
    before = set(folder.glob("*.parquet"))
    answers(store, owner)  # copies segments to the disk
    copies = set(folder.glob("*.parquet")) - before
    assert copies != set()
    factories.add_user(store, "zoe@example.com", (owner, Role.OWNER))
    words = ("umbrella-corp", "Umbrella Corporation", "https://shop.example", key_id, "viewer-7")
    assert all(any(word in rows for rows in everything(store).values()) for word in words)
    remove(store, owner)

    rows = everything(store)
    found = {(w, table) for w in words for table, content in rows.items() if w in content}
    assert found == {("umbrella-corp", "users")}  # the address of an account, which stays
    assert copies.isdisjoint(folder.glob("*.parquet"))


def test_nothing_is_left_in_the_file(store, acme):
    if not store.is_sqlite:
        pytest.skip("PostgreSQL does not overwrite what it deletes.")
    factories.send(store, acme, [event(user=f"marked-person-{n}") for n in range(500)])
    paths = [Path(store.url.database), Path(f"{store.url.database}-wal")]

    def bytes_on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in paths if path.exists())

    assert b"marked-person" in bytes_on_disk()
    remove(store, acme)
    assert b"marked-person" not in bytes_on_disk()


def test_a_removed_slug_is_free_after_30_days(store, acme):
    remove(store, acme)
    later = to_us(NOW + timedelta(days=30))

    with pytest.raises(SlugReserved, match="until 2026-12-20"):
        add_org(store, factories.scope, "acme", now=later - 1)
    prune_leftovers(store, later - 1, audit_days=400)
    with pytest.raises(SlugReserved):
        add_org(store, factories.scope, "acme", now=later - 1)
    assert add_org(store, factories.scope, "acme", now=later).slug == "acme"


def test_a_slug_can_be_released_at_once_or_later(store, acme):
    remove(store, acme, is_released=True)
    again = factories.scope(add_org(store, factories.scope, "acme", now=AT))
    remove(store, again)

    with store.write_shared() as session:
        release_slug(session, "acme")
    add_org(store, factories.scope, "acme", now=AT)
    with store.write_shared() as session, pytest.raises(NotFound):
        release_slug(session, "acme")


def test_a_reservation_can_be_renewed(store):
    with store.write_shared() as session:
        reserve_slug(session, "acme", now=AT)
        reserve_slug(session, "acme", now=AT + 1)


def test_nobody_finds_an_org_by_its_hidden_slug(store, acme):
    begin_removal(store, acme, OPERATOR, now=AT)

    with store.read_shared() as session, pytest.raises(NotFound):
        find_org(session, f"~{acme.org_id}")

"""Deleting an org: all of it, nothing else, in short steps, and for good."""

import threading
from datetime import timedelta
from itertools import islice

import pytest

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.actors import SYSTEM, Action
from dashapp.domain.access.roles import Role
from dashapp.domain.access.saved_views import SavedView
from dashapp.domain.errors import NotFound
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import to_us
from dashapp.store.audit.entries import add_entry
from dashapp.store.columns.upkeep import delete_unused_files
from dashapp.store.deletion.orgs import begin_removal, finish_removals, removal_steps
from dashapp.store.deletion.removals import open_removals
from dashapp.store.deletion.steps import MAX_ROWS
from dashapp.store.events.erasure import erase_user
from dashapp.store.imports.import_log import Facts, begin_import
from dashapp.store.orgs import embed_log, keys, orgs, origins, saved_views
from dashapp.store.people import login_sessions, memberships, users
from dashapp.store.people.login_sessions import NewSession
from dashapp.store.tables import OWNED
from tests import factories
from tests.factories import NOW, OPERATOR, event
from tests.queries.columns.sealed_org import answers, fill
from tests.store.deletion.rows import rows_of

ENTRY = embed_log.Entry(1, "taken", "", "operations", "k1", "viewer-7", "t1")


def fill_every_table(store, owner) -> None:
    """Give an org rows in all tables."""
    factories.send(store, owner, [event(user="gone", properties={"n": n}) for n in range(3)])
    erase_user(store, owner, "gone")
    fill(store, owner, "a")
    user_id = factories.add_user(store, f"{owner.org.slug}@example.com", (owner, Role.OWNER))
    factories.add_key(store, owner, KeyKind.INGEST)
    with store.write_shared() as session:
        origins.insert_origin(session, owner, "https://shop.example", now=1)
        login_sessions.insert_session(
            session, NewSession(user_id, owner.org_id, "form", "/app/acme/operations"), now=1
        )
    with store.write(owner) as session:
        embed_log.log(session, owner, ENTRY)
        begin_import(session, owner, Facts("i1", "x.csv", "0" * 64, {}, "root", 1))
        add_entry(session, owner, SYSTEM, Action.EXPORTED, now=1)
        saved_views.add_view(session, owner, user_id, SavedView("", "Rice", ""), now=1)


def steps_of(store, owner, **options):
    """Begin to remove an org, and return the steps that follow."""
    begin_removal(store, owner, OPERATOR, now=to_us(NOW))
    return removal_steps(store, owner, now=to_us(NOW), **options)


def delete(store, owner) -> None:
    list(steps_of(store, owner))


def test_nothing_of_the_org_is_left_and_nothing_of_another_is_gone(store, acme, rival):
    fill_every_table(store, acme)
    fill_every_table(store, rival)
    others = rows_of(store, rival.org_id)

    delete(store, acme)

    assert rows_of(store, acme.org_id) == {}
    assert rows_of(store, rival.org_id) == others


def test_the_test_above_covers_the_tables(store, acme):
    fill_every_table(store, acme)

    filled = rows_of(store, acme.org_id)
    never_filled = {table.name for table in OWNED} - filled.keys()
    assert never_filled <= {
        "send_limits", "measured", "spreads", "event_values", "audit_doors", "usage",
        "usage_viewers", "rejections", "logos", "erasures",
    }  # fmt: skip
    assert filled.keys() >= {"orgs", "keys", "memberships", "origins", "login_sessions"}


def test_no_step_has_more_rows_than_others_can_wait_for(store, acme):
    for part in range(7):
        factories.send(store, acme, [event(id=f"e{part}-{n}") for n in range(1_000)])

    steps = list(steps_of(store, acme))
    assert max(sum(step.values()) for step in steps) == MAX_ROWS
    assert sum(step.get("events", 0) for step in steps) == 7_000


@pytest.mark.parametrize("count", [1, 2, 4])
def test_an_interrupted_deletion_hides_the_org_and_can_be_finished(store, acme, rival, count):
    fill_every_table(store, acme)
    secret = factories.add_key(store, acme)[1]
    list(islice(steps_of(store, acme, most=20), count))

    assert rows_of(store, acme.org_id)["orgs"] == 1
    with store.read_shared() as session:
        assert [org.slug for org in orgs.list_orgs(session)] == ["rival"]
        assert [org.slug for _removal, org in open_removals(session)] == [f"~{acme.org_id}"]
        assert keys.find_key(session, secret) is None
        assert origins.origins_of(session, "acme") == []
        with pytest.raises(NotFound):
            orgs.find_org(session, "acme")
    with pytest.raises(NotFound):
        factories.send(store, acme, [event()])

    finish_removals(store, factories.scope, now=to_us(NOW))
    assert rows_of(store, acme.org_id) == {}


def test_a_removal_that_upkeep_finishes_first_ends_without_an_error(store, acme):
    fill_every_table(store, acme)
    steps = steps_of(store, acme, most=20)
    next(steps)

    finish_removals(store, factories.scope, now=to_us(NOW))

    assert list(steps) == []
    assert rows_of(store, acme.org_id) == {}


def test_a_batch_that_is_being_stored_is_deleted_and_a_later_one_refused(store, acme):
    factories.send(store, acme, [event()])
    thread = threading.Thread(target=delete, args=(store, acme))
    with store.write(acme) as session:
        factories.ingest(session, acme, [event(), event()], received_at=1)
        thread.start()
    thread.join()

    assert rows_of(store, acme.org_id) == {}
    with pytest.raises(NotFound):
        factories.send(store, acme, [event()])
    assert rows_of(store, acme.org_id) == {}


def test_an_entry_of_the_embed_log_that_comes_too_late_is_not_kept(store, acme):
    delete(store, acme)

    with pytest.raises(Exception, match=r"(?i)foreign key"), store.write(acme) as session:
        embed_log.log(session, acme, ENTRY)
    assert rows_of(store, acme.org_id) == {}


def test_a_new_org_with_the_slug_has_another_id_and_none_of_the_rows(store, acme):
    fill_every_table(store, acme)
    delete(store, acme)

    later = to_us(NOW + timedelta(days=30))
    again = factories.scope(add_org(store, factories.scope, "acme", now=later))
    assert again.org_id > acme.org_id
    assert factories.stored_events(store, again) == []
    with store.read_shared() as session:
        assert keys.list_keys(session, again) == []
        assert users.list_members(session, again) == []
        assert origins.list_origins(session, again) == []


def test_the_copies_on_disk_are_deleted(store, acme):
    fill(store, acme, "a")
    folder = store.columns.cache.folder
    before = set(folder.glob("*.parquet"))
    answers(store, acme)
    copies = set(folder.glob("*.parquet")) - before
    assert copies != set()

    delete(store, acme)
    assert copies.isdisjoint(folder.glob("*.parquet"))


def test_upkeep_goes_on_while_an_org_is_being_deleted(store, acme, rival):
    fill(store, acme, "a")
    next(steps_of(store, acme))

    delete_unused_files(store, [acme, rival])


def test_people_stay_logged_in_to_their_other_orgs(store, acme, rival):
    user_id = factories.add_user(store, "bea@example.com", (acme, Role.OWNER), (rival, Role.OWNER))
    with store.write_shared() as session:
        bea = login_sessions.insert_session(
            session, NewSession(user_id, acme.org_id, "form", "/app/acme/operations"), now=1
        )
    delete(store, acme)

    with store.read_shared() as session:
        login = login_sessions.find_session(session, bea)
        remaining = memberships.memberships_of(session, memberships.Visitor(user_id), most=2)
        assert [member.org.slug for member in remaining] == ["rival"]
    assert (login.session.org_id, login.session.path, login.session.ended_at) == (None, "", None)

"""An owner deletes the org: after a confirmation, with its slug; a receipt stays."""

import re

import pytest

from dashapp.domain.access.roles import Role
from dashapp.store.audit.entries import Wanted, list_installation_entries
from dashapp.store.deletion.removals import find_removal
from tests import factories
from tests.factories import event, send
from tests.web.pages.settings.forms import ROOT, send_form

GENERAL, PAGE = f"{ROOT}/general", f"{ROOT}/general/delete"


def test_the_page_says_what_is_deleted_and_for_how_long_the_slug_is_taken(browser, store, acme):
    send(store, acme, [event() for _ in range(3)])
    client = browser("ada@example.com")

    assert f'href="{PAGE}"' in client.get(GENERAL).text
    page = client.get(PAGE).text
    assert "<li>Events: 4</li>" in page  # the sign-in is one
    assert "<li>Active keys: 0</li>" in page
    assert "“acme” for 30 days" in page


@pytest.mark.both_databases
def test_the_org_is_gone_and_a_receipt_stays(browser, store, acme, rival):
    client = browser("ada@example.com")
    answer = send_form(client, PAGE, confirm="acme")

    receipt = re.search(r"Receipt: (\w+)\.", answer.text)[1]
    assert answer.status_code == 200
    assert client.get("/app/acme/operations").status_code == 404
    with store.read_shared() as session:
        assert find_removal(session, receipt).finished_at is not None
        (entry,) = list_installation_entries(session, Wanted(action="org_removed"))
    assert (entry.actor_name, entry.org, entry.target) == ("ada@example.com", "acme", receipt)
    assert browser("rita@example.com").get("/app/rival/operations").status_code == 200


@pytest.mark.parametrize("typed", ["", "Acme", "rival"])
def test_another_slug_deletes_nothing(browser, typed):
    client = browser("ada@example.com")
    answer = send_form(client, PAGE, confirm=typed)

    assert answer.status_code == 422
    assert "Type “acme” to confirm." in answer.text
    assert client.get("/app/acme/operations").status_code == 200


def test_after_ten_minutes_the_person_confirms_who_they_are(browser, clock):
    client = browser("ada@example.com")
    clock.advance(minutes=11)

    assert send_form(client, PAGE, confirm="acme").location.startswith("/account/confirm?next=")
    assert client.get("/app/acme/operations").status_code == 200


def test_admins_cannot_delete(browser, store, acme):
    factories.add_user(store, "adam@example.com", (acme, Role.ADMIN))
    client = browser("adam@example.com")

    assert PAGE not in client.get(GENERAL).text
    assert client.get(PAGE).status_code == 403
    assert send_form(client, PAGE, GENERAL, confirm="acme").status_code == 403
    assert client.get("/app/acme/operations").status_code == 200


def test_an_owner_who_was_lowered_meanwhile_deletes_nothing(browser, monkeypatch):
    client = browser("ada@example.com")
    monkeypatch.setattr("dashapp.store.deletion.orgs.role_of", lambda *_arguments: Role.ADMIN)

    assert send_form(client, PAGE, confirm="acme").status_code == 403
    assert client.get("/app/acme/operations").status_code == 200

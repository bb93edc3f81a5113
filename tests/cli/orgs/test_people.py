"""Commands that take rights from people, and give them back."""

import pytest

from dashapp.domain.access.roles import Role
from dashapp.store.audit.entries import Wanted, list_entries
from tests import factories
from tests.web.pages.account.signing import set_up_app

ADA, BOARD = "ada@example.com", "/app/acme/operations"
LOCKED_OUT = "ada@example.com is disabled and cannot log in. To change that: dashapp user enable ada@example.com\n"


@pytest.fixture
def server(store, acme, rival):
    factories.add_user(store, ADA, (acme, Role.OWNER), (rival, Role.ADMIN))
    return factories.app(store)


@pytest.fixture
def browser(server):
    client = server.test_client()
    factories.login(client, ADA)
    return client


def can_log_in(server, password: str = factories.PASSWORD) -> bool:
    return factories.login(server.test_client(), ADA, password).status_code == 303


def test_a_disabled_user_can_be_enabled(run, server):
    run("user", "disable", ADA)
    assert not can_log_in(server)

    assert run("user", "enable", ADA).stdout == "Enabled ada@example.com: they can log in.\n"
    assert can_log_in(server)
    assert "disabled" not in run("user", "list").stdout


def test_enabling_does_not_bring_old_sessions_back(run, browser):
    run("user", "disable", ADA)
    run("user", "enable", ADA)

    assert browser.get(BOARD).status_code == 302


def test_enabling_an_enabled_user_changes_nothing(run, browser):
    run("user", "enable", ADA)

    assert browser.get(BOARD).status_code == 200


def test_a_new_role_of_a_disabled_user_says_that_they_are_disabled(run, server):
    run("user", "disable", ADA)

    output = run("membership", "add", ADA, "--org", "acme", "--role", "MEMBER").stdout
    assert output == f"ada@example.com is now MEMBER in acme.\n{LOCKED_OUT}"


def test_a_new_password_of_a_disabled_user_says_that_they_are_disabled(run, server):
    run("user", "disable", ADA)

    output = run("user", "password", ADA, "--password-stdin", stdin="another horse stable\n").stdout
    assert output == f"Set the password of ada@example.com and ended all sessions.\n{LOCKED_OUT}"
    assert not can_log_in(server, "another horse stable")
    run("user", "enable", ADA)
    assert can_log_in(server, "another horse stable")


def test_a_removed_member_loses_access_with_the_next_request(run, browser):
    assert browser.get(BOARD).status_code == 200

    output = run("membership", "remove", "Ada@Example.com", "--org", "acme").stdout
    assert output == "Removed ada@example.com from acme.\n"
    assert browser.get(BOARD).status_code == 404
    assert factories.refresh(browser).status_code == 404
    assert browser.get("/api/v1/dashboards?org=acme").status_code == 404


def test_a_removed_member_keeps_their_other_orgs(run, browser):
    run("membership", "remove", ADA, "--org", "acme")

    assert browser.get("/app/rival/operations").status_code == 200
    assert "acme" not in run("user", "list").stdout


def test_a_person_who_is_not_a_member_cannot_be_removed(run, store, server, acme):
    run("membership", "remove", ADA, "--org", "rival")

    error = run("membership", "remove", ADA, "--org", "rival", exits=1).stderr
    assert error == "dashapp: ada@example.com is not in rival. See: dashapp user list --org rival\n"


def test_a_new_password_lets_a_locked_account_in(run, server):
    client = server.test_client()
    data = factories.login_form(client, ADA, "wrong password")
    statuses = [client.post("/login", data=data).status_code for _ in range(11)]
    assert statuses[-1] == 429

    run("user", "password", ADA, "--password-stdin", stdin="another horse stable\n")
    assert can_log_in(server, "another horse stable")


def test_an_operator_removes_second_factors_and_the_audit_says_so(run, server, store, acme):
    client = server.test_client()
    factories.login(client, ADA)
    set_up_app(client, factories.Clock())
    assert not can_land(server)

    assert run("user", "factors", ADA).stdout == (
        "Authenticator app: yes. Passkeys: 0. Unused recovery codes: 10.\n"
    )
    run("user", "factors", ADA, "--remove")

    assert can_land(server)
    with store.read(acme) as session:
        newest = list_entries(session, acme, Wanted())
    removed = [entry for entry in newest if entry.action == "second_factor_removed"]
    assert [(entry.actor_kind, entry.target) for entry in removed] == [("operator", ADA)]


def can_land(server) -> bool:
    return factories.login(server.test_client(), ADA).location == BOARD

"""The account: password, sessions, confirmation, and what a session of a provider may not do."""

import pytest
from sqlalchemy import insert, text

from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.tables import providers
from tests import factories
from tests.web.pages.account.signing import ACCOUNT, BOARD, send, set_up_app, user_named

NEW = "another horse stable"


def change_password(client, old=factories.PASSWORD, new=NEW, again=NEW):
    return send(client, "/account/password", old=old, new=new, again=again)


def actions_of(store, owner) -> list[str]:
    with store.read(owner) as session:
        return [entry.action for entry in reversed(list_entries(session, owner, Wanted()))]


def test_the_account_asks_to_sign_in(client):
    assert client.get(ACCOUNT).location == "/login?next=/account"


def test_a_new_password_ends_other_sessions_and_keeps_this_one(browser, store, acme):
    this, other = browser("ada@example.com"), browser("ada@example.com")

    assert change_password(this).location == "/account?done=password"

    assert this.get(BOARD).status_code == 200
    assert other.get(BOARD).status_code == 302
    assert factories.login(browser(), "ada@example.com").status_code == 401
    assert factories.login(browser(), "ada@example.com", NEW).status_code == 303
    assert "password_changed" in actions_of(store, acme)


def test_the_browser_that_changed_the_password_stays_known(browser, server):
    this = browser("ada@example.com")
    change_password(this)
    factories.logout(this)
    stranger = server.test_client()
    data = factories.login_form(stranger, "ada@example.com", "wrong password")
    assert [stranger.post("/login", data=data).status_code for _ in range(11)][-1] == 429

    assert factories.login(this, "ada@example.com", NEW).status_code == 303


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"old": "wrong password"}, "This is not your password."),
        ({"again": "a different horse"}, "The two passwords differ."),
        ({"new": "short", "again": "short"}, "at least 15 characters"),
        ({"new": "x" * 1001, "again": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_a_wrong_form_changes_no_password(browser, fields, problem):
    client = browser("ada@example.com")

    response = change_password(client, **fields)

    assert response.status_code == 422
    assert problem in response.text
    assert factories.login(browser(), "ada@example.com").status_code == 303


def test_guesses_of_the_old_password_are_limited(browser):
    client = browser("ada@example.com")
    pages = [change_password(client, old="wrong password").text for _ in range(11)]

    assert "Too many attempts" in pages[-1]
    assert "Too many attempts" not in pages[0]


@pytest.mark.parametrize(
    "path",
    [
        "/account/name",
        "/account/password",
        "/account/theme",
        "/account/sessions/end-others",
        "/account/confirm",
        "/account/authenticator/start",
        "/account/authenticator",
        "/account/authenticator/remove",
        "/account/recovery-codes",
        "/account/passkeys/options",
        "/account/passkeys",
        "/account/passkeys/x/remove",
        "/account/confirm/options",
        "/login/passkey",
        "/login/passkey/options",
    ],
)
def test_a_form_without_its_token_does_nothing(browser, path):
    assert browser("ada@example.com").post(path, data={}).status_code == 400


def test_a_session_can_be_ended_from_another_browser(browser, store, acme):
    this, other = browser("ada@example.com"), browser("ada@example.com")
    page = this.get(ACCOUNT).text
    path = page.split('action="/account/sessions/', 1)[1].split('"', 1)[0]

    assert send(this, f"/account/sessions/{path}").location == "/account?done=session"

    assert other.get(BOARD).status_code == 302
    assert this.get(BOARD).status_code == 200
    assert "session_ended" in actions_of(store, acme)


def test_all_other_sessions_can_be_ended(browser):
    this, *others = [browser("ada@example.com") for _ in range(3)]

    send(this, "/account/sessions/end-others")

    assert [client.get(BOARD).status_code for client in (this, *others)] == [200, 302, 302]


def test_sessions_of_others_cannot_be_ended(browser, store):
    browser("rita@example.com")
    with store.read_shared() as session:
        digest = session.execute(text("SELECT digest FROM login_sessions")).scalar_one()

    response = send(browser("ada@example.com"), f"/account/sessions/{digest}/end")
    assert response.status_code == 404


def test_passkeys_of_others_cannot_be_removed(browser, store):
    with store.write_shared() as session:
        session.execute(
            text(
                "INSERT INTO passkeys (id, user_id, handle, public_key, sign_count, name, "
                "created_at) VALUES ('k', :rita, 'h', :key, 0, 'Key', 1)"
            ),
            {"rita": user_named(store, "rita@example.com").id, "key": b"k"},
        )

    response = send(browser("ada@example.com"), "/account/passkeys/k/remove")
    assert response.status_code == 404


def test_a_change_of_factors_asks_again_after_ten_minutes(browser, clock):
    client = browser("ada@example.com")
    clock.advance(minutes=10, seconds=1)
    asked = send(client, "/account/authenticator/start")
    assert asked.location == "/account/confirm?next=%2Faccount"

    assert send(client, asked.location, password="wrong password").status_code == 422
    assert send(client, "/account/authenticator/start").location == asked.location
    confirmed = send(client, asked.location, password=factories.PASSWORD)
    assert confirmed.location == "/account"
    assert send(client, "/account/authenticator/start").location == "/account/authenticator"


def test_ending_sessions_asks_again_after_ten_minutes(browser, clock):
    this, other = browser("ada@example.com"), browser("ada@example.com")
    clock.advance(minutes=11)

    asked = send(this, "/account/sessions/end-others")
    assert asked.location == "/account/confirm?next=%2Faccount"
    assert other.get(BOARD).status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil"])
def test_a_confirmation_leads_to_no_other_site(browser, target):
    client = browser("ada@example.com")

    response = send(client, "/account/confirm", password=factories.PASSWORD, next=target)
    assert response.location == "/account"


def test_without_an_app_no_factor_is_left_and_codes_are_gone(browser, clock, store):
    client = browser("ada@example.com")
    set_up_app(client, clock)
    send(client, "/account/authenticator/remove")

    assert factories.login(browser(), "ada@example.com").location == BOARD
    with store.read_shared() as session:
        assert session.execute(text("SELECT count(*) FROM recovery_codes")).scalar() == 0


@pytest.fixture
def provided(store, acme, browser):
    """Bea is in both orgs; her session was opened through Acme's own provider."""
    with store.write_shared() as session:
        session.execute(
            insert(providers).values(
                id="acme-idp", org_id=acme.org_id, name="x", issuer="x", client_id="x", created_at=1
            )
        )
    client = browser("bea@example.com")
    with store.write_shared() as session:
        session.execute(text("UPDATE login_sessions SET provider = 'acme-idp'"))
    return client


@pytest.mark.both_databases
def test_a_session_through_an_orgs_provider_opens_only_that_org(provided):
    assert provided.get(BOARD).status_code == 200
    assert provided.get("/app/rival/operations").status_code == 404
    assert provided.get("/app/rival").status_code == 404
    assert provided.get("/app/rival/settings/general").status_code == 404
    assert provided.get("/api/v1/dashboards?org=rival").status_code == 404
    assert factories.refresh(provided, "rival").status_code == 404
    assert "Rival" not in provided.get(BOARD).text
    assert "/app/rival" not in provided.get(f"{BOARD}/organizations?search=rival").text


@pytest.mark.both_databases
def test_a_session_through_a_removed_provider_opens_nothing(provided, store):
    with store.write_shared() as session:
        session.execute(text("DELETE FROM providers"))

    assert provided.get(BOARD).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/account/password",
        "/account/authenticator/start",
        "/account/authenticator/remove",
        "/account/recovery-codes",
        "/account/passkeys",
        "/account/passkeys/options",
    ],
)
def test_a_session_through_an_orgs_provider_cannot_change_how_to_sign_in(provided, path):
    response = send(provided, path, old=factories.PASSWORD, new=NEW, again=NEW)

    assert response.status_code == 403
    assert "You signed in through your organization" in response.text


def test_a_session_through_an_orgs_provider_sees_and_ends_only_such_sessions(provided, browser):
    other = browser("bea@example.com")

    assert "/account/sessions/" not in provided.get(ACCOUNT).text
    send(provided, "/account/sessions/end-others")
    assert other.get(BOARD).status_code == 200


def test_the_chosen_theme_holds_in_all_browsers(browser):
    this, other = browser("ada@example.com"), browser("ada@example.com")

    send(this, "/account/theme", theme="dark")
    assert '<html lang="en" data-theme="dark">' in other.get(BOARD).text
    send(this, "/account/theme", theme="<script>")
    assert '<html lang="en">' in other.get(BOARD).text


def test_a_name_is_saved_as_text(browser):
    client = browser("ada@example.com")

    send(client, "/account/name", name="<b>Ada</b>")
    assert 'value="&lt;b&gt;Ada&lt;/b&gt;"' in client.get(ACCOUNT).text
    assert send(client, "/account/name", name="x" * 201).status_code == 422

"""Login and logout."""

import pytest

from dashapp.store.people import users
from tests import factories
from tests.factories import login, login_form, logout

PAGE = "/app/acme/operations"


def test_a_login_leads_to_the_board(browser):
    client = browser()

    response = login(client, "ada@example.com")

    assert (response.status_code, response.location) == (303, PAGE)
    assert client.get(PAGE).status_code == 200


def test_a_login_leads_back_to_the_requested_view(browser):
    client = browser()
    redirect = client.get(f"{PAGE}?time_range=30d")

    page = client.get(redirect.location).text
    hidden_fields = {name: factories.hidden_value(page, name) for name in ("csrf_token", "next")}
    response = client.post(
        "/login", data={"email": "ada@example.com", "password": factories.PASSWORD, **hidden_fields}
    )

    assert response.location == f"{PAGE}?time_range=30d"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "wrong password"),
        ("nobody@example.com", factories.PASSWORD),
        ("ada@example.com", ""),
        ("ada@example.com\x00", factories.PASSWORD),
    ],
)
def test_a_wrong_password_and_an_unknown_user_look_the_same(browser, email, password):
    response = login(browser(), email, password)

    assert response.status_code in {401, 422}
    assert "dashapp-session" not in response.headers.get("Set-Cookie", "")
    if "\x00" not in email:
        assert "Incorrect email or password." in response.text


def test_a_password_over_a_thousand_characters_is_refused_before_hashing(browser, monkeypatch):
    monkeypatch.setattr("dashapp.domain.secrets.passwords.verify", pytest.fail)

    assert login(browser(), "ada@example.com", "x" * 1001).status_code == 422


def test_a_hash_is_computed_for_an_unknown_user_too(browser, monkeypatch):
    from dashapp.domain.secrets import passwords

    checked, verify = [], passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda *a: checked.append(a[0]) or verify(*a))

    login(browser(), "nobody@example.com")

    assert checked == [None]


def test_a_login_form_cannot_be_used_again_after_an_hour(server, clock):
    client = server.test_client()
    form_data = login_form(client, "ada@example.com")
    form_cookie = client.get_cookie("dashapp-form").value
    client.post("/login", data=form_data)
    clock.advance(hours=1)

    second_client = server.test_client()
    second_client.set_cookie("dashapp-form", form_cookie)

    assert second_client.post("/login", data=form_data).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_a_post_from_another_site_is_refused(browser, path, headers):
    client = browser("ada@example.com")

    assert client.post(path, data={}, headers=headers).status_code == 403
    assert client.get(PAGE).status_code == 200


def test_a_login_without_a_csrf_token_is_refused(browser):
    client = browser()
    form_data = login_form(client, "ada@example.com", csrf_token="forged")

    assert client.post("/login", data=form_data).status_code == 400


def test_a_logout_without_a_csrf_token_does_nothing(browser):
    client = browser("ada@example.com")

    assert client.post("/logout", data={}).status_code == 400
    assert client.get(PAGE).status_code == 200


def test_logout_by_get_does_nothing(browser):
    client = browser("ada@example.com")

    assert client.get("/logout").status_code == 405
    assert client.get(PAGE).status_code == 200


def test_logout_clears_the_browsers_cache(browser):
    client = browser("ada@example.com")

    assert client.get(PAGE).headers["Cache-Control"] == "no-store"
    assert logout(client).headers["Clear-Site-Data"] == '"cache"'


def test_a_password_hashed_with_older_parameters_is_rehashed(browser, store):
    from argon2 import PasswordHasher

    old_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(factories.PASSWORD)
    with store.write_shared() as session:
        users.set_password(session, users.find_user(session, "ada@example.com").id, old_hash)

    browser("ada@example.com")

    with store.read_shared() as session:
        new_hash = users.find_user(session, "ada@example.com").password_hash
    assert "m=8," in new_hash  # as factories.HASHER


def test_a_user_without_an_org_gets_a_readable_page(browser):
    client = browser()
    response = login(client, "nina@example.com")

    assert response.location == "/welcome"
    assert "belong to an organization yet" in client.get("/welcome").text


def test_a_logged_in_user_is_redirected_from_the_login_page(browser):
    assert browser("ada@example.com").get("/login").location == PAGE


def test_a_password_that_changes_while_it_is_checked_is_refused(browser, store, monkeypatch):
    from dashapp.domain.secrets import passwords

    verify = passwords.verify

    def changed_meanwhile(stored, password):
        with store.write_shared() as session:
            ada = users.find_user(session, "ada@example.com")
            users.set_password(session, ada.id, "another hash")
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify", changed_meanwhile)

    assert login(browser(), "ada@example.com").status_code == 401


def test_logout_works_after_the_csrf_token_has_expired(browser, clock, monkeypatch):
    client = browser("ada@example.com")
    token = factories.hidden_value(client.get(PAGE).text, "csrf_token")
    monkeypatch.setattr("dashapp.web.pages.login._FORM_MAX_AGE", -1)
    client.application.config["WTF_CSRF_TIME_LIMIT"] = -1

    assert client.post("/logout", data={"csrf_token": token}).status_code == 303

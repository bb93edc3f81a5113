"""Log in and out."""

import pytest

from dashapp.store.people import users
from tests import factories
from tests.factories import login, login_form, logout

PAGE = "/app/acme/operations"


def test_a_login_leads_to_the_board(browser):
    client = browser()

    answer = login(client, "ada@example.com")

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert client.get(PAGE).status_code == 200


def test_a_login_leads_back_to_the_view_that_was_asked_for(browser):
    client = browser()
    asked = client.get(f"{PAGE}?time_range=30d")

    page = client.get(asked.location).text
    hidden = {n: factories.hidden_value(page, n) for n in ("csrf_token", "next")}
    answer = client.post(
        "/login", data={"email": "ada@example.com", "password": factories.PASSWORD, **hidden}
    )

    assert answer.location == f"{PAGE}?time_range=30d"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "wrong password"),
        ("nobody@example.com", factories.PASSWORD),
        ("ada@example.com", ""),
        ("ada@example.com\x00", factories.PASSWORD),
    ],
)
def test_a_wrong_password_and_an_unknown_person_look_the_same(browser, email, password):
    answer = login(browser(), email, password)

    assert answer.status_code in {401, 422}
    assert "dashapp-session" not in answer.headers.get("Set-Cookie", "")
    if "\x00" not in email:
        assert "Email and password do not match." in answer.text


def test_a_password_beyond_a_thousand_characters_is_refused_before_hashing(browser, monkeypatch):
    monkeypatch.setattr("dashapp.domain.secrets.passwords.verify", pytest.fail)

    assert login(browser(), "ada@example.com", "x" * 1001).status_code == 422


def test_a_hash_runs_for_an_unknown_person_too(browser, monkeypatch):
    from dashapp.domain.secrets import passwords

    checked, verify = [], passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda *a: checked.append(a[0]) or verify(*a))

    login(browser(), "nobody@example.com")

    assert checked == [None]


def test_a_form_that_was_used_an_hour_ago_does_not_log_in_again(server, clock):
    client = server.test_client()
    data = login_form(client, "ada@example.com")
    session = client.get_cookie("dashapp-form").value
    client.post("/login", data=data)
    clock.advance(hours=1)

    other = server.test_client()
    other.set_cookie("dashapp-form", session)

    assert other.post("/login", data=data).status_code == 400


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


def test_a_login_without_the_forms_token_is_refused(browser):
    client = browser()
    data = login_form(client, "ada@example.com", csrf_token="forged")

    assert client.post("/login", data=data).status_code == 400


def test_a_logout_without_the_forms_token_does_nothing(browser):
    client = browser("ada@example.com")

    assert client.post("/logout", data={}).status_code == 400
    assert client.get(PAGE).status_code == 200


def test_logout_by_a_link_does_nothing(browser):
    client = browser("ada@example.com")

    assert client.get("/logout").status_code == 405
    assert client.get(PAGE).status_code == 200


def test_logout_leaves_nothing_in_the_browsers_cache(browser):
    client = browser("ada@example.com")

    assert client.get(PAGE).headers["Cache-Control"] == "no-store"
    assert logout(client).headers["Clear-Site-Data"] == '"cache"'


def test_a_password_of_older_parameters_is_hashed_anew(browser, store):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(factories.PASSWORD)
    with store.changing() as session:
        users.set_password(session, users.find_user(session, "ada@example.com").id, old)

    browser("ada@example.com")

    with store.shared() as session:
        stored = users.find_user(session, "ada@example.com").password_hash
    assert "m=19456" in stored


def test_somebody_in_no_org_gets_a_readable_page(browser):
    client = browser()
    answer = login(client, "nina@example.com")

    assert answer.location == "/welcome"
    assert "not yet in any organisation" in client.get("/welcome").text


def test_a_logged_in_person_does_not_see_the_form_again(browser):
    assert browser("ada@example.com").get("/login").location == PAGE


def test_a_password_that_changes_while_it_is_compared_opens_nothing(browser, store, monkeypatch):
    from dashapp.domain.secrets import passwords

    verify = passwords.verify

    def changed_meanwhile(stored, password):
        with store.changing() as session:
            ada = users.find_user(session, "ada@example.com")
            users.set_password(session, ada.id, "another hash")
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify", changed_meanwhile)

    assert login(browser(), "ada@example.com").status_code == 401


def test_signing_out_works_after_days(browser, clock, monkeypatch):
    client = browser("ada@example.com")
    token = factories.hidden_value(client.get(PAGE).text, "csrf_token")
    monkeypatch.setattr("dashapp.web.pages.login._FORM_MAX_AGE", -1)
    client.application.config["WTF_CSRF_TIME_LIMIT"] = -1

    assert client.post("/logout", data={"csrf_token": token}).status_code == 303

"""The security log has each step of proving who one is, and input that no page sends."""

from tests import factories
from tests.factories import logout, refresh
from tests.web.pages.account.signing import code_of, first_step, second_step, send, set_up_app


def test_a_right_password_is_logged_before_the_second_factor(browser, log, clock):
    client = browser("ada@example.com")
    totp, _codes = set_up_app(client, clock)
    logout(client)
    first_step(client)
    asked = log.event("login_continued")
    second_step(client, code_of(totp, clock))

    assert (asked["account"], asked["user"], asked["level"]) == ("ada@example.com", 1, "info")
    assert [line["method"] for line in log.events("login_succeeded")] == ["password", "totp"]


def test_proving_again_who_one_is_is_logged(browser, log):
    client = browser("ada@example.com")
    send(client, "/account/confirm", "/account/confirm", password="wrong password")
    send(client, "/account/confirm", "/account/confirm", password=factories.PASSWORD)

    assert log.event("login_failed")["reason"] == "wrong_password"
    confirmed = log.event("identity_confirmed")
    assert (confirmed["account"], confirmed["method"]) == ("ada@example.com", "password")


def test_input_that_no_page_sends_is_logged_with_its_sender(browser, log):
    client = browser("ada@example.com")
    refresh(client, panels=["one", "one"])
    send(
        client,
        "/app/acme/operations/layout",
        "/app/acme/operations/layout",
        panel="forged",
        version="1",
    )

    refused = [(line["user"], line["org"], line["reason"]) for line in log.events("input_refused")]
    assert refused == [(1, "acme", "bad_input")] * 2

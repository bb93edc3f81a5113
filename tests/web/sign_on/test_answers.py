"""What a provider answers is believed only if it is true: the provider of these tests lies."""

import pytest

from tests.web.sign_on.conftest import set_up
from tests.web.sign_on.faults import CLAIMS, SIGNATURES

pytestmark = pytest.mark.usefixtures("acme_with_provider")
FAULTS = {**{fault: reason for fault, (_, reason) in CLAIMS.items()}, **SIGNATURES}


@pytest.fixture
def acme_with_provider(store, acme, wish):
    """Whoever Acme's provider vouches for may join."""
    from dashapp.domain.access.roles import Role

    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example"])


def test_a_person_signs_in(browser):
    response = browser.sign_on("/sso/acme/start?next=/app/acme/operations")

    assert (response.status_code, response.location) == (303, "/app/acme/operations")
    assert browser.client.get("/app/acme/operations").status_code == 200


@pytest.mark.parametrize("fault", FAULTS)
def test_a_spoiled_token_is_refused(browser, provider, fault, caplog):
    provider.fault = fault

    response = browser.sign_on()

    assert response.status_code == 400
    assert not browser.is_signed_in
    assert FAULTS[fault] in reasons(caplog)


def reasons(caplog) -> list[str]:
    return [
        record.reason
        for record in caplog.records
        if getattr(record, "event", None) == "sign_on_refused"
    ]


@pytest.mark.parametrize("fault", ["answer_of_another_issuer", "answer_without_issuer"])
def test_an_answer_names_its_provider(browser, provider, fault, caplog):
    provider.fault = fault

    assert browser.sign_on().status_code == 400
    assert reasons(caplog) == ["answer_issuer"]
    assert provider.requests["/token"] == 0


def test_a_provider_that_does_not_say_so_need_not_name_itself(browser, provider):
    provider.extra_metadata = {"authorization_response_iss_parameter_supported": False}
    provider.fault = "answer_without_issuer"

    assert browser.sign_on().status_code == 303


def test_an_answer_counts_only_in_the_browser_that_asked(browser, other_browser):
    answer = browser.answer()
    other_browser.answer()

    assert other_browser.come_back(answer).status_code == 400
    assert not other_browser.is_signed_in
    assert browser.come_back(answer).status_code == 303


def test_an_answer_counts_once(browser, provider):
    answer = browser.answer()
    browser.come_back(answer)
    browser.client.delete_cookie("session")

    assert browser.come_back(answer).status_code == 400
    assert provider.requests["/token"] == 1


def test_a_code_counts_once(browser, provider):
    first = browser.answer()
    browser.come_back(first)
    second = browser.answer()

    code = first.partition("code=")[2].partition("&")[0]
    replayed = second.replace(second.partition("code=")[2].partition("&")[0], code)

    assert browser.come_back(replayed).status_code == 400


def test_a_code_of_another_sign_on_is_worthless(browser, other_browser):
    """It needs the verifier, which stays on this server (PKCE)."""
    stolen, own = other_browser.answer(), browser.answer()
    code_of = lambda answer: answer.partition("code=")[2].partition("&")[0]  # noqa: E731

    response = browser.come_back(own.replace(code_of(own), code_of(stolen)))

    assert response.status_code == 400
    assert not browser.is_signed_in


def test_a_sign_on_expires(browser, clock):
    answer = browser.answer()
    clock.advance(minutes=10)

    assert browser.come_back(answer).status_code == 400


def test_a_person_who_declines_is_not_signed_in(browser, provider):
    provider.fault = "declines"

    response = browser.sign_on()

    assert response.status_code == 403
    assert "access_denied" in response.text


def test_the_answer_of_the_provider_is_never_posted(browser, provider):
    begun = browser.client.get("/sso/acme/start").location

    assert begun.startswith(f"{provider.issuer}/authorize?response_type=code&client_id=dashapp&")
    assert "code_challenge_method=S256" in begun
    assert "response_mode" not in begun
    assert browser.client.post("/sso/callback").status_code == 405


def test_the_secret_is_sent_as_the_provider_takes_it(browser, provider):
    provider.client.methods = ("client_secret_post",)

    assert browser.sign_on().status_code == 303


def test_the_cookie_is_for_this_server_only(browser):
    cookie = browser.client.get("/sso/acme/start").headers["Set-Cookie"]

    assert cookie.startswith("dashapp-sso=")
    assert cookie.endswith("; Max-Age=600; HttpOnly; Path=/; SameSite=Lax") or "HttpOnly" in cookie


def test_the_next_page_is_one_of_this_server(browser):
    response = browser.sign_on("/sso/acme/start?next=https://evil.example")

    assert response.location == "/app/acme/operations"


def test_too_many_starts_from_one_address_are_refused(browser, monkeypatch):
    monkeypatch.setattr("dashapp.web.access.sign_on.flow.STARTS_PER_ADDRESS", 2)

    statuses = [browser.client.get("/sso/acme/start").status_code for _ in range(3)]

    assert statuses == [302, 302, 429]


def test_an_org_without_a_provider_has_no_such_page(browser, rival):
    assert browser.client.get("/sso/rival/start").status_code == 404
    assert browser.client.get("/sso/start").status_code == 404
    assert browser.client.get("/sso/nobody/start").status_code == 404

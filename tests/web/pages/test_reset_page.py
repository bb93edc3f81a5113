"""A forgotten password: the link is mailed, works once, and goes around nothing."""

import re

import pytest
from sqlalchemy import text

from dashapp.domain.secrets.sealing import Secrets
from dashapp.mail.sending import Postman
from dashapp.store.people import second_factors, users
from tests import factories
from tests.factories import SECRET
from tests.mail import peer as peers

ADA = "ada@example.com"
PASSWORD = "violet-harbor-seven-lanterns"
URL = "http://localhost"
SAME = "If the address has an account, a mail with a link is on its way."


@pytest.fixture
def peer():
    with peers.running() as running:
        yield running


@pytest.fixture
def server(server, store, peer, clock):
    return factories.app(store, clock, mail_server=peer.server(), public_url=URL)


@pytest.fixture
def deliver(store, peer, clock):
    """Send what waits, as upkeep does, and return the mails."""

    def send() -> list:
        now = int(clock().timestamp() * 1_000_000)
        Postman(store, peer.server(), Secrets(SECRET), URL).send_due(now=now)
        return [
            (mail["Subject"], mail.get_body(("plain",)).get_content()) for _, mail in peer.mails
        ]

    return send


def send(client, path, page, **fields):
    token = factories.hidden_value(client.get(page).text, "csrf_token")
    return client.post(path, data={"csrf_token": token, **fields})


def ask(client, email=ADA):
    return send(client, "/forgot", "/forgot", email=email)


def secret_in(mail) -> str:
    return re.search(rf"{URL}/reset#(\S+)", mail[1])[1]


def look(client, secret):
    send(client, "/reset", "/reset", secret=secret)
    return client.get("/reset")


def choose(client, password=PASSWORD):
    return send(client, "/reset/password", "/reset", password=password)


def test_a_forgotten_password_is_replaced(client, browser, deliver, store):
    old = browser(ADA)
    assert SAME in client.get(ask(client).location).text
    (mail,) = deliver()
    assert mail[0] == "Choose a new password"
    look(client, secret_in(mail))
    response = choose(client)

    assert response.location == "/reset?done=1"
    assert "Your password was changed" in client.get(response.location).text
    assert old.get("/app/acme/operations").status_code == 302
    assert "session" not in str(response.headers.getlist("Set-Cookie"))
    assert factories.login(client, ADA, PASSWORD).status_code == 303
    assert [subject for subject, _text in deliver()] == [
        "Choose a new password",
        "Your password was changed",
    ]


def test_a_link_works_once_and_confirms_the_address(client, server, deliver, store):
    ask(client)
    secret = secret_in(deliver()[0])
    look(client, secret)
    choose(client)

    assert look(server.test_client(), secret).status_code == 404
    with store.read_shared() as session:
        statement = text("SELECT email_confirmed_at FROM users WHERE email = :email")
        assert session.execute(statement, {"email": ADA}).scalar() is not None


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, deliver, store):
    known, unknown = ask(client), ask(client, "nobody@example.com")

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert [subject for subject, _text in deliver()] == ["Choose a new password"]


def test_a_request_writes_the_same_for_every_address(client, store):
    def rows(email):
        ask(client, email)
        with store.read_shared() as session:
            count = "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM password_resets)"
            return tuple(session.execute(text(count)).one())

    assert rows(ADA) == (1, 0)
    assert rows("nobody@example.com") == (2, 0)


def test_a_disabled_person_gets_no_mail(client, deliver, store):
    with store.write_shared() as session:
        users.disable(session, users.find_user(session, ADA).id, now=1)
    ask(client)

    assert deliver() == []


def test_only_the_newest_link_works(client, server, deliver):
    ask(client)
    first = secret_in(deliver()[0])
    ask(client)
    second = secret_in(deliver()[1])

    assert look(client, first).status_code == 404
    assert look(server.test_client(), second).status_code == 200


def test_a_link_expires_after_an_hour(client, deliver, clock):
    ask(client)
    look(client, secret_in(deliver()[0]))
    token = factories.hidden_value(client.get("/reset").text, "csrf_token")
    clock.advance(hours=1)

    data = {"csrf_token": token, "password": PASSWORD}
    assert client.post("/reset/password", data=data).status_code == 404
    assert factories.login(client, ADA).status_code == 303


def test_one_address_gets_at_most_three_mails_in_a_quarter_of_an_hour(client, deliver):
    for _number in range(5):
        assert ask(client).status_code == 303

    assert len(deliver()) == 3


def test_one_network_asks_at_most_twenty_times(client):
    for number in range(20):
        assert ask(client, f"p{number}@example.com").status_code == 303

    assert ask(client, "p20@example.com").status_code == 429


def test_a_weak_password_is_refused_and_the_link_still_works(client, deliver):
    ask(client)
    look(client, secret_in(deliver()[0]))

    assert choose(client, "short").status_code == 422
    assert choose(client).status_code == 303


@pytest.mark.parametrize("path", ["/forgot", "/reset", "/reset/password"])
def test_a_form_of_another_site_does_nothing(client, path, deliver):
    assert client.post(path, data={"email": ADA, "password": PASSWORD}).status_code == 400
    assert deliver() == []


def test_links_come_from_the_public_address_whatever_the_host_is(client, deliver):
    token = factories.hidden_value(client.get("/forgot").text, "csrf_token")
    data = {"email": ADA, "csrf_token": token}
    response = client.post("/forgot", data=data, headers={"Host": "evil.example"})

    assert response.status_code == 400
    ask(client)
    assert "evil" not in deliver()[0][1]


def test_the_secret_is_in_no_log_line(client, deliver, log):
    ask(client)
    secret = secret_in(deliver()[0])
    look(client, secret)
    choose(client)

    assert log.event("password_reset")["account"] == ADA
    assert log.event("reset_requested")["account_hash"]
    assert secret[:12] not in log.text


def test_without_a_mail_server_the_page_says_whom_to_ask(store, server, clock):
    client = factories.app(store, clock).test_client()

    assert "Ask the person who invited you" in client.get("/forgot").text
    assert "Ask the person who invited you" in client.get("/login").text
    assert "/forgot" not in client.get("/login").text


def add_authenticator(store) -> int:
    with store.write_shared() as session:
        user_id = users.find_user(session, ADA).id
        second_factors.put_authenticator(session, user_id, "sealed", now=1)
        second_factors.confirm_authenticator(session, user_id, now=1)
    return user_id


@pytest.mark.both_databases
def test_the_first_proof_of_an_address_removes_what_others_may_have_set_up(client, deliver, store):
    """Eve got the link for Ada's account first, and added her own authenticator app."""
    user_id = add_authenticator(store)
    ask(client)
    look(client, secret_in(deliver()[0]))
    response = choose(client)

    assert response.location == "/reset?done=1&removed=authenticator"
    assert "so this was removed: the authenticator app." in client.get(response.location).text
    with store.read_shared() as session:
        assert not second_factors.has_second_factor(session, user_id)
    assert factories.login(client, ADA, PASSWORD).location != "/second-factor"


def test_a_proved_address_keeps_its_second_factor(client, deliver, store):
    user_id = add_authenticator(store)
    with store.write_shared() as session:
        users.confirm_email(session, user_id, now=1)
    ask(client)
    look(client, secret_in(deliver()[0]))

    assert choose(client).location == "/reset?done=1"
    with store.read_shared() as session:
        assert second_factors.has_second_factor(session, user_id)

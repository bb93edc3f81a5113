"""The pages of an invitation: for a new person, for a member to be, and for somebody else."""

import pytest
from sqlalchemy import update

from dashapp.domain.access.actors import Actor, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.store.administration.change import changing
from dashapp.store.administration.people import invitations
from dashapp.store.people import users
from dashapp.store.people.members import role_of
from dashapp.store.tables import invitations as invitations_table
from tests import factories

ADA = Actor(ActorKind.MEMBER, "1", "ada@example.com")
NEW = "zoe@example.com"
PASSWORD = "violet-harbor-seven-lanterns"


@pytest.fixture
def invite(store, server, clock):
    def make(owner, email=NEW, role=Role.AUTHOR) -> str:
        now = int(clock().timestamp() * 1_000_000)
        with changing(store, owner, ADA, now=now) as change:
            return invitations.invite(change, email, role).secret

    return make


def send(client, path, page="/invitation", **fields):
    token = factories.hidden_value(client.get(page).text, "csrf_token")
    return client.post(path, data={"csrf_token": token, **fields})


def look(client, secret):
    """Open a link as the script of its page does."""
    assert send(client, "/invitation", secret=secret).status_code == 303
    return client.get("/invitation")


def role_in(store, owner, email=NEW) -> Role | None:
    with store.read_shared() as session:
        user = users.find_user_or_none(session, email)
        return user and role_of(session, owner, user.id)


def test_a_new_person_chooses_a_name_and_password_and_lands_in_the_org(client, invite, store, acme):
    page = look(client, invite(acme)).text
    assert "ada@example.com invites you to see the dashboards of Acme." in page
    assert "zoe@example.com" in page

    response = send(client, "/invitation/join", name="Zoe", password=PASSWORD)

    assert (response.status_code, response.location) == (303, "/app/acme")
    assert role_in(store, acme) is Role.AUTHOR
    assert client.get(response.location).status_code == 302


def test_looking_any_number_of_times_uses_nothing_up(client, invite, store, acme):
    secret = invite(acme)
    for _number in range(3):
        assert "Join Acme" in look(client, secret).text
        assert client.head("/invitation").status_code == 200

    assert role_in(store, acme) is None
    assert send(client, "/invitation/join", name="Z", password=PASSWORD).status_code == 303


def test_a_person_with_an_account_signs_in_first(client, browser, invite, store, rival):
    page = look(client, invite(rival, "ada@example.com")).text

    assert 'href="/login?next=/invitation"' in page
    assert 'type="password"' not in page


def test_who_is_signed_in_accepts_with_one_button(browser, invite, store, rival):
    ada = browser("ada@example.com")
    look(ada, invite(rival, "ada@example.com"))

    response = send(ada, "/invitation/accept")

    assert (response.status_code, response.location) == (303, "/app/rival")
    assert role_in(store, rival, "ada@example.com") is Role.AUTHOR
    assert send(ada, "/invitation", secret="x").status_code == 303


def test_somebody_else_is_told_so_and_can_switch(browser, invite, store, acme):
    rita = browser("rita@example.com")
    page = look(rita, invite(acme)).text
    assert "You are signed in as rita@example.com." in page

    assert send(rita, "/invitation/accept").status_code == 422
    assert role_in(store, acme, "rita@example.com") is None
    assert send(rita, "/invitation/switch").location == "/invitation"
    assert "Choose a password" in rita.get("/invitation").text


def test_a_used_link_says_so(client, server, invite, acme):
    secret = invite(acme)
    look(client, secret)
    send(client, "/invitation/join", name="Zoe", password=PASSWORD)

    other = server.test_client()
    response = look(other, secret)
    assert response.status_code == 404
    assert "was used, or was revoked" in response.text
    assert "Paste the code" in other.get("/invitation").text


def test_an_expired_link_says_so_even_on_the_last_step(client, invite, store, acme, clock):
    look(client, invite(acme))
    token = factories.hidden_value(client.get("/invitation").text, "csrf_token")
    clock.advance(days=7)

    response = client.post(
        "/invitation/join", data={"csrf_token": token, "name": "Z", "password": PASSWORD}
    )
    assert response.status_code == 404
    assert role_in(store, acme) is None


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [("", PASSWORD, "Enter your name"), ("Zoe", "short", "at least"), ("Z\n", "x" * 2000, "name")],
)
def test_what_is_wrong_is_said_and_the_link_still_works(
    client, invite, store, acme, name, password, message
):
    look(client, invite(acme))

    response = send(client, "/invitation/join", name=name, password=password)
    assert response.status_code == 422
    assert message in response.text
    assert role_in(store, acme) is None
    assert send(client, "/invitation/join", name="Zoe", password=PASSWORD).status_code == 303


@pytest.mark.parametrize("path", ["", "/accept", "/join", "/switch"])
def test_a_form_of_another_site_does_nothing(browser, invite, store, rival, path):
    ada = browser("ada@example.com")
    look(ada, invite(rival, "ada@example.com"))

    assert ada.post(f"/invitation{path}", data={"name": "A"}).status_code == 400
    assert role_in(store, rival, "ada@example.com") is None


def test_the_join_form_makes_no_second_account(browser, client, invite, store, rival):
    look(client, invite(rival, "ada@example.com"))

    page = send(client, "/invitation/join", name="Eve", password=PASSWORD, page="/login")
    assert "Sign in to accept" in page.text
    assert role_in(store, rival, "ada@example.com") is None


def test_the_secret_is_in_no_address_and_no_log_line(client, invite, acme, log):
    secret = invite(acme)
    look(client, secret)
    response = send(client, "/invitation/join", name="Zoe", password=PASSWORD)

    assert secret not in response.location
    assert log.requests
    assert secret[:12] not in log.text


@pytest.mark.both_databases
def test_a_mailed_invitation_removes_what_others_may_have_set_up(browser, invite, store, rival):
    """Who made Ada's account over a link that was handed over may still know its password."""
    ada, other = browser("ada@example.com"), browser("ada@example.com")
    look(ada, invite(rival, "ada@example.com"))
    with store.write_shared() as session:
        session.execute(update(invitations_table).values(is_mailed=True))

    page = send(ada, "/invitation/accept")

    assert "so this was removed: the password." in page.text
    assert role_in(store, rival, "ada@example.com") is Role.AUTHOR
    assert ada.get("/app/acme/operations").status_code == 302
    assert other.get("/app/acme/operations").status_code == 302
    assert factories.login(other, "ada@example.com").status_code == 401


def test_a_mailed_invitation_changes_nothing_of_a_proved_account(browser, invite, store, rival):
    ada = browser("ada@example.com")
    look(ada, invite(rival, "ada@example.com"))
    with store.write_shared() as session:
        session.execute(update(invitations_table).values(is_mailed=True))
        users.confirm_email(session, users.find_user(session, "ada@example.com").id, now=1)

    assert send(ada, "/invitation/accept").location == "/app/rival"
    assert ada.get("/app/acme/operations").status_code == 200

"""What tests of accounts do: forms of the account, codes, and second factors."""

import re

import pyotp
from flask.testing import FlaskClient

from dashapp.store.people import users
from tests import factories

ACCOUNT = "/account"
BOARD = "/app/acme/operations"


def send(client: FlaskClient, path: str, page: str = ACCOUNT, **fields: str):
    """Submit a form of a page, with its token."""
    token = factories.hidden_value(client.get(page).text, "csrf_token")
    return client.post(path, data={"csrf_token": token, **fields})


def set_up_app(client: FlaskClient, clock) -> tuple[pyotp.TOTP, list[str]]:
    """Set up an authenticator app; return it and the recovery codes."""
    assert send(client, "/account/authenticator/start").status_code == 303
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", client.get("/account/authenticator").text)[1]
    totp = pyotp.TOTP(secret.replace(" ", ""))
    page = send(
        client, "/account/authenticator", "/account/authenticator", code=code_of(totp, clock)
    )
    assert page.status_code == 200
    codes = re.findall(r"<li><code>(.+?)</code>", page.text)
    clock.advance(seconds=30)  # the code that confirmed it works no more
    return totp, codes


def code_of(totp: pyotp.TOTP, clock) -> str:
    return totp.at(int(clock.now.timestamp()))


def first_step(client: FlaskClient, email: str = "ada@example.com"):
    """Give the right password; the second factor is next."""
    response = factories.login(client, email)
    assert response.location == "/login/second-factor"
    return response


def second_step(client: FlaskClient, code: str):
    return send(client, "/login/second-factor", "/login/second-factor", code=code)


def user_named(store, email: str = "ada@example.com"):
    with store.read_shared() as session:
        return users.find_user(session, email)

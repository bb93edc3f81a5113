"""Properties whose values are never shown as examples."""

import doctest

import pytest

from dashapp.domain.events import personal
from dashapp.domain.events.personal import looks_personal


def test_the_examples_in_the_docstrings_are_correct():
    assert doctest.testmod(personal).failed == 0


@pytest.mark.parametrize(
    "path",
    ["email", "Email", "customerEmail", "e-mail", "mail_to", "name", "firstname", "user.name",
     "phone", "phoneNumber", "tel", "customer.tel", "ip", "client_ip", "clientIP", "ip-address",
     "token", "accessToken", "password", "passwd", "address", "billing.address.line-1", "street",
     "iban", "card", "cardNumber", "zip", "birthday", "api_key", "user_id", "ssn", "lat"],
)  # fmt: skip
def test_personal_paths(path):
    assert looks_personal(path)


@pytest.mark.parametrize(
    "path",
    ["country", "dish", "status", "total", "plan", "code", "severity", "courier", "wait.seconds",
     "shipping", "hotel", "page", "version", "platform", "repo", "telemetry", "A_9"],
)  # fmt: skip
def test_other_paths(path):
    assert not looks_personal(path)

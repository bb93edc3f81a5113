"""Hostile texts in bodies get an answer that says what is wrong."""

import pytest

SURROGATE = b'"\\ud800"'


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("orgs/acme", b"{" + SURROGATE + b": 1}"),
        ("orgs/acme", b"{" + SURROGATE + b": 1, " + SURROGATE + b": 2}"),
        ("orgs/acme", b'{"name": ' + SURROGATE + b"}"),
        ("orgs/acme", b'{"keep_days": 1e999}'),
        ("orgs/acme/members/ada@example.com", b'{"role": ' + SURROGATE + b"}"),
    ],
)
def test_half_characters_and_infinite_numbers_are_refused(acme, vendor, path, body):
    headers = {**vendor.headers, "Content-Type": "application/json"}
    answer = vendor.client.put(f"/api/v1/{path}", data=body, headers=headers)
    assert answer.status_code == 400, answer.text


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "orgs?after=a%00"),
        ("GET", "audit?org=a%00"),
        ("GET", "removals/%00"),
        ("DELETE", "orgs/acme/keys/a%00b"),
        ("GET", "orgs/acme/users/a%00b/events"),
        ("DELETE", "orgs/acme/events/%00"),
    ],
)
def test_nul_is_refused(acme, vendor, method, path):
    """PostgreSQL cannot be asked about it: an answer 503 would be tried again forever."""
    assert vendor.send(method, path).status_code == 400

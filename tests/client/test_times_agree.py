"""The Python client and the server accept the same times: the client has its own rules for them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashapp.client.event import make_event
from dashapp.domain.errors import BadInput
from dashapp.domain.time import instant

TIMES = st.from_regex(
    r"\A[0-2][0-9]{3}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]"
    r"(\.[0-9]{0,10})?([Zz]|[+-][0-2][0-9]:[0-6][0-9])?\Z"
)


def is_accepted(check, text: str) -> bool:
    try:
        check(text)
    except (BadInput, ValueError):
        return False
    return True


def is_sent(text: str) -> bool:
    fields = {"id": "a", "type": "page.viewed"}
    return is_accepted(lambda time: make_event(fields, None, time), text)


@given(TIMES | st.text())
@example("2016-12-31T23:59:60Z")
@example("2026-02-30T00:00:00Z")
@example("9999-12-31T23:59:59-01:00")
@example("0001-01-01T00:00:00+01:00")
def test_the_client_sends_exactly_the_times_that_the_server_can_read(text):
    assert is_sent(text) == is_accepted(instant.parse, text)


@pytest.mark.parametrize("text", ["2026-11-20T09:30:00Z", "2026-11-20t09:30:00.5+01:00"])
def test_usual_times_are_among_them(text):
    assert is_sent(text)
    assert is_accepted(instant.parse, text)

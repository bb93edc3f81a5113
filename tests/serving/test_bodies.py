"""Bodies of requests: in time, up to a size, and not too many at once."""

import asyncio

import pytest

from dashapp.serving import bodies
from dashapp.serving.bodies import Bodies
from dashapp.serving.refusal import Refused
from tests.serving.loops import run_async


class Sending:
    """A body that arrives in parts; a number is a pause in seconds."""

    def __init__(self, *parts: bytes | float) -> None:
        self._parts = parts

    async def __aiter__(self):
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                await asyncio.sleep(part)


CHUNKED = {"transfer-encoding": "chunked"}


def read(given, headers, *parts):
    return run_async(given.read(headers, Sending(*parts)))


def refused(given, headers, *parts) -> int:
    with pytest.raises(Refused) as error:
        read(given, headers, *parts)
    return error.value.status


@pytest.mark.parametrize(
    ("headers", "parts", "body"),
    [
        ({}, [b"ignored"], b""),
        ({"content-length": "0"}, [b"ignored"], b""),
        ({"content-length": "4"}, [b"ab", b"cd"], b"abcd"),
        (CHUNKED, [b"ab", b"cd", b"e"], b"abcde"),
        (CHUNKED, [], b""),
    ],
)
def test_a_body_is_read_as_a_whole(headers, parts, body):
    assert read(Bodies(10, 100), headers, *parts) == body


def test_a_body_that_is_far_too_large_is_refused_at_once():
    given = Bodies(4, 100)

    assert refused(given, {"content-length": "65"}, 9.0) == 413
    assert refused(given, {"content-length": "999999999999999999999"}, 9.0) == 413
    assert refused(given, CHUNKED, b"abc", b"x" * 62, 9.0) == 413
    assert given.held == 0


def test_a_body_that_is_a_little_too_large_is_read_so_that_its_sender_sees_the_answer():
    given = Bodies(4, 100)

    assert refused(given, {"content-length": "5"}, b"abcde") == 413
    assert refused(given, CHUNKED, b"abc", b"def", b"ghi") == 413
    assert given.held == 0


def test_a_body_that_ends_early_is_refused():
    given = Bodies(10, 100)

    assert refused(given, {"content-length": "5"}, b"abc") == 400
    assert given.held == 0


def test_a_body_that_arrives_too_slowly_is_refused(monkeypatch):
    monkeypatch.setattr(bodies, "_FIRST_SECONDS", 0.05)
    given = Bodies(10, 100)

    assert refused(given, {"content-length": "5"}, b"a", 0.03, b"b", 9.0) == 408
    assert given.held == 0


def test_the_memory_of_all_bodies_is_bounded():
    given = Bodies(10, 5)

    assert read(given, CHUNKED, b"123456") == b"123456"
    assert given.held == 6
    assert refused(given, CHUNKED, b"7") == 503
    given.held -= 6  # whoever has read it gives it back
    assert read(given, CHUNKED, b"7") == b"7"


def test_the_number_of_bodies_at_once_is_bounded(monkeypatch):
    monkeypatch.setattr(bodies, "_MOST_AT_ONCE", 2)

    async def check():
        given = Bodies(10, 100)
        slow = [asyncio.create_task(given.read(CHUNKED, Sending(0.05, b"a"))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Refused):
            await given.read(CHUNKED, Sending(b"b"))
        assert await asyncio.gather(*slow) == [b"a", b"a"]
        assert await given.read(CHUNKED, Sending(b"b")) == b"b"

    run_async(check())

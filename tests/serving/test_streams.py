"""Long answers are sent in parts, so that their size does not matter."""

from contextlib import suppress

from dashapp.serving.calls import MAY_STREAM, Stream, call
from dashapp.serving.front import Reader
from tests.serving.test_front import Worker


class Transport:
    def __init__(self):
        self.parts = []

    async def send_bytes(self, part):
        self.parts.append(part)


class Rows:
    """The body of a response that is made while it is sent."""

    def __init__(self, parts):
        self.parts, self.made, self.is_closed = parts, 0, False

    def __iter__(self):
        for part in self.parts:
            self.made += 1
            yield part

    def close(self):
        self.is_closed = True


def application(rows, *headers):
    def run(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/csv"), *headers])
        return rows

    return run


def test_a_body_without_a_length_is_made_while_it_is_sent():
    rows = Rows([b"a", b"", b"b"])

    _status, _headers, stream = call(application(rows), {MAY_STREAM: True})

    assert (stream.next(), rows.made) == (b"a", 1)
    assert (stream.next(), stream.next()) == (b"b", b"")
    stream.close()
    assert rows.is_closed


def test_other_bodies_are_complete():
    for headers, environ in (
        ([("Content-Length", "2")], {MAY_STREAM: True}),
        ([], {MAY_STREAM: False}),
    ):
        rows = Rows([b"a", b"b"])

        assert call(application(rows, *headers), environ)[2] == b"ab"
        assert rows.is_closed


class Sending:
    """The other end of a request, which takes a stream."""

    def __init__(self):
        self.transport, self.answer, self.is_aborted = Transport(), None, False

        self.reader = Reader("acme", self.abort)

    def abort(self):
        self.is_aborted = True

    def response_stream(self, *_answer):
        return self.transport

    def response_bytes(self, *answer):
        self.answer = answer


def test_parts_are_sent_in_order_and_the_response_is_closed():
    worker, rows, end = Worker(), Rows([b"a", b"b"]), Sending()

    async def check():
        await worker.front._send(end, (200, [], Stream(rows)), "/api/v1/x", end.reader)

    worker.run(check)
    assert end.transport.parts == [b"a", b"b"]
    assert rows.is_closed
    assert (worker.front._streams.total(), end.is_aborted) == (0, False)


def test_a_reader_who_leaves_ends_the_stream():
    worker, rows, end = Worker(), Rows([b"a", b"b"]), Sending()

    async def leave(_part):
        raise RuntimeError("closed")

    async def check():
        end.transport.send_bytes = leave
        with suppress(RuntimeError):
            await worker.front._send(end, (200, [], Stream(rows)), "/api/v1/x", end.reader)

    worker.run(check)
    assert (rows.made, rows.is_closed, worker.front._streams.total()) == (1, True, 0)
    assert end.is_aborted


def test_the_number_of_streams_is_bounded():
    refused = {"rival": 4}, {"acme": 2}, {"rival": 2, "bakery": 2}
    assert [answer_beside(streams)[0] for streams in refused] == [503, 503, 503]
    assert answer_beside({"rival": 2, "acme": 1}) == (None, [b"a"])


def answer_beside(streams):
    """Return the refusal of Acme's stream beside these, by org; None, and its parts if it is sent."""
    worker, rows, end = Worker(), Rows([b"a"]), Sending()
    worker.front._streams.update(streams)

    async def check():
        await worker.front._send(end, (200, [], Stream(rows)), "/api/v1/x", end.reader)

    worker.run(check)
    assert (rows.is_closed, end.is_aborted) == (True, False)
    return end.answer and end.answer[0], end.transport.parts

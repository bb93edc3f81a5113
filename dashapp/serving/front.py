"""The server's entry point for granian: an RSGI application before the WSGI application.

Requests are read on the event loop, and get a thread only once they are complete and it is their
turn. So neither slow senders, nor silent connections, nor the long questions of one org keep others
waiting.
"""

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from dashapp.domain import log_fields
from dashapp.serving.aborting import abort
from dashapp.serving.bodies import Bodies
from dashapp.serving.callers import Callers
from dashapp.serving.calls import (
    MAY_STREAM,
    Answer,
    Application,
    Request,
    Stream,
    call,
    environ_of,
)
from dashapp.serving.questions import Question, question_of
from dashapp.serving.refusal import Refused
from dashapp.serving.turns import Turns
from dashapp.settings import Settings
from dashapp.web.access.guard import NAME_ORG
from dashapp.web.access.security_log import Event, record
from dashapp.web.http.mounting import path_below
from dashapp.web.monitoring.counters import counters
from dashapp.web.monitoring.places import share_counts
from dashapp.web.monitoring.sampling import sample_connections
from dashapp.web.services import EXTENSION

_log = logging.getLogger(__name__)
THREADS = 8
_SHARE = 1  # of the threads, for one org
_MAX_WAITING, _MAX_WAITING_OF_ORG = 1_000, 32
_SECONDS = 10.0  # until a request's turn must come
_MAX_BODY = 1_048_576
_MAX_HELD = 32 * _MAX_BODY
_STUCK_SECONDS = 60.0
_SAMPLE_SECONDS = 1.0
_MAX_STREAMS, _MAX_STREAMS_OF_ORG = 4, 2  # each has a connection to the database
_STREAM_SECONDS = 30.0  # for one part
# A short request waits for the interpreter after each of its statements, while a long one computes.
_SWITCH_SECONDS = 0.0005
T = TypeVar("T")
_JSON = [("content-type", "application/json"), ("cache-control", "no-store")]


class Reader(NamedTuple):
    """Who reads an answer, and what breaks the connection to them."""

    caller: Hashable
    abort: Callable[[], None]


class Front:
    """An RSGI application that calls a WSGI application in threads."""

    def __init__(
        self,
        application: Application,
        settings: Settings,
        sample: Callable[[], None] = lambda: None,
    ) -> None:
        """`sample` records each second how the rest of the process is used."""
        self._application = application
        self._sample_others = sample
        self._public_path = settings.public_path
        self._callers = Callers(settings)
        self._bodies = Bodies(_MAX_BODY, _MAX_HELD)
        self._turns = Turns(
            THREADS,
            _SHARE,
            most_waiting=_MAX_WAITING,
            most_of_caller=_MAX_WAITING_OF_ORG,
            seconds=_SECONDS,
        )
        self._started: dict[int, float] = {}  # when each call began that has not ended
        self._streams: Counter[Hashable] = Counter()  # answers that are being sent in parts
        self._asked: dict[Question, asyncio.Future[Answer]] = {}  # those that wait for their turn

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "request")
        loop.call_soon_threadsafe(self._sample, loop)

    def _sample(self, loop: asyncio.AbstractEventLoop) -> None:
        counters().set_requests(running=len(self._started), waiting=self._turns.waiting)
        self._sample_others()
        loop.call_later(_SAMPLE_SECONDS, self._sample, loop)

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        self._threads.shutdown(wait=True)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(None)
            return
        path = path_below(scope.path, self._public_path) or scope.path
        try:
            is_probe = path == "/livez"
            answer = self._alive() if is_probe else await self._answer(scope, path, protocol)
        except Refused as refused:
            answer = refused.answer(path)
            with log_fields.replaced_by(**self._fields(refused, scope, path)):
                record(Event.REQUEST_REFUSED, refused.code, status=refused.status)
        except Exception:  # noqa: BLE001 - the last resort: the application handles its own
            failed = Refused(500)
            answer = failed.answer(path)
            with log_fields.replaced_by(**self._fields(failed, scope, path)):
                _log.exception("request failed")
        with suppress(RuntimeError, TimeoutError):  # the other end is gone, or takes nothing
            caller = self._callers.visit(scope, path).caller
            await self._send(protocol, answer, path, Reader(caller, partial(abort, scope.client)))

    async def _send(self, protocol: Any, answer: Answer, path: str, reader: Reader) -> None:
        status, headers, content = answer
        if isinstance(content, bytes):
            protocol.response_bytes(status, headers, content)
            return
        try:
            if not self._may_stream(reader.caller):
                protocol.response_bytes(*Refused(503).answer(path))
                return
            await self._stream(protocol.response_stream(status, headers), content, reader.caller)
        except BaseException:  # also if the worker ends
            reader.abort()
            raise
        finally:
            await self._in_thread(content.close)

    def _may_stream(self, caller: Hashable) -> bool:
        is_full = self._streams.total() >= _MAX_STREAMS
        return not is_full and self._streams[caller] < _MAX_STREAMS_OF_ORG

    async def _stream(self, transport: Any, content: Stream, caller: Hashable) -> None:
        """Send a response in parts. A reader who takes none of them for too long gets no more."""
        self._streams[caller] += 1
        try:
            while part := await self._in_thread(content.next):
                await asyncio.wait_for(transport.send_bytes(part), _STREAM_SECONDS)
        finally:
            self._streams -= Counter([caller])  # forgets who has none

    def _alive(self) -> Answer:
        """Say whether this worker can answer: not if all threads are stuck."""
        long_ago = monotonic() - _STUCK_SECONDS
        if len(self._started) >= THREADS and max(self._started.values()) < long_ago:
            return 503, _JSON, b'{"status":"stuck"}\n'
        return 200, _JSON, b'{"status":"ok"}\n'

    def _fields(self, refused: Refused, request: Request, path: str) -> dict[str, object]:
        """Return what the log says about a request that the application has not answered."""
        return {
            "request_id": refused.request_id,
            "address": self._callers.address(request),
            "method": request.method,
            "path": path,
            "org": self._callers.visit(request, path).slug,
        }

    async def _answer(self, scope: Any, path: str, protocol: Any) -> Answer:
        """Answer a request; equal questions that wait for their turn are asked once."""
        question = question_of(scope, path)
        if question is None:
            return await self._answer_alone(scope, path, protocol)
        asked = self._asked.get(question)
        if asked is None:
            asked = asyncio.ensure_future(self._answer_alone(scope, path, protocol, question))
            self._asked[question] = asked
            asked.add_done_callback(lambda done: self._forget(question, done))
        return await asyncio.shield(asked)

    def _forget(self, question: Question, asked: object) -> None:
        if self._asked.get(question) is asked:
            del self._asked[question]

    async def _answer_alone(
        self, scope: Any, path: str, protocol: Any, question: Question | None = None
    ) -> Answer:
        body = await self._bodies.read(scope.headers, protocol)
        try:
            visit = self._callers.visit(scope, path)
            async with self._turns.turn(visit.caller):
                if question is not None:  # those who ask from now on must see what is stored since
                    self._forget(question, asyncio.current_task())
                more = {NAME_ORG: visit, MAY_STREAM: question is None}
                answer = await self._call({**environ_of(scope, body), **more})
            visit.end()
            return answer
        finally:
            self._bodies.held -= len(body)

    async def _call(self, environ: dict[str, Any]) -> Answer:
        number = id(environ)
        self._started[number] = monotonic()
        try:
            return await self._in_thread(partial(call, self._application, environ))
        finally:
            del self._started[number]

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def make() -> Front:
    """Return the front of the production server."""
    share_counts()
    from dashapp.wsgi import app, settings  # noqa: PLC0415 - starts the server

    sys.setswitchinterval(_SWITCH_SECONDS)
    return Front(app, settings, partial(sample_connections, app.extensions[EXTENSION].store))

"""Who runs next: each org gets its turn, and none can take all threads."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from dashapp.serving.refusal import Refused


class Turns:
    """Gives out `threads` slots, at most `share` of them to one caller.

    Callers that wait take turns; the requests of one caller run in the order of their arrival. All
    methods run on the event loop, so nothing is locked. Refuses a request that is one too many for
    its caller (429) or for all (503), or whose turn does not come in time (429).
    """

    def __init__(
        self, threads: int, share: int, *, most_waiting: int, most_of_caller: int, seconds: float
    ) -> None:
        self._free = threads
        self._share = share
        self._most_waiting, self._most_of_caller = most_waiting, most_of_caller
        self._seconds = seconds
        self._running: Counter[Hashable] = Counter()
        self._queues: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return self._waiting

    @asynccontextmanager
    async def turn(self, caller: Hashable) -> AsyncIterator[None]:
        """Wait for the caller's turn, and hold a slot during the block. Raises Refused."""
        await self._take(caller)
        try:
            yield
        finally:
            self._give_back(caller)

    async def _take(self, caller: Hashable) -> None:
        if self._free and self._running[caller] < self._share and caller not in self._queues:
            self._start(caller)
            return
        queue = self._queues.get(caller, ())
        if len(queue) >= self._most_of_caller:
            raise Refused(429)
        if self._waiting >= self._most_waiting:
            raise Refused(503)
        turn = asyncio.get_running_loop().create_future()
        self._queues.setdefault(caller, deque()).append(turn)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await turn
        except BaseException as error:
            if turn.cancelled():
                self._forget(caller, turn)
            else:  # its turn came at the same moment
                self._give_back(caller)
            if isinstance(error, TimeoutError):
                raise Refused(429) from None
            raise

    def _start(self, caller: Hashable) -> None:
        self._free -= 1
        self._running[caller] += 1

    def _give_back(self, caller: Hashable) -> None:
        self._free += 1
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]
        self._start_next()

    def _start_next(self) -> None:
        """Start the requests whose turn it is: the caller that waits for the longest time first."""
        for caller in list(self._queues):
            if not self._free:
                return
            if self._running[caller] < self._share:
                self._queues.move_to_end(caller)
                turn = self._next_of(caller)
                if turn is not None:
                    self._start(caller)
                    turn.set_result(None)

    def _next_of(self, caller: Hashable) -> "asyncio.Future[None] | None":
        """Take a caller's first request from its queue that was not canceled just now."""
        queue = self._queues[caller]
        turn = next((turn for turn in queue if not turn.done()), None)
        if turn is not None:
            self._forget(caller, turn)
        return turn

    def _forget(self, caller: Hashable, turn: "asyncio.Future[None]") -> None:
        queue = self._queues[caller]
        queue.remove(turn)
        self._waiting -= 1
        if not queue:
            del self._queues[caller]

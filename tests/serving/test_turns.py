"""Who runs next: callers take turns, and none gets more than its share."""

import asyncio
import random

import pytest

from dashapp.serving.refusal import Refused
from dashapp.serving.turns import Turns
from tests.serving.loops import run_async


def turns(threads=4, share=2, *, most_waiting=100, most_of_caller=10, seconds=5.0):
    return Turns(
        threads, share, most_waiting=most_waiting, most_of_caller=most_of_caller, seconds=seconds
    )


class Requests:
    """Starts requests that run until they are let go, and remembers who runs."""

    def __init__(self, given: Turns) -> None:
        self.turns = given
        self.running: list[str] = []
        self.order: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task] = {}

    async def start(self, *names: str) -> None:
        for name in names:
            self._ends[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._run(name))
        await self.settle()

    async def _run(self, name: str) -> None:
        async with self.turns.turn(name[0]):
            self.running.append(name)
            self.order.append(name)
            await self._ends[name].wait()
        self.running.remove(name)

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await self._tasks[name]
        await self.settle()

    async def cancel(self, name: str) -> None:
        self._tasks[name].cancel()
        await self.settle()

    async def refused(self, name: str) -> int:
        """Return the status with which a request was refused."""
        with pytest.raises(Refused) as error:
            await self._tasks[name]
        return error.value.status

    @staticmethod
    async def settle() -> None:
        for _ in range(10):
            await asyncio.sleep(0)


def test_a_caller_gets_its_share_and_others_run_beside_it():
    async def check():
        requests = Requests(turns())
        await requests.start("a1", "a2", "a3", "a4", "b1", "c1")
        assert requests.running == ["a1", "a2", "b1", "c1"]

        await requests.end("b1")
        assert requests.running == ["a1", "a2", "c1"]

        await requests.end("a2")
        assert requests.running == ["a1", "c1", "a3"]

    run_async(check())


def test_callers_that_wait_take_turns():
    async def check():
        requests = Requests(turns(threads=1, share=1))
        await requests.start("x1", "a1", "a2", "a3", "b1", "b2", "c1")
        for name in ("x1", "a1", "b1", "c1", "a2", "b2", "a3"):
            assert requests.running == [name]
            await requests.end(name)

    run_async(check())


def test_one_request_too_many_is_refused():
    async def check():
        requests = Requests(turns(threads=1, share=1, most_of_caller=2, most_waiting=3))
        await requests.start("a1", "a2", "a3", "a4")
        assert await requests.refused("a4") == 429

        await requests.start("b1", "c1")
        assert await requests.refused("c1") == 503

    run_async(check())


def test_a_request_whose_turn_does_not_come_is_refused():
    async def check():
        requests = Requests(turns(threads=1, share=1, seconds=0.01))
        await requests.start("a1", "a2")
        assert await requests.refused("a2") == 429

        await requests.start("b1")
        await requests.end("a1")
        assert requests.running == ["b1"]

    run_async(check())


def test_a_canceled_request_gives_its_turn_back():
    async def check():
        requests = Requests(turns(threads=1, share=1))
        await requests.start("a1", "b1", "c1")
        await requests.cancel("b1")
        await requests.cancel("a1")
        assert requests.running[1:] == ["c1"]  # a1 was canceled while it ran

        await requests.end("c1")
        await requests.start("d1")
        assert requests.running[1:] == ["d1"]

    run_async(check())


@pytest.mark.parametrize("seed", range(20))
def test_turns_are_never_lost(seed):
    """However requests end, no caller has more than its share, and all slots are free at the end."""

    async def check():
        rng = random.Random(seed)
        given = turns(threads=3, share=2, most_of_caller=20, seconds=0.005)
        running = dict.fromkeys("abcd", 0)

        async def request(caller: str) -> None:
            async with given.turn(caller):
                running[caller] += 1
                assert running[caller] <= 2
                assert sum(running.values()) <= 3
                try:
                    await asyncio.sleep(rng.random() * 0.004)
                finally:
                    running[caller] -= 1

        tasks = [asyncio.create_task(request(rng.choice("abcd"))) for _ in range(60)]
        await asyncio.sleep(0.002)
        for task in rng.sample(tasks, 10):
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)

        assert all(
            result is None or isinstance(result, Refused | asyncio.CancelledError)
            for result in results
        )
        requests = Requests(given)
        await requests.start("a1", "a2", "b1")
        assert requests.running == ["a1", "a2", "b1"]

    run_async(check())

"""Sends random requests to a server in this process, and counts and judges the answers."""

import json
import logging
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from dashapp.store.engine import Store
from tests import factories
from tests.reliability.probes.asking import Asker, Request
from tests.reliability.probes.cast import make_cast
from tests.reliability.probes.credentials import make_credentials
from tests.reliability.probes.verdicts import faults_of, is_opened, words_sent

_MOST_FAULTS = 20  # that are kept
_EVERY = 5_000
_EMBED_LOG = "/settings/embedding"  # says what was asked with tokens of the org


class Result(NamedTuple):
    """How many requests were sent, how many opened what their own org owns, and what was wrong."""

    probes: int
    opened: int
    statuses: dict[str, int]
    endpoints: dict[str, int]  # of those that were opened
    faults: list[str]
    fault_count: int
    seconds: float


class Prober:
    """Sends requests. Request number N of a seed is the same in every run."""

    def __init__(self, store: Store, folder: Path) -> None:
        cast = make_cast(store, folder)
        server = factories.app(store, log_level="error")
        self._asker = Asker(server, cast, make_credentials(cast, server))
        self._client = server.test_client(use_cookies=False)
        self._heard: dict[str | None, set[str]] = defaultdict(set)

    def probe(self, seed: int, number: int):
        """Send a request; return it and the response."""
        request = self._asker.request(random.Random(f"{seed}:{number}"))
        response = self._client.open(
            request.url, method=request.method, headers=request.headers, **request.content
        )
        if etag := response.headers.get("ETag"):
            self._asker.etags = [*self._asker.etags[-20:], etag]
        return request, response

    def first_fault(self, seed: int, numbers: range) -> str:
        """Return the first fault, or an empty text."""
        answers = (self._judged(seed, number) for number in numbers)
        return next((faults[0] for _request, _response, faults in answers if faults), "")

    def _judged(self, seed: int, number: int):
        request, response = self.probe(seed, number)
        repeated = self._heard[request.org] if _EMBED_LOG in request.url else frozenset()
        faults = [
            _described(seed, number, request, fault)
            for fault in faults_of(request, response, repeated)
        ]
        if "Bearer ey" in request.headers.get("Authorization", ""):
            for org in {*request.credential.orgs, request.credential.home}:
                self._heard[org] |= words_sent(request)
        return request, response, faults

    def run(
        self, seed: int, numbers: range, report: Callable[[str], None] = lambda _text: None
    ) -> Result:
        started, faults, fault_count = time.monotonic(), [], 0
        statuses: Counter[str] = Counter()
        endpoints: Counter[str] = Counter()
        for count, number in enumerate(numbers, 1):
            request, response, wrong = self._judged(seed, number)
            statuses[str(response.status_code)] += 1
            endpoints[request.endpoint] += is_opened(request, response)
            fault_count += len(wrong)
            for fault in wrong[: _MOST_FAULTS - len(faults)]:
                faults.append(fault)
                report(fault)
            if count % _EVERY == 0:
                report(f"seed {seed}: {count:,} probes, {fault_count} faults")
        found = {endpoint: count for endpoint, count in endpoints.items() if count}
        return Result(
            len(numbers), sum(found.values()), dict(statuses), found, faults, fault_count,
            time.monotonic() - started,
        )  # fmt: skip


def _described(seed: int, number: int, request: Request, fault: str) -> str:
    shown = request.credential.name
    content = json.dumps(request.content, default=str)[:300]
    return (
        f"seed {seed}, number {number}: {request.method} {request.url} with {shown} {fault}; "
        f"sent {content}"
    )


@contextmanager
def prober(url: str) -> Iterator[Prober]:
    """Yield a prober of an empty, migrated database. Meanwhile, refusals are not logged."""
    store, log = Store(url), logging.getLogger("dashapp")
    level = log.level
    with tempfile.TemporaryDirectory(prefix="dashapp-probes-") as folder:
        try:
            log.setLevel(logging.CRITICAL)
            yield Prober(store, Path(folder))
        finally:
            log.setLevel(level)
            store.close()

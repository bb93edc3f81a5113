"""Isolation under load: 50,000 reads by 16 threads that switch orgs on a small connection pool."""

import random
import threading
from pathlib import Path
from time import perf_counter

from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from benchmarks import setting

READS, THREADS = 50_000, 16
_SEEN = text("SELECT DISTINCT org_id FROM events")


def run(folder: Path) -> None:
    store = setting.open_store(folder, "mixed")
    scopes = [setting.new_org(store, slug) for slug in ("acme", "rival")]
    for scope in scopes:
        setting.fill(store, scope, 100)
    wrong_reads: list[object] = []
    correct_reads: list[int] = []
    timeouts: list[int] = []

    def work(seed: int) -> None:
        rng = random.Random(seed)
        while len(correct_reads) < READS:
            scope = rng.choice(scopes)
            try:
                with store.read(scope) as session:
                    org_ids = set(session.execute(_SEEN).scalars())
            except PoolTimeout:  # sixteen threads share ten connections, and the queue is unfair
                timeouts.append(1)
                continue
            (wrong_reads if org_ids != {scope.org_id} else correct_reads).append(1)

    started = perf_counter()
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - started
    print(
        f"{len(correct_reads):,} reads in {seconds:.1f} s, {len(wrong_reads)} with rows of the wrong org "
        f"({len(timeouts)} gave up waiting for a connection)"
    )
    store.close()

"""50,000 reads by 16 threads that change orgs on a small pool: rows of the wrong org."""

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
    owners = [setting.org(store, slug) for slug in ("acme", "rival")]
    for owner in owners:
        setting.fill(store, owner, 100)
    wrong: list[object] = []
    done: list[int] = []
    waited: list[int] = []

    def work(seed: int) -> None:
        dice = random.Random(seed)
        while len(done) < READS:
            owner = dice.choice(owners)
            try:
                with store.reading(owner) as session:
                    found = set(session.execute(_SEEN).scalars())
            except PoolTimeout:  # sixteen threads wait for ten connections, and queues are unfair
                waited.append(1)
                continue
            (wrong if found != {owner.org_id} else done).append(1)

    started = perf_counter()
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - started
    print(
        f"{len(done):,} reads in {seconds:.1f} s, {len(wrong)} with rows of the wrong org "
        f"({len(waited)} gave up waiting for a connection)"
    )
    store.close()

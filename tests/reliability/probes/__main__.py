"""A million random requests of strangers, by all doors: none finds what another org owns.

    python -m tests.reliability.probes --count 1000000 --database postgresql

Each process has a server, a database, and a seed of its own. A fault is printed with the seed and
the number of its request; `--seed SEED --first NUMBER --count 1 --processes 1` sends that request
again.
"""

import argparse
import json
import logging
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine, text

from dashapp.domain.secrets import passwords
from dashapp.store import migrate
from tests import factories, postgresql
from tests.reliability.probes.run import Result, prober


class Part(NamedTuple):
    """What one process does. `server` is the URL of a PostgreSQL cluster, or None for SQLite."""

    server: str | None
    seed: int
    numbers: range


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    args = parser.parse_args()
    each = -(-args.count // args.processes)
    cluster = postgresql.cluster() if args.database == "postgresql" else nullcontext(None)
    with cluster as server, ProcessPoolExecutor(args.processes) as pool:
        parts = [
            Part(server, args.seed + number, range(args.first, args.first + each))
            for number in range(args.processes)
        ]
        running = [pool.submit(run, part) for part in parts]
        results = [finished.result() for finished in as_completed(running)]
    total = _added(results)
    _print(json.dumps({"database": args.database, **total._asdict()}))
    return 1 if total.fault_count else 0


def run(part: Part) -> Result:
    passwords._hasher = factories.HASHER
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="dashapp-probes-", dir=_memory()) as folder:
        url = f"sqlite:///{folder}/dashapp.db"
        if part.server is not None:
            url = f"{part.server}/seed{part.seed}"
            _create_database(part.server, f"seed{part.seed}")
        migrate.upgrade(url)
        with prober(url) as asking:
            return asking.run(part.seed, part.numbers, _print)


def _memory() -> str | None:
    """Return a folder in memory: what is on disk decides nothing here."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _create_database(server: str, name: str) -> None:
    url = server.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()


def _added(results: list[Result]) -> Result:
    statuses, endpoints = Counter(), Counter()
    for result in results:
        statuses.update(result.statuses)
        endpoints.update(result.endpoints)
    return Result(
        sum(result.probes for result in results),
        sum(result.opened for result in results),
        dict(sorted(statuses.items())),
        dict(sorted(endpoints.items())),
        [fault for result in results for fault in result.faults],
        sum(result.fault_count for result in results),
        round(max(result.seconds for result in results), 1),
    )


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""A process that seals an org, and waits at a point where it can be killed.

python -m tests.store.columns.sealing_process URL FOLDER POINT
"""

import sys
import time

from dashapp.store.columns import days, sealing
from dashapp.store.columns.writing import SegmentWriter
from dashapp.store.engine import Store
from dashapp.store.orgs.orgs import retentions
from tests.factories import scope
from tests.sealing import seal

POINTS = {  # what is done next
    "days are marked": (sealing, "_paths"),
    "text files are written": (SegmentWriter, "write"),
    "the segment is written": (SegmentWriter, "delete_files"),
    "the segment is stored": (days, "delete_unused"),
}
COUNT = 2  # of times that the point is reached: the first segment is stored


def wait_at(point: str) -> None:
    """Wait, instead of going on, when a point is reached for the second time."""
    owner, name = POINTS[point]
    original, reached = getattr(owner, name), []

    def waiting(*args):
        reached.append(point)
        if len(reached) == COUNT:
            sys.stdout.write("reached\n")
            sys.stdout.flush()
            time.sleep(60)
        return original(*args)

    setattr(owner, name, waiting)


def main() -> None:
    url, folder, point = sys.argv[1:]
    store = Store(url, cache=(folder, 64))
    with store.read_shared() as session:
        ((org, _keep_days),) = retentions(session)
    wait_at(point)
    seal(store, scope(org), most=12)


if __name__ == "__main__":
    main()

"""How much the random tests try. TEST_EFFORT=10 runs ten times as many examples."""

import os

EFFORT = int(os.environ.get("TEST_EFFORT", "1"))


def scaled(count: int) -> int:
    """Return the number of random examples, given the number of a usual run."""
    return count * EFFORT

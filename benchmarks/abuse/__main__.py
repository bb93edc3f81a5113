"""Attack a server, and measure what others wait meanwhile.

    python -m benchmarks.abuse --database postgresql --size 0.1

`--size 0.1` stores a tenth of the events. `--only WORD` runs the scenarios whose name
contains it; it may be a regular expression.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.abuse.run import attack_all


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dashapp-abuse-") as folder:
        attack_all(Path(folder), args.database, size=args.size, only=args.only)


if __name__ == "__main__":
    sys.exit(main())

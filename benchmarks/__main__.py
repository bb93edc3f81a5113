"""Print what a dashboard costs at a million events, and what guards cost."""

import sys
import tempfile
from pathlib import Path

from benchmarks import login_cost, orgs_mixed, refresh

SECTIONS = (refresh, login_cost, orgs_mixed)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="dashapp-bench-") as folder:
        for section in SECTIONS:
            print(f"\n## {(section.__doc__ or '').splitlines()[0]}\n", flush=True)
            section.run(Path(folder))


if __name__ == "__main__":
    sys.exit(main())

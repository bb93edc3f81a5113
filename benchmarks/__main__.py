"""Measure what a dashboard costs at a million events, and what access checks cost."""

import sys
import tempfile
from pathlib import Path

from benchmarks import (
    abuse,
    columns,
    compiling,
    customers,
    fleet,
    login_cost,
    measures,
    orgs_mixed,
    refresh,
    scaling,
    thousand_orgs,
    throughput,
    ticks,
)

SECTIONS = (
    refresh,
    measures,
    columns,
    compiling,
    customers,
    fleet,
    ticks,
    throughput,
    login_cost,
    orgs_mixed,
    thousand_orgs,
    abuse,
    scaling,
)


def main() -> None:
    """Run all sections, or those named: python -m benchmarks throughput"""
    sections = {section.__name__.rsplit(".", 1)[1]: section for section in SECTIONS}
    selected = [sections[name] for name in sys.argv[1:]] or SECTIONS
    with tempfile.TemporaryDirectory(prefix="dashapp-bench-") as folder:
        for section in selected:
            print(f"\n## {(section.__doc__ or '').splitlines()[0]}\n", flush=True)
            section.run(Path(folder))


if __name__ == "__main__":
    sys.exit(main())

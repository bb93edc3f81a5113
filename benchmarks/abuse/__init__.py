"""How long other orgs wait while a server with 2 workers is attacked."""

from pathlib import Path


def run(folder: Path) -> None:
    from benchmarks.abuse.run import attack_all

    attack_all(folder, "sqlite", size=1.0)

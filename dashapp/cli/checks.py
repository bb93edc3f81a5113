"""Checks that a command prints, one per line."""

import sys
from collections.abc import Iterable
from typing import NamedTuple

import click


class Check(NamedTuple):
    """The outcome of one check."""

    name: str
    is_ok: bool
    detail: str


def print_checks(checks: Iterable[Check]) -> None:
    """Print each outcome as it comes; exit with status 1 if one is not ok."""
    has_failed = False
    for check in checks:
        has_failed |= not check.is_ok
        click.echo(f"{'ok  ' if check.is_ok else 'FAIL'}  {check.name:<10} {check.detail}")
    if has_failed:
        sys.exit(1)

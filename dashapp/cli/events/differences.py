"""What `tally verify` and `columns verify` print."""

from collections.abc import Iterable

import click

_SHOWN = 20


def have_differences(differences: Iterable[str], *, one: str, many: str, fix: str) -> bool:
    """Print the first differences, how many there are, and the command that fixes them."""
    count = 0
    for difference in differences:
        count += 1
        if count <= _SHOWN:
            click.echo(difference, err=True)
    if count:
        text = f"1 {one}" if count == 1 else f"{count:,} {many}"
        click.echo(f"dashapp: {text}. Run: {fix}", err=True)
    return count > 0

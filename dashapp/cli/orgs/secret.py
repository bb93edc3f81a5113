"""`dashapp secret …`: rotate the installation's secret."""

import os
from collections import Counter

import click

from dashapp.cli.context import open_store, print_table
from dashapp.domain.errors import ConfigurationError
from dashapp.domain.secrets.sealing import Purpose, Secrets
from dashapp.settings import from_env
from dashapp.store.secrets.resealing import count_sealed
from dashapp.store.secrets.resealing import reseal as seal_again


@click.group()
def secret() -> None:
    """Rotate DASHAPP_SECRET_KEY.

    docs/operate.md says how, step by step.
    """


@secret.command()
def status() -> None:
    """Print what is encrypted under which secret key.

    Once nothing is encrypted under the old one, DASHAPP_SECRET_KEY_OLD can be removed.
    """
    with open_store() as store:
        counts = count_sealed(store, from_env(os.environ).secrets)
    rows = [(c.purpose.value, f"{c.current:,}", f"{c.old:,}", f"{c.unreadable:,}") for c in counts]
    print_table(rows, ("ENCRYPTED", "CURRENT", "OLD", "UNREADABLE"))
    if any(c.old for c in counts):
        click.echo("Some are encrypted under the old secret key. Run: dashapp secret reseal")
    if any(c.unreadable for c in counts):
        click.echo("Some cannot be read: their secret key is not set.")


@secret.command()
def reseal() -> None:
    """Encrypt everything under the current secret key.

    Works in short steps while the server runs. If it is interrupted, run it again.
    """
    secrets = from_env(os.environ).secrets
    _require_old(secrets)
    done: Counter[Purpose] = Counter()
    with open_store() as store:
        for purpose, count in seal_again(store, secrets):
            done[purpose] += count
        left = count_sealed(store, secrets)
    for purpose, count in done.items():
        click.echo(f"{purpose}: {count:,} encrypted again.")
    if any(c.old for c in left):
        raise ConfigurationError("Meanwhile, some were encrypted with the old key. Run again.")
    click.echo("Nothing is encrypted under the old secret key.")


def _require_old(secrets: Secrets) -> None:
    if secrets.old is None:
        raise ConfigurationError(
            "Set DASHAPP_SECRET_KEY to the new secret key, and DASHAPP_SECRET_KEY_OLD to the "
            "previous one, here and for the server."
        )

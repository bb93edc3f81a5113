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
    """Rotate DASHAPP_SECRET_KEY. docs/operate.md says how, step by step."""


@secret.command()
def status() -> None:
    """Print what is sealed under which secret.

    Once nothing is sealed under the old one, DASHAPP_SECRET_KEY_OLD can be removed.
    """
    with open_store() as store:
        counts = count_sealed(store, from_env(os.environ).secrets)
    rows = [(c.purpose.value, f"{c.current:,}", f"{c.old:,}", f"{c.unreadable:,}") for c in counts]
    print_table(rows, ("SEALED", "CURRENT", "OLD", "UNREADABLE"))
    if any(c.old for c in counts):
        click.echo("Some are sealed under the old secret. Run: dashapp secret reseal")
    if any(c.unreadable for c in counts):
        click.echo("Some cannot be read: they were sealed under a secret that is not set.")


@secret.command()
def reseal() -> None:
    """Seal everything under DASHAPP_SECRET_KEY that DASHAPP_SECRET_KEY_OLD has sealed.

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
        click.echo(f"{purpose}: {count:,} sealed again.")
    if any(c.old for c in left):
        raise ConfigurationError("Some were sealed under the old secret meanwhile. Run it again.")
    click.echo("Nothing is sealed under the old secret.")


def _require_old(secrets: Secrets) -> None:
    if secrets.old is None:
        raise ConfigurationError(
            "Set DASHAPP_SECRET_KEY to the new secret, and DASHAPP_SECRET_KEY_OLD to the one "
            "before, here and for the server."
        )

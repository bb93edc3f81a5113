"""`dashapp upkeep`: what a server does beside serving."""

import logging
import os
from time import sleep

import click

from dashapp.cli.beside import end_with_input
from dashapp.cli.context import open_store, operator_scope
from dashapp.domain.instant import utc_now
from dashapp.settings import from_env

_EVERY = 3600.0  # seconds
_log = logging.getLogger(__name__)


@click.command()
@click.option("--until-input-ends", is_flag=True, help="Go on, once an hour.")
def upkeep(*, until_input_ends: bool) -> None:
    """Count what is left, remove what is too old.

    Once, for all orgs. `dashapp serve` does this by itself, once an hour. Safe to run at any time,
    several times at once, and from cron.
    """
    from dashapp.web.logs import configure

    if until_input_ends:
        configure(from_env(os.environ).log_level)
        _go_on()
    else:
        _keep_up()
        click.echo("Done.")


def _keep_up() -> None:
    from dashapp.store.upkeep import keep_up
    from dashapp.widgets.catalog import load_catalog

    with open_store() as store:
        keep_up(store, operator_scope, load_catalog().tallies, utc_now())


def _go_on() -> None:
    end_with_input()
    while True:
        try:
            _keep_up()
        except Exception:  # noqa: BLE001 - the next hour may be better
            _log.exception("upkeep failed")
        sleep(_EVERY)

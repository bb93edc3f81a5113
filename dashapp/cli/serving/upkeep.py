"""`dashapp upkeep`: what a server does beside serving."""

import logging
import os
from time import monotonic, sleep

import click

from dashapp.cli.context import open_store, operator_scope
from dashapp.cli.serving.child_process import end_with_input
from dashapp.domain.time.instant import utc_now
from dashapp.settings import from_env

_EVERY = 3600.0  # seconds
_SOON = 60.0  # until days that batches of history have marked are looked for
_SHARE = 20  # such a look takes at most one twentieth of the time
_log = logging.getLogger(__name__)


@click.command()
@click.option("--until-input-ends", is_flag=True, help="Go on, once an hour.")
def upkeep(*, until_input_ends: bool) -> None:
    """Count what is left, remove what is too old.

    Once, for all orgs. `dashapp serve` does this by itself, once an hour, and counts history that
    was sent every minute. Safe to run at any time, several times at once, and from cron.
    """
    from dashapp.web.http.logs import configure

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
    next_hour = 0.0
    while True:
        started = monotonic()
        is_due = started >= next_hour
        try:
            if is_due:
                next_hour = started + _EVERY
                _keep_up()
            else:
                _count_marked()
        except Exception:  # noqa: BLE001 - the next time may be better
            _log.exception("upkeep failed")
        sleep(max(_SOON, _SHARE * (monotonic() - started)))


def _count_marked() -> None:
    from dashapp.store.upkeep import count_marked

    with open_store() as store:
        count_marked(store, operator_scope, utc_now())

"""`dashapp upkeep`: counts and seals days, and removes old events."""

import logging
import os
from collections.abc import Callable
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

import click

from dashapp.cli.context import now_us, open_store, operator_scope
from dashapp.cli.serving.child_process import exit_when_stdin_closes
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.time.instant import utc_now
from dashapp.settings import from_env, session_idle_minutes, session_max_hours
from dashapp.store.engine import Store
from dashapp.store.people.login_sessions import Limits

if TYPE_CHECKING:
    from dashapp.store.columns.upkeep import Sealer

_INTERVAL = 3600.0  # seconds between full runs
_PAUSE = 60.0  # seconds, at least, between checks for days that past events have marked
_PAUSE_RATIO = 20  # pause at least 20 times as long as a run took
_log = logging.getLogger(__name__)


@click.command()
@click.option(
    "--until-input-ends", is_flag=True, help="Repeat every hour until standard input ends."
)
def upkeep(*, until_input_ends: bool) -> None:
    """Count and seal days, and remove old events.

    Covers all orgs. `dashapp serve` does this automatically every hour; every minute it counts
    imported history and seals days. Safe to run at any time, concurrently, and from cron.
    """
    from dashapp.web.http.logs import configure

    if until_input_ends:
        configure(from_env(os.environ).log_level)
        _run_forever()
    else:
        _run_once()
        click.echo("Done.")


def _run_once(sealer: "Sealer | None" = None) -> None:
    from dashapp.cli.needs import needs_of_orgs
    from dashapp.store.upkeep import run_upkeep

    with open_store() as store:
        run_upkeep(store, operator_scope, needs_of_orgs(store), utc_now(), sealer)
        _track_logins(store)


def _run_forever() -> None:
    from dashapp.store.columns.upkeep import Sealer

    exit_when_stdin_closes()
    sealer = Sealer()
    next_full_run = 0.0
    while True:
        started = monotonic()
        is_full_run_due = started >= next_full_run
        try:
            if is_full_run_due:
                next_full_run = started + _INTERVAL
                _run_once(sealer)
            else:
                _count_and_seal(sealer)
        except Exception:  # noqa: BLE001 - the next run may succeed
            _log.exception("upkeep failed")
        sleep(max(_PAUSE, _PAUSE_RATIO * (monotonic() - started)))


def _count_and_seal(sealer: "Sealer") -> None:
    from dashapp.store.upkeep import count_marked_days

    with open_store() as store:
        count_marked_days(store, operator_scope, utc_now(), sealer)
        _track_logins(store)


class _Sessions(NamedTuple):
    """What tracking needs to know; `session_limits` are those of the server's settings."""

    store: Store
    session_limits: Limits

    @property
    def scope_of_org(self) -> Callable[[Org], Scope]:
        return operator_scope

    def now_us(self) -> int:
        return now_us()


def _track_logins(store: Store) -> None:
    from dashapp.web.access import tracking

    limits = Limits.of(session_idle_minutes(os.environ), session_max_hours(os.environ))
    tracking.catch_up(_Sessions(store, limits))

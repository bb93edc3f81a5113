"""`dashapp upkeep`: counts and seals days, and removes old events."""

import logging
import os
from collections.abc import Callable
from threading import Thread
from time import monotonic, sleep
from typing import NamedTuple

import click

from dashapp.cli.context import now_us, open_store, operator_scope
from dashapp.cli.serving.child_process import exit_when_stdin_closes
from dashapp.cli.serving.mailing import keep_sending, send_waiting
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.time.instant import SECOND, utc_now
from dashapp.settings import audit_days as days_of_audit
from dashapp.settings import from_env, session_idle_minutes, session_max_hours
from dashapp.store.engine import Store
from dashapp.store.health import clock
from dashapp.store.health.progress import Progress
from dashapp.store.health.state import record_run
from dashapp.store.people.login_sessions import Limits

_INTERVAL = 3600.0  # seconds between full runs
_PAUSE = 60.0  # seconds, at least, between checks for orgs that are due
_PAUSE_RATIO = 20  # pause at least 20 times as long as a run took
_log = logging.getLogger(__name__)


@click.command()
@click.option(
    "--until-input-ends", is_flag=True, help="Repeat every hour until standard input ends."
)
@click.option(
    "--audit-days",
    type=click.IntRange(30, 36_500),
    help="Keep audit entries that long, instead of DASHAPP_AUDIT_DAYS.",
)
@click.option("--all", "is_for_all", is_flag=True, help="Look at orgs without known work, too.")
def upkeep(*, until_input_ends: bool, is_for_all: bool, audit_days: int | None) -> None:
    """Do the work that is due now.

    Counts and seals days, removes old events and audit entries, and sends mails that wait.

    Covers all orgs that have work; each org is looked at once a day in any case. `dashapp serve`
    does this automatically. Safe to run at any time, concurrently, and from cron.
    """
    from dashapp.web.http.logs import configure

    days = audit_days or days_of_audit(os.environ)
    if until_input_ends:
        configure(from_env(os.environ).log_level)
        _run_forever(days)
    else:
        _run_once(days, is_for_all=is_for_all)
        send_waiting()
        click.echo("Done.")


def _run_once(audit_days: int, *, is_quiet: bool = False, is_for_all: bool = False) -> None:
    from dashapp.cli.needs import needs_for_upkeep
    from dashapp.store.upkeep import run_upkeep

    with open_store() as store:
        started, needs = now_us(), needs_for_upkeep(store)
        progress = run_upkeep(
            store,
            operator_scope,
            needs,
            utc_now(),
            is_quiet=is_quiet,
            is_for_all=is_for_all,
            may_prune=_agree_clocks(store),
            audit_days=audit_days,
        )
        _track_logins(store)
        record_run(store, started, now_us())
        _publish(store, progress, is_full_run=True)


def _run_forever(audit_days: int) -> None:
    from dashapp.web.monitoring.places import share_counts

    exit_when_stdin_closes()
    share_counts()
    Thread(target=keep_sending, daemon=True).start()
    next_full_run = 0.0
    while True:
        started = monotonic()
        is_full_run_due = started >= next_full_run
        try:
            if is_full_run_due:
                next_full_run = started + _INTERVAL
                _run_once(audit_days, is_quiet=True)
            else:
                _run_due(audit_days)
        except Exception:  # noqa: BLE001 - the next run may succeed
            _log.exception("upkeep failed")
        sleep(max(_PAUSE, _PAUSE_RATIO * (monotonic() - started)))


def _run_due(audit_days: int) -> None:
    from dashapp.store.upkeep import run_due

    with open_store() as store:
        may_prune = _agree_clocks(store)
        progress = run_due(
            store, operator_scope, utc_now(), may_prune=may_prune, audit_days=audit_days
        )
        _track_logins(store)
        _publish(store, progress)


def _publish(store: Store, progress: Progress, *, is_full_run: bool = False) -> None:
    """Add to the metrics of the server that this upkeep belongs to; without one, do nothing."""
    from dashapp.store.upkeep import all_sealed
    from dashapp.web.monitoring.counters import counters
    from dashapp.web.monitoring.places import shared_folder

    if shared_folder() is None:
        return
    counters().count_upkeep(progress, now=now_us())
    if is_full_run:
        counters().set_sealed(all_sealed(store, operator_scope))


def _agree_clocks(store: Store) -> bool:
    """Return whether this machine's clock is like the database's."""
    ahead = clock.difference(store, now_us())
    if ahead:
        _log.error(
            "the clock differs from the database's, so no events are removed",
            extra={"seconds": ahead // SECOND},
        )
    return not ahead


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
    from dashapp.web.access.login import tracking

    limits = Limits.of(session_idle_minutes(os.environ), session_max_hours(os.environ))
    tracking.catch_up(_Sessions(store, limits))

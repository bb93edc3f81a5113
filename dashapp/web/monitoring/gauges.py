"""The state of the installation, asked of the database when someone scrapes."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

import dashapp
from dashapp.domain.time.instant import SECOND
from dashapp.store.health.state import InstallationState, installation_state
from dashapp.web.services import Services


class InstallationGauges(Collector):
    """What is the same for all workers. Without the database, the rest is still answered."""

    def __init__(self, app: Services) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        yield _gauge("build_info", "The version.", 1, version=dashapp.__version__)
        files, size = self._app.store.columns.cache.usage()
        yield _gauge("column_cache_files", "Segments on this machine.", files)
        yield _gauge("column_cache_bytes", "Their size.", size)
        try:
            state = installation_state(self._app.store, self._app.now_us())
        except SQLAlchemyError:
            yield _gauge("database_up", "Whether the database answers.", 0)
            return
        yield _gauge("database_up", "Whether the database answers.", 1)
        yield from _of_upkeep(state)
        yield from _of_mails(state)
        yield _gauge("orgs", "Orgs.", state.orgs)
        yield _gauge("orgs_with_segments", "Orgs with sealed days.", state.orgs_with_segments)


def _of_upkeep(state: InstallationState) -> Iterator[Metric]:
    yield _gauge("upkeep_due_orgs", "Orgs that wait for upkeep.", state.due_orgs)
    overdue = state.longest_due / SECOND
    yield _gauge("upkeep_oldest_due_seconds", "For how long the first one waits.", overdue)
    if state.upkeep_age is not None:
        age = state.upkeep_age / SECOND
        yield _gauge("upkeep_age_seconds", "Time since upkeep last looked at the orgs.", age)
    if state.last_run is not None:
        took = state.last_run / SECOND
        yield _gauge("upkeep_last_run_seconds", "How long the last full run took.", took)


def _of_mails(state: InstallationState) -> Iterator[Metric]:
    mails = GaugeMetricFamily(
        "dashapp_outbox_messages", "Mails, by what became of them.", labels=["state"]
    )
    for name, count in state.mails.items():
        mails.add_metric([name], count)
    yield mails
    oldest = state.oldest_mail / SECOND
    yield _gauge("outbox_oldest_seconds", "Age of the oldest mail that is not sent yet.", oldest)


def _gauge(name: str, text: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(f"dashapp_{name}", text, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family

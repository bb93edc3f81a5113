"""The server of `benchmarks/throughput.py`: eight widgets, as a third party would add two."""

import os

from dashapp.app import create_app
from dashapp.domain.series import ScalarRow
from dashapp.domain.tallies import EVENTS_BY_TYPE, FINDINGS_BY_SEVERITY, needs
from dashapp.queries.counts import scalar_of
from dashapp.settings import from_env
from dashapp.widgets.catalog import BUILT_IN, Catalog
from dashapp.widgets.drawings import scalar
from dashapp.widgets.widget import Size, Widget


@needs(FINDINGS_BY_SEVERITY)
def warnings(session, scope, time_range) -> list[ScalarRow]:
    return list(scalar_of(session, scope, time_range, FINDINGS_BY_SEVERITY, "WARNING"))


@needs(EVENTS_BY_TYPE)
def logins(session, scope, time_range) -> list[ScalarRow]:
    return list(scalar_of(session, scope, time_range, EVENTS_BY_TYPE, "user.logged_in"))


ADDED = tuple(
    Widget(slug=query.__name__, title=query.__name__, size=Size.QUARTER, query=query, draw=scalar)
    for query in (warnings, logins)
)


def app():
    return create_app(from_env(os.environ), catalog=Catalog([*BUILT_IN, *ADDED]))

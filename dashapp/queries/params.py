"""Parameters of a statement: whose rows, from when to when, and in which steps."""

import orjson

from dashapp.domain.scope import Scope
from dashapp.domain.time_range import TimeRange


def over(scope: Scope, time_range: TimeRange, **more: object) -> dict[str, object]:
    """For statements over the whole range."""
    return {**scope.params, **time_range.params, **more}


def by_bucket(scope: Scope, time_range: TimeRange, **more: object) -> dict[str, object]:
    """For statements over `scoped.buckets`."""
    return {**scope.params, "edges": orjson.dumps(time_range.edges).decode(), **more}

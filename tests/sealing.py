"""Seals days of orgs that are far too small for it."""

from contextlib import contextmanager
from unittest.mock import patch

from dashapp.domain.columns import planning
from dashapp.domain.time.instant import to_us
from dashapp.store.columns.sealing import seal_next
from tests.factories import NOW

ALL = 10**9


@contextmanager
def small_segments(*, least=1, most=ALL, fields=50):
    """Let orgs with few events be sealed, in segments of at most `most` events."""
    with (
        patch.object(planning, "MIN_EVENTS", least),
        patch.object(planning, "MAX_EVENTS", most),
        patch("dashapp.store.columns.sealing.MAX_FIELDS", fields),
        patch("dashapp.domain.columns.layout.MAX_FIELDS", fields),
    ):
        yield


def seal(store, owner, *, now=NOW, times=20, is_quiet=False, **segments):
    """Seal all days of an org that are over; return the number of events."""
    count = 0
    with small_segments(**segments):
        for _time in range(times):
            sealed = seal_next(store, owner, to_us(now), is_quiet=is_quiet)
            if not sealed:
                break
            count += sealed
    return count

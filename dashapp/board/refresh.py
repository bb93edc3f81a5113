"""The content of a refresh: the panels, and the head, which is everything around them.

callbacks.py connects the fields of `Head` to components, and layout.py fills the same components of
a new page.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec.structs import replace

from dashapp.board import ids
from dashapp.board.controls.comparison import comparison_label
from dashapp.board.island import ShownIsland, encode, step_of
from dashapp.board.panels import DrawnPanel
from dashapp.domain.errors import BadInput
from dashapp.domain.language import _, say
from dashapp.domain.time.instant import parse, to_text, to_us
from dashapp.domain.time.labels import clock_label, moment_label, range_label, zone_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.element import flatten

_CUSTOM = _("Custom range")
_IS_CURRENT = frozenset({"ready", "empty"})


class BrowserState(NamedTuple):
    """What the browser says it shows. Untrusted: it affects only what the same browser is sent."""

    view: str
    states: Sequence[str]
    revision: str
    as_of: str
    is_tick: bool  # an automatic refresh

    @property
    def moment(self) -> datetime | None:
        """The moment of the numbers; None if it is invalid."""
        try:
            return parse(self.as_of)
        except BadInput:
            return None


class Head(NamedTuple):
    """What is around the panels. `print_…` are longer texts for paper and images."""

    as_of: str
    time_range: str
    shown: str  # JSON for scripts
    dates: str
    print_dates: str
    before: str
    print_before: str
    placeholder: str
    zone: str
    as_of_label: str
    print_as_of: str
    chips: Any
    notice: Any
    insight: Any
    announcement: str  # for screen readers
    comparisons: Any = None  # the items of the menu, if viewers have one


# The component and the property that show each field of Head.
PLACES: dict[str, tuple[str, str]] = {
    "as_of": (ids.BOARD, "data-as-of"),
    "time_range": (ids.BOARD, "data-time-range"),
    "shown": (ids.SHOWN, "children"),
    "dates": (ids.DATES, "children"),
    "print_dates": (ids.DATES, "data-print"),
    "before": (ids.BEFORE, "children"),
    "print_before": (ids.BEFORE, "data-print"),
    "comparisons": (ids.COMPARISONS, "children"),
    "placeholder": (ids.RANGE, "placeholder"),
    "zone": (ids.ZONE, "children"),
    "as_of_label": (ids.AS_OF, "children"),
    "print_as_of": (ids.AS_OF, "data-print"),
    "chips": (ids.CHIPS, "children"),
    "notice": (ids.NOTICE, "children"),
    "insight": (ids.INSIGHT, "children"),
    "announcement": (ids.ANNOUNCEMENT, "children"),
}


class Refresh(NamedTuple):
    """One response: the requested panels, by slug, and the head."""

    panels: dict[str, DrawnPanel]
    head: Head


def head_of(
    time_range: TimeRange,
    now: datetime,
    *,
    view: str,
    revision: str,
    layout_version: int,
    chips: Any,
    notice: Any,
    insight: Any,
    metric: str,
    is_fixed: bool,
) -> Head:
    """Return the head. `is_fixed` means that viewers can choose only presets.

    `metric` is the number card that chose what the large chart shows, empty for none.
    """
    clock = clock_label(time_range.as_of, time_range.zone, now)
    moment = moment_label(time_range.as_of, time_range.zone)
    shown = _shown(time_range, now, layout_version, is_fixed=is_fixed)
    shown = replace(shown, view=view, revision=revision, metric=metric)
    dates = range_label(time_range)
    title = time_range.preset.title if time_range.preset else _CUSTOM
    return Head(
        as_of=shown.as_of,
        time_range=range_word(time_range),
        shown=encode(shown),
        dates=dates,
        print_dates=range_label(time_range, has_year=True),
        before=comparison_label(time_range),
        print_before=comparison_label(time_range, has_year=True),
        placeholder=say(title),
        zone=zone_label(time_range.zone, time_range.as_of),
        as_of_label=say("Updated %(time)s", time=clock),
        print_as_of=say("Updated %(time)s", time=moment),
        chips=flatten(chips),
        notice=flatten(notice),
        insight=flatten(insight),
        announcement=say("Showing %(range)s, %(dates)s", range=say(title), dates=dates),
    )


def _shown(time_range: TimeRange, now: datetime, version: int, *, is_fixed: bool) -> ShownIsland:
    """Return what scripts are told about the range."""
    return ShownIsland(
        layout_version=version,
        as_of=to_text(time_range.as_of),
        start=to_text(time_range.start),
        end=to_text(time_range.end),
        zone=str(time_range.zone),
        earlier=None if is_fixed else step_of(time_range.earlier),
        later=None if is_fixed else step_of(time_range.later(now)),
        comparison=time_range.compared.word if time_range.is_compared else "",
    )


def range_word(time_range: TimeRange) -> str:
    """Return the preset's word, or `FROM/TO` for a custom range."""
    if time_range.preset:
        return time_range.preset.word
    return f"{to_text(time_range.start)}/{to_text(time_range.end)}"


def revision_tag(number: str, time_range: TimeRange, version: int) -> str:
    """Return a text that changes when the numbers of a view may have changed.

    It contains the org's revision, the edges of the buckets and the version of the layout. It does
    not change when events enter or leave the range because time has passed: see `has_moved`.
    """
    starts = [bucket.start for bucket in time_range.buckets]
    return f"{number}-{to_us(starts[min(1, len(starts) - 1)])}-{to_us(starts[-1])}-{version}"


def masked_revision(org_id: int, number: int, secret: bytes) -> str:
    """Return a hash of the revision: a filtered viewer must not learn how much an org writes."""
    revision = f"{org_id}:{number}".encode()
    return hashlib.blake2b(revision, key=secret, digest_size=9).hexdigest()


def is_current(browser: BrowserState, view: str, tag: str) -> bool:
    """Return whether the browser shows the current numbers. Panels that failed are not current."""
    has_no_failure = all(state in _IS_CURRENT for state in browser.states)
    return browser.is_tick and has_no_failure and (browser.view, browser.revision) == (view, tag)

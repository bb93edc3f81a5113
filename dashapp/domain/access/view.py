"""The view of a board that a URL requests: range, comparison and filters."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs

from dashapp.domain.access.filters import Filters, parse_filters
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.language import _
from dashapp.domain.time.comparison import OFF, is_comparison
from dashapp.domain.time.presets import Choice, known_presets

_MOST_FIELDS = 50
_ONE = ("time_range", "as_of", "from", "to", "tz")
NAMES = (*_ONE, "compare", "filter")  # the parameters of a view
_OF_BOARDS = (*NAMES, "refresh", "panel", "org", "dashboard")
REFRESHES = ("off", "15s", "1m", "5m")
Asked = Mapping[str, Sequence[str]]


class View(NamedTuple):
    """A requested range and comparison, and the viewer's own filters in `chosen`.

    `comparison` is what numbers are compared with; None means the previous range. `name` is the
    view as text: views are equal if their names are.
    """

    choice: Choice
    comparison: str | None
    chosen: Filters
    name: str

    @property
    def is_compared(self) -> bool:
        """Whether the compared range is drawn."""
        return self.comparison not in {None, OFF}


def view_of(params: Asked) -> View:
    """Read the first of each parameter and all of `filter`; ignore others. Raises BadInput."""
    choice = Choice(*(first(params, name) or None for name in _ONE))
    comparison = first(params, "compare")
    return View(
        choice,
        comparison if comparison and is_comparison(comparison) else None,
        parse_filters(params.get("filter", ())),
        _name(params),
    )


def ignored(params: Asked) -> list[tuple[str, str]]:
    """Return what a board ignores in a URL: (message key, the `%(text)s` of it) pairs."""
    notices = []
    preset, comparison = first(params, "time_range"), first(params, "compare")
    refresh = first(params, "refresh")
    if preset and preset not in known_presets():
        notices.append((_("Unknown range “%(text)s”. Showing the default range."), preset))
    if comparison and not is_comparison(comparison):
        notices.append(
            (_("Unknown comparison “%(text)s”. Comparing with the previous period."), comparison)
        )
    if refresh and refresh not in REFRESHES:
        notices.append((_("Unknown refresh rate “%(text)s”. Using the default."), refresh))
    notices += [
        (_("Unknown parameter “%(text)s” in the URL. It was ignored."), name)
        for name in params
        if name not in _OF_BOARDS
    ]
    return [(sentence, excerpt(text)) for sentence, text in notices]


def asked_by(search: str) -> dict[str, list[str]]:
    """Parse the query string of a URL. Raises BadInput."""
    try:
        return parse_qs(search.removeprefix("?"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadInput(_("The URL has too many parameters.")) from None


def first(params: Asked, name: str) -> str:
    """Return the first value of a parameter, or an empty string."""
    return params[name][0] if params.get(name) else ""


def _name(params: Asked) -> str:
    """Return the view's name; `viewName` in assets/board/address.js builds the same text."""
    single = (first(params, name) for name in (*_ONE, "compare"))
    return "|".join([*single, *params.get("filter", ())])

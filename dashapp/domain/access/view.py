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
_SINGLE = ("time_range", "as_of", "from", "to", "tz")
NAMES = (*_SINGLE, "compare", "metric", "filter")  # the parameters of a view
_BOARD_NAMES = (*NAMES, "refresh", "panel", "tab", "org", "dashboard")
REFRESH_RATES = ("off", "15s", "1m", "5m")
Params = Mapping[str, Sequence[str]]  # query parameters: each name with its values


class View(NamedTuple):
    """A requested range and comparison, and the viewer's own filters in `chosen`.

    `comparison` is what numbers are compared with; None means the previous range. `name` is the
    view as text: views are equal if their names are. `metric` is the number card that chooses what
    the large chart shows, None for what the chart shows by itself.
    """

    choice: Choice
    comparison: str | None
    chosen: Filters
    name: str
    metric: str | None = None

    @property
    def is_compared(self) -> bool:
        """Whether the compared range is drawn."""
        return self.comparison not in {None, OFF}


def view_of(params: Params) -> View:
    """Return the view that a URL requests; unknown parameters are ignored. Raises BadInput.

    Only `filter` can be repeated; of the others, the first value counts.
    """
    choice = Choice(*(first(params, name) or None for name in _SINGLE))
    comparison = first(params, "compare")
    return View(
        choice,
        comparison if comparison and is_comparison(comparison) else None,
        parse_filters(params.get("filter", ())),
        _name(params),
        first(params, "metric") or None,
    )


def ignored_params(params: Params) -> list[tuple[str, str]]:
    """Return the parts of a URL that a board ignores, as (message key, value of `%(text)s`)."""
    notices = []
    preset, comparison = first(params, "time_range"), first(params, "compare")
    refresh = first(params, "refresh")
    if preset and preset not in known_presets():
        notices.append((_("Unknown range “%(text)s”. Showing the default range."), preset))
    if comparison and not is_comparison(comparison):
        notices.append(
            (_("Unknown comparison “%(text)s”. Comparing with the previous period."), comparison)
        )
    if refresh and refresh not in REFRESH_RATES:
        notices.append((_("Unknown refresh rate “%(text)s”. Using the default."), refresh))
    notices += [
        (_("Unknown parameter “%(text)s” in the URL. It was ignored."), name)
        for name in params
        if name not in _BOARD_NAMES
    ]
    return [(sentence, excerpt(text)) for sentence, text in notices]


def parse_search(search: str) -> dict[str, list[str]]:
    """Parse the query string of a URL. Raises BadInput."""
    try:
        return parse_qs(search.removeprefix("?"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadInput(_("The URL has too many parameters.")) from None


def first(params: Params, name: str) -> str:
    """Return the first value of a parameter, or an empty string."""
    return params[name][0] if params.get(name) else ""


def _name(params: Params) -> str:
    """Return the view's name; `viewName` in assets/board/view/address.js builds the same text."""
    single = (first(params, name) for name in (*_SINGLE, "compare", "metric"))
    return "|".join([*single, *params.get("filter", ())])

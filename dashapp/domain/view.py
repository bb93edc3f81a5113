"""What an address asks a board for: which range, compared or not, and of which events."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs

from dashapp.domain.errors import BadInput
from dashapp.domain.filters import Filters, filters_of
from dashapp.domain.language import _
from dashapp.domain.presets import Choice

_MOST_FIELDS = 50
_PREVIOUS = "previous"
_ONE = ("time_range", "as_of", "from", "to", "tz")


class View(NamedTuple):
    """`chosen` are filters that the visitor has set, beside those that are locked.

    `name` is what is asked for as one text: the same text, the same view.
    """

    choice: Choice
    is_compared: bool
    chosen: Filters
    name: str


def view_of(asked: Mapping[str, Sequence[str]]) -> View:
    """The first of each parameter, all of `filter`, everything else ignored. Raises BadInput."""
    choice = Choice(*(asked[name][0] if asked.get(name) else None for name in _ONE))
    is_compared = _PREVIOUS in list(asked.get("compare", ()))[:1]
    return View(choice, is_compared, filters_of(asked.get("filter", ())), _name(asked))


def asked_by(search: str) -> dict[str, list[str]]:
    """The parameters of an address. Raises BadInput."""
    try:
        return parse_qs(search.removeprefix("?"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadInput(_("That address has too many parameters.")) from None


def _name(asked: Mapping[str, Sequence[str]]) -> str:
    """board.js makes the same."""
    single = (asked[name][0] if asked.get(name) else "" for name in (*_ONE, "compare"))
    return "|".join([*single, *asked.get("filter", ())])

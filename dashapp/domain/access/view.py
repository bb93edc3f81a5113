"""What an address asks a board for: which range, compared with what, and of which events."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs

from dashapp.domain.access.filters import Filters, parse_filters
from dashapp.domain.errors import BadInput, shown
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
    """`chosen` are filters that the visitor has set, in addition to those that are locked.

    `comparison` is what numbers are compared with: None is the previous range. `name` is the view
    as one text: the same text, the same view.
    """

    choice: Choice
    comparison: str | None
    chosen: Filters
    name: str

    @property
    def is_compared(self) -> bool:
        """Whether the other range is drawn."""
        return self.comparison not in {None, OFF}


def view_of(asked: Asked) -> View:
    """The first of each parameter, all of `filter`; what is unknown is ignored. Raises BadInput."""
    choice = Choice(*(first(asked, name) or None for name in _ONE))
    comparison = first(asked, "compare")
    return View(
        choice,
        comparison if comparison and is_comparison(comparison) else None,
        parse_filters(asked.get("filter", ())),
        _name(asked),
    )


def ignored(asked: Asked) -> list[tuple[str, str]]:
    """What a board ignores in an address: sentences to translate, and the text that they name."""
    found = []
    word, comparison = first(asked, "time_range"), first(asked, "compare")
    refresh = first(asked, "refresh")
    if word and word not in known_presets():
        found.append((_("There is no range “%(text)s”. The usual one is shown."), word))
    if comparison and not is_comparison(comparison):
        found.append(
            (_("There is no comparison “%(text)s”. The previous range is used."), comparison)
        )
    if refresh and refresh not in REFRESHES:
        found.append((_("There is no refresh rate “%(text)s”. The usual one is used."), refresh))
    found += [
        (_("The address has an unknown parameter “%(text)s”. It changes nothing."), name)
        for name in asked
        if name not in _OF_BOARDS
    ]
    return [(sentence, shown(text)) for sentence, text in found]


def asked_by(search: str) -> dict[str, list[str]]:
    """The parameters of an address. Raises BadInput."""
    try:
        return parse_qs(search.removeprefix("?"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadInput(_("That address has too many parameters.")) from None


def first(asked: Asked, name: str) -> str:
    """The first value of a parameter; empty where there is none."""
    return asked[name][0] if asked.get(name) else ""


def _name(asked: Asked) -> str:
    """board.js makes the same."""
    single = (first(asked, name) for name in (*_ONE, "compare"))
    return "|".join([*single, *asked.get("filter", ())])

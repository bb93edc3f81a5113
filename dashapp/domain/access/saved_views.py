"""A view that a person saved for themselves: a name for parameters of a dashboard's address."""

from typing import NamedTuple
from urllib.parse import urlencode

from dashapp.domain.access.dashboard import has_forbidden_characters
from dashapp.domain.access.view import NAMES, Params, first, parse_search
from dashapp.domain.errors import BadInput, TooLarge
from dashapp.domain.language import _

MAX_VIEWS = 50  # that a person has in an org
MAX_NAME = 60
MAX_SEARCH = 8_000  # characters: twenty filters, percent-encoded
_REPEATED = ("filter",)


class SavedView(NamedTuple):
    """A saved view. `search` is the query part of its address, without the question mark."""

    id: str
    name: str
    search: str


def view_name(text: str) -> str:
    """Return a name as it is stored, with single spaces. Raises BadInput."""
    name = " ".join(text.split())
    if not name:
        raise BadInput(_("Write a name."))
    if len(name) > MAX_NAME:
        raise BadInput(_("A name can have at most %(most)s characters."), most=MAX_NAME)
    if has_forbidden_characters(name):
        raise BadInput(_("A name cannot contain control characters."))
    return name


def search_of(params: Params) -> str:
    """Return the query part of the address that has these parameters of a view, and no others.

    Raises TooLarge.
    """
    pairs = []
    for name in NAMES:
        values = params.get(name, ()) if name in _REPEATED else [first(params, name)]
        pairs += [(name, value) for value in values if value]
    search = urlencode(pairs)
    if len(search) > MAX_SEARCH:
        raise TooLarge(_("This view has too many filters to be saved."))
    return search


def stored_search(search: str) -> str:
    """Return a stored query part with the parameters of a view only, whatever was stored."""
    try:
        return search_of(parse_search(search))
    except (BadInput, TooLarge):
        return ""

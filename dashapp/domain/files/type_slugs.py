"""Names that others give to events -> types of ours: `Order Completed` is `order_completed`."""

import re
import unicodedata

from dashapp.domain.errors import shown
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.notes import Notes

_TYPE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*", re.ASCII)
_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9.]+")
_MOST = 10_000  # names that are remembered


def slug_type(name: str) -> str:
    """The type of a name, or nothing where no letter or digit is left.

    A type of ours stays as it is. Otherwise accents go, `aB` and `ABc` are cut between the words,
    letters become small, and all that is not a letter, a digit or a dot becomes one `_` between
    words; at the ends it goes.

    >>> [slug_type(name) for name in ("Order Completed", "PushEvent", "$pageview", "HTTPRequest")]
    ['order_completed', 'push_event', 'pageview', 'http_request']
    """
    if _TYPE.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = _OTHER.sub("_", _WORD_ENDS.sub("_", letters).lower())
    return ".".join(part.strip("_") for part in words.split(".") if part.strip("_"))


class TypeSlugs:
    """Types of one file; names two that have become one."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._types: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def read(self, name: str, line: int) -> str:
        """Raises InvalidEvent where nothing is left of the name."""
        known = self._types.get(name)
        if known is not None:
            return known
        slug = slug_type(name)
        if not slug:
            raise InvalidEvent(
                f"“{shown(name)}” has no letter or digit that a type can have (a to z, 0 to 9).",
                code="invalid_type",
            )
        if len(self._types) < _MOST:
            self._types[name] = slug
            first = self._names.setdefault(slug, name)
            if first != name:
                said = f"“{shown(first)}” and “{shown(name)}” are one type now: {slug}"
                self._notes.add(line, said)
        return slug

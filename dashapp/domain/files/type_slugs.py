"""Convert foreign event names to event types: `Order Completed` to `order_completed`."""

import re
import unicodedata

from dashapp.domain.errors import excerpt
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.notes import Notes

_TYPE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*", re.ASCII)
_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[^a-z0-9.]+")
_MAX_NAMES = 10_000  # cached names


def slug_type(name: str) -> str:
    """Return the type for a name, or an empty string if no letter or digit remains.

    A valid type is unchanged. Otherwise accents are removed, `aB` and `ABc` are split between
    words, letters are lowercased, and runs of other characters become one `_` between words.

    >>> [slug_type(name) for name in ("Order Completed", "PushEvent", "$pageview", "HTTPRequest")]
    ['order_completed', 'push_event', 'pageview', 'http_request']
    """
    if _TYPE.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = _SEPARATORS.sub("_", _WORD_ENDS.sub("_", letters).lower())
    return ".".join(part.strip("_") for part in words.split(".") if part.strip("_"))


class TypeSlugs:
    """Converts the names of one file; adds a note when two names become the same type."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._types: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def read(self, name: str, line: int) -> str:
        """Return the type for a name. Raises InvalidEvent if nothing remains of the name."""
        cached = self._types.get(name)
        if cached is not None:
            return cached
        slug = slug_type(name)
        if not slug:
            raise InvalidEvent(
                f"“{excerpt(name)}” has no characters that a type can contain (a to z, 0 to 9).",
                code="invalid_type",
            )
        if len(self._types) < _MAX_NAMES:
            self._types[name] = slug
            first = self._names.setdefault(slug, name)
            if first != name:
                note = f"“{excerpt(first)}” and “{excerpt(name)}” both become the type {slug}"
                self._notes.add(line, note)
        return slug

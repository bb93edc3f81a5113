"""Notes about a file for its user; none of them stops the import."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

MAX_NOTES = 1_000  # distinct


class Note(NamedTuple):
    """A text, and the singular and plural of what is counted, if anything."""

    text: str
    singular: str = ""
    plural: str = ""


class Notes:
    """Counts each distinct note, with the line of its first occurrence."""

    def __init__(self) -> None:
        self._counts: Counter[Note] = Counter()
        self._first: dict[Note, int] = {}

    def add(self, line: int, text: str) -> None:
        """Add a note without a count."""
        self._add(Note(text), line)

    def count(self, line: int, text: str, *, what: tuple[str, str]) -> None:
        """Count one more thing for a note; `what` is its singular and plural name."""
        self._add(Note(text, *what), line)

    def _add(self, note: Note, line: int) -> None:
        if note in self._first or len(self._first) < MAX_NOTES:
            self._counts[note] += 1
            self._first.setdefault(note, line)

    def sentences(self) -> Iterator[str]:
        """Yield sentences such as `Line 3: 1 time in an hour that …`."""
        for note, line in self._first.items():
            count = self._counts[note]
            where = f"Line {line}" if count == 1 or not note.singular else f"From line {line}"
            noun = note.singular if count == 1 else note.plural
            number = f"{count:,} {noun} " if note.singular else ""
            yield f"{where}: {number}{note.text}."

"""What is worth saying about a file that was read all the same."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

MOST = 1_000  # different notes


class Note(NamedTuple):
    """What is said; `one` and `many` name the thing that is counted, where one is."""

    text: str
    one: str = ""
    many: str = ""


class Notes:
    """Counts by what is said, with the line of the first."""

    def __init__(self) -> None:
        self._counts: Counter[Note] = Counter()
        self._first: dict[Note, int] = {}

    def add(self, line: int, said: str) -> None:
        """Something that is said once."""
        self._add(Note(said), line)

    def count(self, line: int, said: str, *, what: tuple[str, str]) -> None:
        """One more thing of this kind; `what` is its name, once and in the plural."""
        self._add(Note(said, *what), line)

    def _add(self, note: Note, line: int) -> None:
        if note in self._first or len(self._first) < MOST:
            self._counts[note] += 1
            self._first.setdefault(note, line)

    def sentences(self) -> Iterator[str]:
        """Such as `Line 3: 1 time in an hour that …`."""
        for note, line in self._first.items():
            count = self._counts[note]
            where = f"Line {line}" if count == 1 or not note.one else f"From line {line} on"
            number = f"{count:,} {note.one if count == 1 else note.many} " if note.one else ""
            yield f"{where}: {number}{note.text}."

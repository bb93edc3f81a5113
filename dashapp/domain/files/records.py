"""One record of a file, before it is an event, and the id that is made from it."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

MAX_RECORD = 1_000_000  # bytes of a line, letters of a JSON value


class Record(NamedTuple):
    """The number of its first line, what its id is made from, its fields, or why there are none."""

    line: int
    raw: bytes
    fields: Mapping[str, Any]
    is_csv: bool
    fault: str | None = None


class DerivedIds:
    """Ids for records that have none: the same when the file is read again.

    The SHA-256 of what the id is made from, and how often that has occurred.
    """

    def __init__(self) -> None:
        self._seen: Counter[bytes] = Counter()

    def next_id(self, raw: bytes) -> str:
        digest = hashlib.sha256(raw).digest()
        self._seen[digest] += 1
        return f"{digest.hex()[:48]}-{self._seen[digest]}"

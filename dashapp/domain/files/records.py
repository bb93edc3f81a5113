"""Records of a file, and the ids derived from them."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

MAX_RECORD = 1_000_000  # bytes of a line, characters of a JSON value


class Record(NamedTuple):
    """One record: first line, raw bytes that its id is derived from, and fields or a fault.

    `is_row` means that it is from a table: columns that the plan does not name are ignored, and
    `properties` may be JSON text.
    """

    line: int
    raw: bytes
    fields: Mapping[str, Any]
    is_row: bool
    fault: str | None = None


class DerivedIds:
    """Ids for records without one; they are the same when the file is read again.

    An id is the SHA-256 of the raw record, plus how often this record has occurred so far.
    """

    def __init__(self) -> None:
        self._seen: Counter[bytes] = Counter()

    def next_id(self, raw: bytes) -> str:
        digest = hashlib.sha256(raw).digest()
        self._seen[digest] += 1
        return f"{digest.hex()[:48]}-{self._seen[digest]}"

"""A list of passwords that were stolen somewhere: the operator's file, searched by bisection.

Each line is the SHA-1 of a password in hex, alone or before a colon and a count, in ascending
order, as haveibeenpwned.com offers it. The file can have a billion lines: a search reads about 40.
"""

import os
from hashlib import sha1
from typing import BinaryIO

from dashapp.domain.errors import Unavailable
from dashapp.domain.language import _

_HASH_LENGTH = 40
_LONGEST_LINE = 100


def is_breached(path: str, password: str) -> bool:
    """Return whether the file has the password. Raises Unavailable if it cannot be read."""
    wanted = (
        sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False)
        .hexdigest()
        .upper()
        .encode()
    )
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the path is a setting's text
            return _is_in(file, wanted, os.fstat(file.fileno()).st_size)
    except OSError:
        raise Unavailable(
            _("New passwords cannot be checked right now. Tell the operator of this server."),
            retry_after=60,
        ) from None


def _is_in(file: BinaryIO, wanted: bytes, size: int) -> bool:
    """Look for the line that begins with a hash. Lines before `low` are smaller."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        file.seek(middle)
        if middle > 0:
            file.seek(middle - 1)
            file.readline(_LONGEST_LINE)  # the rest of the line before
        start = file.tell()
        line = file.readline(_LONGEST_LINE)[:_HASH_LENGTH].upper()
        if start >= high or not line:
            high = middle
        elif line == wanted:
            return True
        elif line < wanted:
            low = file.tell()
        else:
            high = middle
    return False

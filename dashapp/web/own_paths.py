"""Where a visitor may be sent after login: only to this server."""

from urllib.parse import urlsplit


def own_path(target: str | None) -> str | None:
    """The target if it is a path of our own, else None.

    Browsers read a backslash as a slash and skip tabs and newlines, so that none is let through.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or not target.isprintable():
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target

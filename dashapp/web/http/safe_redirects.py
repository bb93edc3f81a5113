"""Paths of this server: where a visitor may be sent after login, and which are for embeds."""

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


def is_embed_path(path: str) -> bool:
    """Pages and requests of embedded viewers: no cookie counts there, and none is set."""
    return path == "/embed.js" or path.startswith("/embed/")

"""Paths of this server: safe targets of redirects, and the paths of embedded pages."""

from urllib.parse import urlsplit


def safe_path(target: str | None) -> str | None:
    """Return the target of a redirect if it is a path of this server, else None.

    Browsers read a backslash as a slash and skip tabs and newlines, so these are refused.
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
    """Return whether a path is for embedded viewers. Cookies are neither read nor set there."""
    return path == "/embed.js" or path.startswith("/embed/")

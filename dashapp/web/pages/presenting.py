"""Presented boards: the page of a board shows the next one in a frame, so full screen stays."""

from collections.abc import Callable
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

OWN_PAGES = "'self'"


def is_presented() -> bool:
    """Return whether the browser says that a page of this server shows this one in a frame."""
    headers = request.headers
    is_frame = headers.get("Sec-Fetch-Dest") in {"iframe", "frame"}
    return is_frame and headers.get("Sec-Fetch-Site") == "same-origin"


def presentable(page: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Wrap the view of a board's page, so that boards may frame it, and it may frame boards."""

    def framing(**args: Any) -> ResponseReturnValue:
        g.has_frames = True
        if is_presented():
            g.frame_ancestors = [OWN_PAGES]
        return page(**args)

    return framing

"""Rejected events: what the page shows of them, and what to do, by code."""

from collections.abc import Mapping
from typing import NamedTuple

from dashapp.domain.language import _, say
from dashapp.store.events.rejections import RejectedEvent
from dashapp.web.pages.settings.dashboards.rows import time_label

_MEND = _("Correct the program that sends it, and send the event again.")
_FASTER = _("Send less at a time, or ask your provider for a higher limit.")
ADVICE: Mapping[str, str] = {
    "invalid_json": _("Send JSON: one object, a list, or one object on each line."),
    "not_an_object": _("Send each event as a JSON object."),
    "duplicate_key": _("Write each field of an event once."),
    "unknown_key": _("Remove the field that the reason names, or move it into “properties”."),
    "invalid_time": _("Write the time as in 2026-11-20T09:30:00Z."),
    "in_the_future": _("Correct the clock of the program that sends it."),
    "before_1970": _("Send the time with its date, as in 2026-11-20T09:30:00Z."),
    "conflict": _("Give each event its own id. This id belongs to an event with other content."),
    "properties_too_large": _("Send fewer or shorter properties."),
    "too_many_types": _("Use fewer event types: put what varies into properties."),
    "too_many_projects": _("Use fewer projects: put what varies into properties."),
    "too_many": _FASTER,
}


class Rejected(NamedTuple):
    """A rejected event as the list shows it."""

    row: RejectedEvent
    time: str
    advice: str


def rejected(row: RejectedEvent) -> Rejected:
    return Rejected(row, time_label(row.at), say(ADVICE.get(row.code, _MEND)))

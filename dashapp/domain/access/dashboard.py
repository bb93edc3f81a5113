"""The dashboard that a request has opened, and the Scope of its rows."""

import re
from contextvars import ContextVar
from datetime import datetime
from typing import NamedTuple

from dashapp.domain.access.scope import Scope
from dashapp.domain.access.view import View
from dashapp.domain.errors import BadInput, NotFound
from dashapp.domain.language import _
from dashapp.domain.time.time_range import TimeRange

MAX_TITLE = 200
RESERVED_SLUGS = frozenset({"settings"})  # other pages of an org have these: /app/ORG/settings
# Line breaks, characters that cannot be stored, and those that change the direction of the text
# around them. Characters that join letters or emoji are allowed.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Dashboard(NamedTuple):
    """A saved dashboard. `title` is a message key, translated when shown.

    `home` is the project that it belongs to; `project` is the one whose events it shows, None for
    all projects. `version` changes when someone edits the layout.
    """

    slug: str
    title: str
    project: str | None
    opens_with: str | None
    is_editable: bool
    home: str
    version: int


class Opened(NamedTuple):
    """A dashboard and the Scope of its rows."""

    scope: Scope
    dashboard: Dashboard

    def time_range(self, view: View, *, now: datetime) -> TimeRange:
        """Return the range of a view, or the dashboard's default range if the view has none.

        Raises BadInput.
        """
        return self.scope.time_range(
            view.choice,
            now=now,
            opens_with=self.dashboard.opens_with,
            comparison=view.comparison,
        )

    def for_programs(self) -> "Opened":
        """Return the dashboard without its own default range: programs get the documented one."""
        return self._replace(dashboard=self.dashboard._replace(opens_with=None))


_current: ContextVar[Opened | None] = ContextVar("dashapp_opened", default=None)


def check_title(title: str) -> None:
    """Raise BadInput for an invalid title of a dashboard or panel."""
    if not 0 < len(title) <= MAX_TITLE:
        raise BadInput(_("A title can have at most %(most)s characters."), most=MAX_TITLE)
    if has_forbidden_characters(title):
        raise BadInput(_("A title cannot contain line breaks or control characters."))


def has_forbidden_characters(text: str) -> bool:
    """Return whether a text cannot be a title: it has line breaks or control characters."""
    return _FORBIDDEN.search(text) is not None


def current_dashboard() -> Opened:
    """Return the dashboard that this request opened. Raises NotFound if there is none."""
    opened = _current.get()
    if opened is None:
        raise NotFound(_("Not found."))
    return opened


def set_current_dashboard(opened: Opened | None) -> None:
    _current.set(opened)

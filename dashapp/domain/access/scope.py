"""What a request may see. No Scope, no rows.

Made in two places only: `web/access/guard.py` for requests, the command line for operators. Everything
below takes it as an argument; the board, which Dash calls without arguments of ours, reads it
from the ContextVar that `web/access/guard.py` sets and resets.
"""

from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import orjson

from dashapp.domain.access.filters import Filters
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import NotFound
from dashapp.domain.language import _
from dashapp.domain.time.presets import NO_LIMITS, Choice, TimeLimits
from dashapp.domain.time.time_range import TimeRange, resolve
from dashapp.domain.time.zones import zone_named


class Org(NamedTuple):
    """The customer that owns rows. `timezone` is an IANA name, `locale` a language tag."""

    id: int
    slug: str
    name: str
    timezone: str
    locale: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows, and how much of them: `None` for project or dashboard means all of the org's.

    `filters` are locked: events count where each field has one of its values (an empty list
    matches nothing). A field is `type`, `channel`, `user` or `properties.NAME`. `chosen` are those
    of the visitor: they apply together with the locked ones, never in their place. `title` is the
    dashboard's, a key that is translated when shown.
    `opens_with` is the preset that the dashboard shows where none is asked for, `limits` what
    may be chosen, `layout_version` changes when somebody arranges the dashboard anew.
    """

    org: Org
    role: Role
    project: str | None = None
    dashboard: str | None = None
    title: str = ""
    opens_with: str | None = None
    layout_version: int = 0
    filters: Filters | None = None
    chosen: Filters = ()
    limits: TimeLimits = NO_LIMITS
    is_embedded: bool = False

    def time_range(
        self, choice: Choice, *, now: datetime, comparison: str | None = None
    ) -> TimeRange:
        """The range that was chosen, as far as the limits allow it. Raises BadInput.

        With a comparison, the other range is drawn, but for limits that allow only ranges up to
        now: there it would show what lies before them.
        """
        asked = None if self.limits.is_zone_fixed else choice.tz
        resolved = resolve(
            choice,
            zone_named(asked or self.org.timezone),
            now=now,
            opens_with=self.opens_with,
            limits=self.limits,
            comparison=comparison,
        )
        is_drawn = comparison is not None and resolved.has_comparison
        return replace(resolved, is_compared=is_drawn and not self.limits.is_restricted)

    @property
    def is_filtered(self) -> bool:
        """Whether only some of the events count."""
        return self.filters is not None or bool(self.chosen)

    @property
    def org_id(self) -> int:
        return self.org.id

    @property
    def params(self) -> dict[str, object]:
        """Values of the parameters that every scoped table requires."""
        both = (*(self.filters or ()), *self.chosen)
        filters = orjson.dumps(both).decode() if self.is_filtered else None
        return {"org": self.org.id, "project": self.project, "filters": filters}


_current: ContextVar[Scope | None] = ContextVar("dashapp_scope", default=None)


def current_scope() -> Scope:
    """The Scope of this request. Raises NotFound where there is none: fail closed."""
    scope = _current.get()
    if scope is None:
        raise NotFound(_("There is nothing here."))
    return scope


def set_current_scope(scope: Scope | None) -> None:
    _current.set(scope)

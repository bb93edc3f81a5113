"""What a request may see. No Scope, no rows.

Only `web/access/policies.py` (for requests) and the command line (for operators) create a Scope.
Lower layers take it as an argument. The board, whose callbacks Dash calls with its own arguments,
reads it from a ContextVar: `web/access/policies.py` sets it, and `web/access/guard.py` resets it.
"""

from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import orjson

from dashapp.domain.access.filters import (
    Filters,
    filtered_field,
    is_excluding,
    json_path,
)
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import NotFound
from dashapp.domain.language import _
from dashapp.domain.time.presets import NO_LIMITS, Choice, TimeLimits
from dashapp.domain.time.time_range import TimeRange, resolve
from dashapp.domain.time.zones import zone_named

if TYPE_CHECKING:
    from dashapp.domain.access.embed import EmbedGrant

EVENTS = "events"  # the right of an embed grant to see the events behind numbers


class Org(NamedTuple):
    """The customer that owns rows.

    `timezone` is an IANA name, `locale` a language tag, `currency` an ISO 4217 code. `opens_with`
    is the preset of dashboards that have none of their own.
    """

    id: int
    slug: str
    name: str
    timezone: str
    locale: str
    currency: str | None = None
    opens_with: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows of an org a request may see. No `project` or `dashboard` means all of them.

    An event counts if each field in `filters` has one of its values (an empty list matches
    nothing). A field is `type`, `channel`, `user` or `properties.NAME`. `filters` are locked;
    `chosen` are the viewer's own, some of which may exclude values, and apply in addition. Only
    locked filters hide when the org's data starts. `limits` restrict the time ranges that the
    viewer may choose. `can_see_events` says whether it may see the events behind its numbers. The
    methods below narrow a Scope; nothing widens one.
    """

    org: Org
    role: Role
    project: str | None = None
    dashboard: str | None = None
    filters: Filters | None = None
    chosen: Filters = ()
    limits: TimeLimits = NO_LIMITS
    is_embedded: bool = False
    can_see_events: bool = True

    def of_project(self, project: str | None) -> "Scope":
        """Return the Scope of one of its projects; None changes nothing.

        Raises NotFound for a project outside of the Scope.
        """
        if project is None:
            return self
        if self.project not in {None, project}:
            raise NotFound(_("Not found."))
        return replace(self, project=project)

    def of_dashboard(self, slug: str) -> "Scope":
        """Return the Scope of one of its dashboards. Raises NotFound for another one."""
        if self.dashboard not in {None, slug}:
            raise NotFound(_("Not found."))
        return replace(self, dashboard=slug)

    def filtered_by(self, filters: Filters) -> "Scope":
        """Return the Scope with the viewer's filters in addition to its own."""
        return replace(self, chosen=(*self.chosen, *filters))

    def narrowed_by(self, grant: "EmbedGrant") -> "Scope":
        """Return the part of the Scope that an embed grant shows, in its time zone and language."""
        narrowed = self.of_project(grant.project).of_dashboard(grant.dashboard)
        org = self.org._replace(
            timezone=grant.timezone or self.org.timezone, locale=grant.locale or self.org.locale
        )
        filters = self.filters if grant.filters is None else (*(self.filters or ()), *grant.filters)
        return replace(
            narrowed,
            org=org,
            role=Role.ANALYTICS_VIEWER,
            filters=filters,
            limits=grant.limits,
            is_embedded=True,
            can_see_events=self.can_see_events and EVENTS in grant.can,
        )

    def time_range(
        self,
        choice: Choice,
        *,
        now: datetime,
        opens_with: str | None = None,
        comparison: str | None = None,
    ) -> TimeRange:
        """Resolve the chosen range within the limits. Raises BadInput.

        `opens_with` is the preset to use if none is chosen. The compared range is drawn if
        `comparison` is set, except under limits that allow only presets up to now: it would show
        data from before those presets.
        """
        zone_name = None if self.limits.is_zone_fixed else choice.tz
        resolved = resolve(
            choice,
            zone_named(zone_name or self.org.timezone),
            now=now,
            opens_with=opens_with,
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
        """The parameters that every scoped table requires."""
        filters = [
            (filtered_field(field), values, json_path(filtered_field(field)), is_excluding(field))
            for field, values in (*(self.filters or ()), *self.chosen)
        ]
        text = orjson.dumps(filters).decode() if self.is_filtered else None
        return {"org": self.org.id, "project": self.project, "filters": text}


_current: ContextVar[Scope | None] = ContextVar("dashapp_scope", default=None)


def current_scope() -> Scope:
    """Return the Scope of this request. Raises NotFound if there is none: fail closed."""
    scope = _current.get()
    if scope is None:
        raise NotFound(_("Not found."))
    return scope


def find_current_scope() -> Scope | None:
    """Return the Scope of this request, or None if it has none."""
    return _current.get()


def set_current_scope(scope: Scope | None) -> None:
    _current.set(scope)

"""The services that views use: settings, store, clock, and the library of panels."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from flask import current_app

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.time.instant import to_us
from dashapp.settings import Settings
from dashapp.store.engine import Store
from dashapp.store.people.login_sessions import Limits
from dashapp.widgets.library import Library

EXTENSION = "dashapp"


@dataclass(frozen=True)
class Services:
    """The services of one app."""

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    current_library: Callable[[], Library]
    scope_of_org: Callable[[Org], Scope]  # policies.scope_of_org
    plugin_locales: tuple[Path, ...] = ()

    @property
    def library(self) -> Library:
        """The panels that are defined now."""
        return self.current_library()

    def now_us(self) -> int:
        """Return the time in microseconds UTC, as the database stores times."""
        return to_us(self.clock())

    @property
    def session_limits(self) -> Limits:
        return Limits.of(self.settings.session_idle_minutes, self.settings.session_max_hours)


def services() -> Services:
    """Return the services of the current app."""
    return cast("Services", current_app.extensions[EXTENSION])

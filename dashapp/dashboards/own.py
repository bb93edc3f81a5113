"""Dashboards that people of an org add: blank ones, copies, and those of a board.

Their slugs are made from their titles. A blank one and a copy belong to no board, so that no board
adds panels to them: their template is a name that no board can have.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

from dashapp.dashboards.from_template import dashboard_from
from dashapp.dashboards.template import DashboardTemplate
from dashapp.domain.access.dashboard import RESERVED_SLUGS
from dashapp.store.orgs.dashboards import SavedDashboard, SavedPanel

_MAX_SLUG = 40
_OWN = "~"  # before a slug
_OTHERS = re.compile(r"[^a-z0-9]+")


class NewDashboard(NamedTuple):
    """A dashboard to add, and its panels."""

    dashboard: SavedDashboard
    panels: list[SavedPanel]


class Wish(NamedTuple):
    """The title of a new dashboard, the slugs that it cannot have, and who adds it when."""

    title: str
    taken: Collection[str]
    by: int | None
    now: int


def blank(wish: Wish, project: str) -> NewDashboard:
    """Return a dashboard without panels. In the project `default`, it shows all projects."""
    template = DashboardTemplate("", wish.title, noun="", panels=(), is_org_wide=True)
    dashboard = dashboard_from(template, project, is_first=False, now=wish.now)
    return NewDashboard(_owned(dashboard, wish), [])


def copy_of(original: SavedDashboard, panels: Collection[SavedPanel], wish: Wish) -> NewDashboard:
    """Return a copy with another title, which can be arranged and deleted."""
    dashboard = original._replace(
        is_deletable=True, is_editable=True, offered=[], version=1, created_at=wish.now
    )
    return NewDashboard(_owned(dashboard, wish), [*panels])


def of_board(template: DashboardTemplate, project: str, *, now: int) -> NewDashboard:
    """Return a board's dashboard."""
    dashboard = dashboard_from(template, project, is_first=False, now=now)
    return NewDashboard(dashboard, template.saved_panels())


def is_own(saved: SavedDashboard) -> bool:
    """Return whether a dashboard belongs to no board."""
    return saved.template.startswith(_OWN)


def slug_for(title: str, taken: Collection[str]) -> str:
    """Return a slug made from a title: `Störungen 2026` -> `storungen-2026`.

    If it is taken, a number is added.
    """
    letters = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    base = _OTHERS.sub("-", letters).strip("-")[:_MAX_SLUG].strip("-") or "dashboard"
    slug, number = base, 1
    while slug in taken or slug in RESERVED_SLUGS:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _owned(dashboard: SavedDashboard, wish: Wish) -> SavedDashboard:
    slug = slug_for(wish.title, wish.taken)
    return dashboard._replace(
        slug=slug,
        template=f"{_OWN}{slug}",
        title=wish.title,
        is_default=False,
        edited_at=wish.now,
        edited_by=wish.by,
    )

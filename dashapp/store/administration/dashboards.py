"""Dashboards of an org, added, changed and removed by someone.

A change names what it is based on: the version of the dashboard, or the current default. If
someone else has changed it in the meantime, it is refused.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action
from dashapp.domain.access.dashboard import check_title
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict, Forbidden
from dashapp.domain.language import _
from dashapp.domain.metrics.tallies import Tally
from dashapp.store.administration.change import Change
from dashapp.store.orgs import dashboards, defaults
from dashapp.store.orgs.dashboards import SavedDashboard, SavedPanel
from dashapp.store.tallies.updates import declare

MAX_DASHBOARDS = 100  # of an org, for those that people add
_CHANGED = _("Someone changed this dashboard in the meantime. This page shows the new state.")


def add_dashboard(
    change: Change,
    new: SavedDashboard,
    panels: Sequence[SavedPanel],
    tallies: Sequence[Tally],
    *,
    source: str = "",
) -> None:
    """Add a dashboard with panels, whose tallies the org then keeps.

    It becomes its project's default if that has no other one. `source` says what it was made from,
    for the audit. Raises BadInput or Conflict.
    """
    check_title(new.title)
    session, scope = change.session, change.scope
    if len(dashboards.list_dashboards(session, scope)) >= MAX_DASHBOARDS:
        text = _("An organization can have at most %(most)s dashboards.")
        raise Conflict(text, most=MAX_DASHBOARDS)
    is_first = not dashboards.dashboards_of_project(session, scope, new.home)
    dashboards.insert_dashboard(session, scope, new._replace(is_default=is_first))
    dashboards.put_panels(session, scope, new.slug, panels, now=change.now)
    declare(session, scope, tallies)
    after = {"title": new.title, "panels": len(panels)} | ({"from": source} if source else {})
    change.record(Action.DASHBOARD_ADDED, new.slug, after=after)


def rename_dashboard(change: Change, slug: str, title: str, *, version: int) -> None:
    """Give a dashboard another title. Raises BadInput, Conflict, Forbidden or NotFound."""
    check_title(title)
    saved = _unchanged(change, slug, version)
    if not saved.is_editable:
        raise Forbidden(_("This dashboard cannot be changed."))
    if saved.title == title:
        return
    values = {"title": title, "version": version + 1, "edited_at": change.now}
    editor = int(change.actor.id) if change.actor.is_member else None
    dashboards.set_dashboard(change.session, change.scope, slug, edited_by=editor, **values)
    change.record(
        Action.DASHBOARD_CHANGED, slug, before={"title": saved.title}, after={"title": title}
    )


def make_default(change: Change, slug: str, *, instead_of: str) -> None:
    """Make a dashboard its project's default instead of another one.

    Raises NotFound, or Conflict if the other one is no longer the default.
    """
    session, scope = change.session, change.scope
    saved = dashboards.find_dashboard(session, scope, slug)
    if saved.is_default:
        return
    before = default_of(session, scope, saved.home)
    if before != instead_of:
        raise Conflict(_("Someone chose another default in the meantime. Look again."))
    defaults.make_default(session, scope, slug)
    change.record(
        Action.DASHBOARD_CHANGED, slug, before={"default": before}, after={"default": slug}
    )


def default_of(session: Session, scope: Scope, project: str) -> str:
    """Return the slug of a project's default dashboard, "" if there is none."""
    listed = dashboards.dashboards_of_project(session, scope, project)
    return next((saved.slug for saved in listed if saved.is_default), "")


def remove_dashboard(change: Change, slug: str, *, version: int) -> None:
    """Delete a dashboard. Raises Conflict, Forbidden or NotFound."""
    saved = _unchanged(change, slug, version)
    reason = why_kept(saved, dashboards.list_dashboards(change.session, change.scope))
    if reason is not None:
        raise Forbidden(reason)
    count = len(dashboards.list_panels(change.session, change.scope, slug))
    defaults.delete(change.session, change.scope, slug)
    change.record(Action.DASHBOARD_REMOVED, slug, before={"title": saved.title, "panels": count})


def why_kept(saved: SavedDashboard, all_of_org: Sequence[SavedDashboard]) -> str | None:
    """Return why a dashboard cannot be deleted, a text to translate, or None if it can be."""
    if not saved.is_deletable:
        return _("The board of this dashboard does not allow deleting it.")
    if len(all_of_org) == 1:
        return _("It is the only dashboard. Add another one first.")
    return None


def _unchanged(change: Change, slug: str, version: int) -> SavedDashboard:
    saved = dashboards.find_dashboard(change.session, change.scope, slug)
    if saved.version != version:
        raise Conflict(_CHANGED)
    return saved

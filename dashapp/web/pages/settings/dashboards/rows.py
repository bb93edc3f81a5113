"""What the list of dashboards shows."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import request
from sqlalchemy.orm import Session

from dashapp.dashboards.own import is_own
from dashapp.dashboards.templates import template_of
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import NotFound
from dashapp.domain.events.event import DEFAULT_PROJECT, is_slug
from dashapp.domain.language import _, say
from dashapp.domain.time.instant import from_us
from dashapp.domain.time.labels import clock_label
from dashapp.domain.time.zones import zone_named
from dashapp.store.administration.dashboards import why_kept
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedDashboard
from dashapp.store.people import users
from dashapp.web.services import services

NO_SUCH_DASHBOARD = _("There is no such dashboard. It may have been deleted.")


class Row(NamedTuple):
    """A dashboard as the list shows it. `kept` says why it cannot be deleted."""

    saved: SavedDashboard
    title: str
    panels: int
    changed_by: str | None
    changed_at: str | None
    path: str
    link: str
    is_of_board: bool
    kept: str | None


def rows() -> list[Row]:
    """Return the dashboards of the request's org."""
    scope = current_scope()
    with services().store.read_primary(scope) as session:
        listed = dashboards.list_dashboards(session, scope)
        counts = dashboards.count_panels(session, scope)
    editors = _editors(listed)
    return [_row(saved, listed, counts, editors) for saved in listed]


def _row(
    saved: SavedDashboard,
    listed: Sequence[SavedDashboard],
    counts: Mapping[str, int],
    editors: Mapping[int, str],
) -> Row:
    kept = why_kept(saved, listed)
    path = f"/app/{current_scope().org.slug}/{saved.slug}"
    return Row(
        saved,
        say(saved.title),
        counts.get(saved.slug, 0),
        editors.get(saved.edited_by) if saved.edited_by is not None else None,
        None if saved.edited_at is None else time_label(saved.edited_at),
        request.script_root + path,
        server_address() + path,
        not is_own(saved),
        None if kept is None else say(kept),
    )


def _editors(listed: Sequence[SavedDashboard]) -> dict[int, str]:
    """Return the addresses of the people who changed dashboards; people may have been deleted."""
    ids = {saved.edited_by for saved in listed if saved.edited_by is not None}
    with services().store.read_shared() as session:
        emails = {user: users.email_of(session, user) for user in sorted(ids)}
    return {user: email for user, email in emails.items() if email is not None}


def find(session: Session, slug: str) -> SavedDashboard:
    """Return a dashboard of the request's org. Raises NotFound."""
    try:
        if is_slug(slug):
            return dashboards.find_dashboard(session, current_scope(), slug)
    except NotFound:
        pass
    raise NotFound(NO_SUCH_DASHBOARD)


def projects() -> Sequence[str]:
    """Return the projects that a new dashboard can belong to."""
    scope = current_scope()
    with services().store.read_primary(scope) as session:
        return dashboards.list_projects(session, scope)


def project_name(project: str) -> str:
    return say("All projects") if project == DEFAULT_PROJECT else project


def boards() -> list[tuple[str, str]]:
    """Return the installation's boards as options of a list."""
    defined = services().library.definitions.boards
    return [(name, say(template_of(board).title)) for name, board in sorted(defined.items())]


def server_address() -> str:
    """Return the server's address, as browsers know it."""
    return (services().settings.public_url or request.root_url).rstrip("/")


def time_label(at: int) -> str:
    """Return a time, in microseconds, in the org's zone: `09:41`, or with its date."""
    return clock_label(from_us(at), zone_named(current_scope().org.timezone), services().clock())

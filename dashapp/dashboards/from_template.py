"""A new dashboard of a project, as its template describes it."""

import hashlib

from dashapp.dashboards.template import DashboardTemplate
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.store.orgs.dashboards import SavedDashboard

_MAX_SLUG = 63


def dashboard_from(
    template: DashboardTemplate, project: str, *, is_first: bool, now: int
) -> SavedDashboard:
    """Return a new dashboard of a project; the first one becomes the project's default."""
    shows_all = template.is_org_wide and project == DEFAULT_PROJECT
    return SavedDashboard(
        slug=slug_in(template, project),
        home=project,
        project=None if shows_all else project,
        template=template.slug,
        title=template.title,
        description=template.description,
        is_default=template.is_default or is_first,
        is_deletable=template.is_deletable,
        is_editable=template.is_editable,
        grid=list(template.grid),
        config=dict(template.config),
        offered=template.widgets,
        opens_with=template.opens_with,
        version=1,
        edited_at=None,
        edited_by=None,
        created_at=now,
    )


def slug_in(template: DashboardTemplate, project: str) -> str:
    """The template's slug; in projects other than `default`, followed by the project's slug."""
    if project == DEFAULT_PROJECT:
        return template.slug
    slug = f"{template.slug}-{project}"
    if len(slug) <= _MAX_SLUG:
        return slug
    digest = hashlib.sha256(project.encode()).hexdigest()[:8]
    return f"{slug[: _MAX_SLUG - 9]}-{digest}"

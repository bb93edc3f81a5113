"""The list of templates, by slug."""

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.operations import OPERATIONS
from dashapp.dashboards.template import DashboardTemplate
from dashapp.domain.errors import NotFound, excerpt

TEMPLATES: dict[str, DashboardTemplate] = {
    template.slug: template for template in (OPERATIONS, CONVERSATIONS)
}


def template_named(slug: str) -> DashboardTemplate:
    """The template with this slug. Raises NotFound, which lists all templates."""
    try:
        return TEMPLATES[slug]
    except KeyError:
        slugs = ", ".join(TEMPLATES)
        raise NotFound(f"Unknown template {excerpt(slug)}. Use one of: {slugs}.") from None

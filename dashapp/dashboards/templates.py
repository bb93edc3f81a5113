"""The list of templates, by slug."""

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.operations import OPERATIONS
from dashapp.dashboards.template import DashboardTemplate
from dashapp.domain.errors import NotFound, shown

TEMPLATES: dict[str, DashboardTemplate] = {
    template.slug: template for template in (OPERATIONS, CONVERSATIONS)
}


def template_named(slug: str) -> DashboardTemplate:
    """The template with this slug. Raises NotFound, which lists all templates."""
    try:
        return TEMPLATES[slug]
    except KeyError:
        known = ", ".join(TEMPLATES)
        raise NotFound(f"There is no template {shown(slug)}. There are: {known}.") from None

"""The conversations dashboard: what a shop's customers search for and add to the cart."""

from dashapp.dashboards.template import DashboardTemplate, PanelTemplate
from dashapp.domain.language import _

CONVERSATIONS = DashboardTemplate(
    slug="conversations",
    title=_("conversations_dashboard.title"),
    noun="Conversation dashboard",
    description="Conversations dashboard",
    panels=(
        PanelTemplate("conversations.search_term"),
        PanelTemplate("conversations.product_added_to_cart"),
    ),
    is_deletable=False,
    config={
        "type": "conversational",
        "show_tool_result": True,
        "show_agent_invocation": True,
    },
)

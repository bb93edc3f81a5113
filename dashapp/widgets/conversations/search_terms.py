"""The most frequent search terms, with their share of all searches."""

from dashapp.queries.conversations.search_terms import search_terms
from dashapp.widgets.drawings import top_list
from dashapp.widgets.widget import By, Size, Widget, _

WIDGET = Widget(
    slug="conversations.search_term",
    title=_("Search terms"),
    size=Size.HALF,
    query=search_terms,
    draw=top_list(_("Term"), _("Searches")),
    limits=range(1, 51),
    by=By("properties.term", _("Term")),
)

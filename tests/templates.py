"""The templates of the built-in boards that orgs get, as tests use them."""

from dashapp.dashboards.templates import template_of
from dashapp.store.boards.loading import built_in_definitions

TEMPLATES = {
    name: template_of(built_in_definitions().boards[name])
    for name in ("operations", "conversations")
}
OPERATIONS, CONVERSATIONS = TEMPLATES["operations"], TEMPLATES["conversations"]

"""The settings pages of this server, and the navigation between them."""

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from dashapp.web.pages.settings import audit, invitations, keys, members, sign_on
from dashapp.web.pages.settings.dashboards import page as dashboards
from dashapp.web.pages.settings.data import page as data
from dashapp.web.pages.settings.embedding import page as embedding
from dashapp.web.pages.settings.general import deletion, logo
from dashapp.web.pages.settings.general import page as general
from dashapp.web.pages.settings.page import Group, Page, settings_view

# In the order of the navigation.
_PAGES = (general, dashboards, data, members, sign_on, keys, embedding, audit)
_MORE = (invitations, logo, deletion)  # more routes of these pages
blueprint = Blueprint("settings", __name__)


def init_app(server: Flask) -> None:
    server.jinja_env.globals.update(settings_pages=_groups(), logo_address=logo.logo_address)
    for part in (*_PAGES, *_MORE):
        server.register_blueprint(part.blueprint)
    server.register_blueprint(blueprint)


def _groups() -> dict[str, list[Page]]:
    """Return the pages by the headings of the navigation."""
    pages = [part.PAGE for part in _PAGES]
    groups = {group: [page for page in pages if page.group is group] for group in Group}
    return {group.value: listed for group, listed in groups.items() if listed}


@blueprint.get("/app/<org>/settings")
@settings_view
def start() -> ResponseReturnValue:
    return general.PAGE.done()

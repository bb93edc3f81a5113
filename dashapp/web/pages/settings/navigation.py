"""The settings pages of this server, and the navigation between them."""

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from dashapp.web.pages.settings import general, keys
from dashapp.web.pages.settings.page import Group, Page, settings_view

_PAGES = (general, keys)  # in the order of the navigation
blueprint = Blueprint("settings", __name__)


def init_app(server: Flask) -> None:
    server.jinja_env.globals["settings_pages"] = _groups()
    for part in (*_PAGES,):
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

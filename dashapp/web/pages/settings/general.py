"""The name, time zone, language and other settings of an org."""

from flask.typing import ResponseReturnValue

from dashapp.domain.language import _
from dashapp.web.pages.settings.page import Group, Page, settings_view

PAGE = Page(
    "general",
    Group.ORGANIZATION,
    _("General"),
    _("What everyone in %(org)s starts with."),
)
blueprint = PAGE.blueprint()


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    return PAGE.show("general.html")

"""The logo of an org: uploaded by its administrators, shown to its members."""

from flask import Response, g, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.errors import DashappError
from dashapp.domain.images import MAX_BYTES
from dashapp.domain.language import _
from dashapp.store.administration.org_settings import remove_logo, set_logo
from dashapp.store.orgs.logos import find_logo, logo_version
from dashapp.web.access import request_session
from dashapp.web.access.policies import member
from dashapp.web.access.refusals import no_such_page
from dashapp.web.pages.changing import change
from dashapp.web.pages.settings.form import Invalid
from dashapp.web.pages.settings.general import page as general
from dashapp.web.pages.settings.page import settings_view, status_of
from dashapp.web.services import services

blueprint = general.PAGE.blueprint("logo")
_MAX_AGE = 24 * 3600  # seconds; the address changes with the logo


@blueprint.post("/logo")
@settings_view
def save() -> ResponseReturnValue:
    file = request.files.get("logo")
    content = file.read(MAX_BYTES + 1) if file else b""
    try:
        if not content:
            raise Invalid("logo", _("Choose an image first."))
        with change() as changing:
            set_logo(changing, content)
    except DashappError as error:
        return general.show_settings(general.saved_form().refused(error, "logo"), status_of(error))
    return general.PAGE.done("saved")


@blueprint.post("/logo/remove")
@settings_view
def remove() -> ResponseReturnValue:
    with change() as changing:
        remove_logo(changing)
    return general.PAGE.done("saved")


@blueprint.get("/logo")
@member
def image(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the Scope has it
    """Send the logo to members of the org. It is an image, whatever a browser makes of it."""
    scope = current_scope()
    with services().store.read(scope) as session:
        logo = find_logo(session, scope)
    if logo is None:
        raise no_such_page("no_logo")
    g.cache_control = f"private, max-age={_MAX_AGE}"
    return Response(logo.body, mimetype=logo.content_type)


def logo_address(scope: Scope) -> str | None:
    """Return the path of the org's logo, None if it has none. It changes with the logo."""
    with request_session.read(services().scope_of_org(scope.org)) as session:
        version = logo_version(session, scope)
    if version is None:
        return None
    return url_for("settings_logo.image", org=scope.org.slug, v=version)

"""Deletion of the org by an owner, who types its slug to confirm."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import DashappError, Forbidden
from dashapp.domain.language import _, current_language
from dashapp.queries.org_counts import org_counts
from dashapp.store.deletion.orgs import remove_at_once
from dashapp.store.orgs.reserved_slugs import RESERVED_DAYS
from dashapp.web.access.actors import current_actor
from dashapp.web.access.login.confirming import require_confirmed
from dashapp.web.pages.settings.form import NO_FORM, Form, Invalid, sent_form
from dashapp.web.pages.settings.general.page import PAGE
from dashapp.web.pages.settings.page import settings_view, status_of
from dashapp.web.services import services

blueprint = PAGE.blueprint("deletion")


@blueprint.get("/delete")
@settings_view
def ask() -> ResponseReturnValue:
    _require_owner()
    return _page()


@blueprint.post("/delete")
@settings_view
def delete() -> ResponseReturnValue:
    """Delete the org. The answer names the receipt, because there is no page of the org left."""
    _require_owner()
    app, scope, form = services(), current_scope(), sent_form(("confirm",))
    try:
        require_confirmed(PAGE.address("/delete"))
        if form.value("confirm") != scope.org.slug:
            raise Invalid("confirm", _("Type “%(slug)s” to confirm."), slug=scope.org.slug)
        removal = remove_at_once(app.store, scope, current_actor(), now=app.now_us())
    except DashappError as error:
        return _page(form.refused(error), status_of(error))
    return render_template("settings/deleted.html", name=scope.org.name, removal=removal)


def _require_owner() -> None:
    if current_scope().role is not Role.OWNER:
        raise Forbidden(_("Only owners can delete an organization."))


def _page(form: Form = NO_FORM, status: int = 200) -> Response:
    app, scope = services(), current_scope()
    number = current_language().number
    with app.store.read_primary(scope) as session:
        counts = org_counts(session, scope, now=app.now_us())
    return PAGE.show(
        "org_delete.html",
        form=form,
        status=status,
        counts={name: number(n) for name, n in counts._asdict().items()},
        reserved_days=RESERVED_DAYS,
    )

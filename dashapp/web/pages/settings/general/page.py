"""The name, time zone, language and other settings of an org."""

from collections.abc import Sequence

from babel.numbers import list_currencies
from flask import request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.actors import Action
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import BadInput, DashappError, NotFound
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.domain.language import LANGUAGES, _, current_language, say
from dashapp.domain.time.presets import DEFAULT_PRESET, known_presets
from dashapp.domain.time.zones import zone_named, zone_names
from dashapp.store.administration.change import Change
from dashapp.store.administration.dashboards import make_default
from dashapp.store.administration.org_settings import change_settings
from dashapp.store.audit.entries import last_entry
from dashapp.store.orgs import orgs
from dashapp.store.orgs.dashboards import SavedDashboard, dashboards_of_project, list_dashboards
from dashapp.store.people.member_list import find_member
from dashapp.web.access.login.confirming import require_confirmed
from dashapp.web.access.people import person
from dashapp.web.pages.changing import change
from dashapp.web.pages.settings.form import Form, Invalid, sent_form
from dashapp.web.pages.settings.moments import day
from dashapp.web.pages.settings.page import Group, Page, settings_view, status_of
from dashapp.web.services import services

PAGE = Page(
    "general",
    Group.ORGANIZATION,
    _("General"),
    _("Defaults in %(org)s for everyone."),
    {
        "saved": _("Saved."),
        "recounted": _(
            "Saved. Numbers of past days are being counted again for the new time zone."
        ),
    },
)
SETTINGS = ("name", "timezone", "locale", "currency", "opens_with")
FIELDS = (*SETTINGS, "dashboard")
blueprint = PAGE.blueprint()


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    return show_settings(saved_form())


@blueprint.post("")
@settings_view
def save() -> ResponseReturnValue:
    form, is_required = sent_form(FIELDS), bool(request.form.get("requires_second_factor"))
    form = form.with_value("requires_second_factor", "1" if is_required else "")
    try:
        _check(form)
        _check_second_factor(is_required=is_required)
        values = {name: form.value(name) or None for name in SETTINGS}
        with change() as changing:
            has_changed = change_settings(changing, **values, requires_second_factor=is_required)
            _set_default(changing, form.value("dashboard"))
    except DashappError as error:
        return show_settings(form.refused(error), status_of(error))
    is_recounted = has_changed and form.value("timezone") != current_scope().org.timezone
    return PAGE.done("recounted" if is_recounted else "saved")


def saved_form() -> Form:
    """Return the form with what is saved."""
    scope = current_scope()
    with services().store.read_primary(scope) as session:
        saved = orgs.settings_of(session, scope)
        dashboard = _default(list_dashboards(session, scope))
    values = {name: saved[name] or "" for name in SETTINGS}
    values["opens_with"] = values["opens_with"] or DEFAULT_PRESET.word
    values["requires_second_factor"] = "1" if saved["requires_second_factor"] else ""
    return Form({**values, "dashboard": dashboard})


def _set_default(changing: Change, slug: str) -> None:
    """Make a dashboard the default one, if it is another than now."""
    before = _default(list_dashboards(changing.session, changing.scope))
    if slug and slug != before:
        try:
            make_default(changing, slug, instead_of=before)
        except NotFound:
            raise Invalid("dashboard", _("Choose one from the list.")) from None


def _default(listed: Sequence[SavedDashboard]) -> str:
    """Return the dashboard that opens after sign-in: the default one of the first project."""
    return listed[0].slug if listed else ""


def _check_second_factor(*, is_required: bool) -> None:
    """Raise Invalid if someone requires of others what they do not have."""
    scope, user = current_scope(), person()
    assert user is not None  # says the policy
    with services().store.read_primary(scope) as session:
        if orgs.settings_of(session, scope)["requires_second_factor"] == is_required:
            return
    require_confirmed(PAGE.address())
    with services().store.read_shared() as session:
        me = find_member(session, scope, user.id)
    if is_required and not (me and me.has_second_factor):
        raise Invalid(
            "requires_second_factor", _("Set up a second factor for your own account first.")
        )


def _check(form: Form) -> None:
    """Raise Invalid for the first wrong field."""
    for name, check in (("name", orgs.check_name), ("timezone", zone_named)):
        try:
            check(form.value(name))
        except BadInput as error:
            raise Invalid(name, error.text, **error.values) from None
    choices = {
        "locale": (*LANGUAGES, current_scope().org.locale),
        "currency": ("", *list_currencies()),
        "opens_with": tuple(known_presets()),
    }
    for name, allowed in choices.items():
        if form.value(name) not in allowed:
            raise Invalid(name, _("Choose one from the list."))


def show_settings(form: Form, status: int = 200) -> ResponseReturnValue:
    """Show the page with a form, which can have errors."""
    scope = current_scope()
    with services().store.read_primary(scope) as session:
        listed = dashboards_of_project(session, scope, DEFAULT_PROJECT)
        changed = last_entry(session, scope, Action.SETTINGS_CHANGED)
    return PAGE.show(
        "general.html",
        form=form,
        status=status,
        changed=changed and (changed.actor_name, day(changed.at)),
        may_delete=scope.role is Role.OWNER,
        zones=zone_names(),
        locales=_languages(),
        currencies=_currencies(),
        dashboards=[(saved.slug, say(saved.title)) for saved in listed],
        presets=[(word, say(preset.title)) for word, preset in known_presets().items()],
    )


def _languages() -> Sequence[tuple[str, str]]:
    """Return the languages, and the org's own if dashapp is not translated to it."""
    own = current_scope().org.locale
    return [*LANGUAGES.items(), *([] if own in LANGUAGES else [(own, own)])]


def _currencies() -> Sequence[tuple[str, str]]:
    """Return the currencies as `EUR · euro`, by code."""
    names = current_language().locale.currencies
    known = [(code, f"{code} · {names.get(code, code)}") for code in sorted(list_currencies())]
    return [("", say("None")), *known]

"""The name, time zone, language and other settings of an org."""

from collections.abc import Sequence

from babel.numbers import list_currencies
from flask.typing import ResponseReturnValue

from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import BadInput, DashappError
from dashapp.domain.language import LANGUAGES, _, current_language, say
from dashapp.domain.time.presets import DEFAULT_PRESET, PRESETS
from dashapp.domain.time.zones import zone_named, zone_names
from dashapp.store.administration.org_settings import change_settings
from dashapp.store.orgs import orgs
from dashapp.web.pages.settings.form import Form, Invalid, sent_form
from dashapp.web.pages.settings.page import Group, Page, change, settings_view, status_of
from dashapp.web.services import services

PAGE = Page(
    "general",
    Group.ORGANIZATION,
    _("General"),
    _("What everyone in %(org)s starts with."),
    {
        "saved": _("Saved."),
        "recounted": _(
            "Saved. Numbers of past days are being counted again for the new time zone."
        ),
    },
)
FIELDS = ("name", "timezone", "locale", "currency", "opens_with")
blueprint = PAGE.blueprint()


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    scope = current_scope()
    with services().store.read_shared() as session:
        saved = orgs.settings_of(session, scope)
    values = {name: saved[name] or "" for name in FIELDS}
    return _page(Form({**values, "opens_with": saved["opens_with"] or DEFAULT_PRESET.word}))


@blueprint.post("")
@settings_view
def save() -> ResponseReturnValue:
    form = sent_form(FIELDS)
    try:
        _check(form)
        values = {name: form.value(name) or None for name in FIELDS}
        with change() as changing:
            has_changed = change_settings(changing, **values)
    except DashappError as error:
        return _page(form.refused(error), status_of(error))
    is_recounted = has_changed and form.value("timezone") != current_scope().org.timezone
    return PAGE.done("recounted" if is_recounted else "saved")


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
        "opens_with": tuple(PRESETS),
    }
    for name, allowed in choices.items():
        if form.value(name) not in allowed:
            raise Invalid(name, _("Choose one from the list."))


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    return PAGE.show(
        "general.html",
        form=form,
        status=status,
        zones=zone_names(),
        languages=_languages(),
        currencies=_currencies(),
        presets=[(word, say(preset.title)) for word, preset in PRESETS.items()],
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

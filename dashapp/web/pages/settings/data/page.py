"""Data: what arrived and what was rejected; imports, erasing a user, and the export."""

from flask import request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.days import day_end_of, day_start_of
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import BadInput, DashappError, NotFound
from dashapp.domain.language import _, say, say_number
from dashapp.store.administration import data as acts
from dashapp.store.events.erasures import MAX_COUNTED
from dashapp.store.exports.exporting import Selection
from dashapp.store.exports.target import FORMATS, Format
from dashapp.store.imports.import_log import Import, find_import
from dashapp.web.http.files.event_files import event_file
from dashapp.web.pages.changing import change
from dashapp.web.pages.settings.dashboards.rows import time_label
from dashapp.web.pages.settings.data.lists import lists
from dashapp.web.pages.settings.form import Form, Invalid, sent_form
from dashapp.web.pages.settings.page import Group, Page, settings_view, status_of
from dashapp.web.services import services

PAGE = Page(
    "data",
    Group.ORGANIZATION,
    _("Data"),
    _("The events that %(org)s has sent."),
    {
        "erasing": _("The user is being erased. This page shows how far it is."),
        "undoing": _("The import is being undone. This page shows how far it is."),
    },
)
blueprint = PAGE.blueprint()
_NAMES: dict[Format, str] = {"csv": "CSV", "ndjson": "NDJSON", "parquet": "Parquet"}


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    return _page(Form())


@blueprint.post("/erase")
@settings_view
def erase() -> ResponseReturnValue:
    """Show how many events a user has; erase them if the user's id was entered twice.

    Both steps are sent, because an id in a URL would stay in logs.
    """
    user = request.form.get("user", "").strip()
    form = Form({"user": user[: acts.MAX_USER]})
    scope = current_scope()
    try:
        with services().store.read_primary(scope) as session:
            count = acts.count_of_user(session, scope, user)
        if "confirmation" not in request.form:
            return _erasure_page(user, count, Form())
        if request.form["confirmation"].strip() != user:
            error = Invalid("confirmation", _("This is not the id above."))
            return _erasure_page(user, count, Form().refused(error), 422)
        with change() as erased:
            acts.erase(erased, user, count)
    except DashappError as error:
        return _page(form.refused(error, "user"), status_of(error))
    return PAGE.done("erasing")


@blueprint.get("/imports/<import_id>/undo")
@settings_view
def ask_undo(import_id: str) -> ResponseReturnValue:
    return _undo_page(import_id, Form())


@blueprint.post("/imports/<import_id>/undo")
@settings_view
def undo(import_id: str) -> ResponseReturnValue:
    _import(import_id)
    try:
        with change() as undone:
            acts.undo(undone, import_id)
    except DashappError as error:
        return _undo_page(import_id, Form().refused(error), status_of(error))
    return PAGE.done("undoing")


@blueprint.post("/export")
@settings_view
def export() -> ResponseReturnValue:
    """Send the events of a range as a file, while they are read."""
    form, scope = sent_form(("format", "first", "last")), current_scope()
    first, last = form.value("first"), form.value("last")
    try:
        file_format, selection = _format(form), _selection(first, last)
        with change() as exported:
            acts.record_export(exported, file_format, first=first, last=last)
    except DashappError as error:
        return _page(form.refused(error, "first"), status_of(error))
    days = "".join(f"-{day}" for day in (first, last) if day)
    return event_file(scope, selection, file_format, f"{scope.org.slug}-events{days}")


def _format(form: Form) -> Format:
    file_format = form.value("format")
    if file_format not in FORMATS:
        raise Invalid("format", _("Choose a format from the list."))
    return file_format


def _selection(first: str, last: str) -> Selection:
    """Return which events to export. Raises BadInput."""
    org, selection = current_scope().org, Selection()
    if first:
        selection = selection._replace(low=day_start_of(first, org))
    if last:
        try:
            selection = selection._replace(high=day_end_of(last, org))
        except BadInput as error:
            raise Invalid("last", error.text, **error.values) from None
    if selection.low >= selection.high:
        raise Invalid("last", _("The last day is before the first one."))
    return selection


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    return PAGE.show(
        "data.html",
        form=form,
        status=status,
        lists=lists(),
        formats=[(name, _NAMES[name]) for name in FORMATS],
        number=say_number,
        max_user=acts.MAX_USER,
        zone=current_scope().org.timezone,
    )


def _erasure_page(user: str, count: int, form: Form, status: int = 200) -> ResponseReturnValue:
    is_more = count > MAX_COUNTED
    counted = say_number(min(count, MAX_COUNTED))
    return PAGE.show(
        "data_erase.html",
        form=form,
        status=status,
        user=user,
        count=say("more than %(count)s", count=counted) if is_more else counted,
        max_user=acts.MAX_USER,
    )


def _import(import_id: str) -> Import:
    scope = current_scope()
    try:
        if import_id.isascii() and import_id.isalnum():
            with services().store.read_primary(scope) as session:
                return find_import(session, scope, import_id)
    except NotFound:
        pass
    raise NotFound(_("There is no such import."))


def _undo_page(import_id: str, form: Form, status: int = 200) -> ResponseReturnValue:
    row = _import(import_id)
    return PAGE.show(
        "import_undo.html",
        form=form,
        status=status,
        row=row,
        time=time_label(row.started_at),
        stored=say_number(row.counts.added + row.counts.replaced),
        is_begun=row.undo_started_at is not None,
    )

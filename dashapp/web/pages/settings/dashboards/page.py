"""An org's dashboards: add, copy, rename, and delete them, and choose the default."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from dashapp.dashboards.own import NewDashboard, Wish, blank, copy_of, of_board
from dashapp.dashboards.templates import template_named
from dashapp.domain.access.dashboard import MAX_TITLE
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import BadInput, Conflict, DashappError
from dashapp.domain.events.event import DEFAULT_PROJECT, is_slug
from dashapp.domain.language import _, say
from dashapp.store.administration import dashboards as acts
from dashapp.store.administration.change import Change
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedDashboard
from dashapp.web.pages.changing import change
from dashapp.web.pages.settings.dashboards import rows
from dashapp.web.pages.settings.form import Form, Invalid, sent_form
from dashapp.web.pages.settings.page import Group, Page, settings_view, status_of
from dashapp.web.services import services

PAGE = Page(
    "dashboards",
    Group.ORGANIZATION,
    _("Dashboards"),
    _("Each of the dashboards of %(org)s has its own link."),
    {
        "added": _("The dashboard was added."),
        "renamed": _("The title was changed."),
        "default": _("The default dashboard was changed."),
        "deleted": _("The dashboard was deleted."),
    },
)
blueprint = PAGE.blueprint()
_BLANK = ""
_FIELDS = ("board", "title", "project")
_DIGITS = 9


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    return _list(Form({"project": DEFAULT_PROJECT}))


@blueprint.post("")
@settings_view
def add() -> ResponseReturnValue:
    """Add a blank dashboard, which opens in the form that adds panels, or one of a board."""
    form = sent_form(_FIELDS)
    try:
        with change() as added:
            new = _new(added, form)
            board = form.value("board")
            tallies = services().library.tallies(new.panels)
            acts.add_dashboard(added, *new, tallies, source=board or "blank")
    except DashappError as error:
        return _list(form.refused(error, _field_of(error)), status_of(error))
    if not new.panels:
        return _to_layout(new.dashboard.slug)
    return PAGE.done("added")


@blueprint.get("/<dashboard>/rename")
@settings_view
def ask_title(dashboard: str) -> ResponseReturnValue:
    saved = _saved(dashboard)
    return _title_page("rename", saved, Form({"title": say(saved.title)}))


@blueprint.post("/<dashboard>/rename")
@settings_view
def rename(dashboard: str) -> ResponseReturnValue:
    form = sent_form(("title",))
    try:
        with change() as renamed:
            title, version = _title(form), _version()
            saved = rows.find(renamed.session, dashboard)
            if title != say(saved.title):  # else, it stays a text that is translated
                acts.rename_dashboard(renamed, dashboard, title, version=version)
    except DashappError as error:
        return _again("rename", dashboard, form, error)
    return PAGE.done("renamed")


@blueprint.get("/<dashboard>/duplicate")
@settings_view
def ask_copy(dashboard: str) -> ResponseReturnValue:
    saved = _saved(dashboard)
    title = say("Copy of %(title)s", title=say(saved.title))[:MAX_TITLE]
    return _title_page("duplicate", saved, Form({"title": title}))


@blueprint.post("/<dashboard>/duplicate")
@settings_view
def duplicate(dashboard: str) -> ResponseReturnValue:
    form = sent_form(("title",))
    try:
        with change() as copied:
            original = rows.find(copied.session, dashboard)
            panels = dashboards.list_panels(copied.session, copied.scope, dashboard)
            new = copy_of(original, panels, _wish(copied, _title(form)))
            acts.add_dashboard(copied, *new, (), source=dashboard)
    except DashappError as error:
        return _again("duplicate", dashboard, form, error)
    return PAGE.done("added")


@blueprint.get("/<dashboard>/default")
@settings_view
def ask_default(dashboard: str) -> ResponseReturnValue:
    return _default_page(dashboard, Form())


@blueprint.post("/<dashboard>/default")
@settings_view
def set_default(dashboard: str) -> ResponseReturnValue:
    before = sent_form(("before",)).value("before")
    try:
        with change() as chosen:
            rows.find(chosen.session, dashboard)
            acts.make_default(chosen, dashboard, instead_of=before)
    except DashappError as error:
        return _default_page(dashboard, Form().refused(error), status_of(error))
    return PAGE.done("default")


@blueprint.get("/<dashboard>/delete")
@settings_view
def ask_deletion(dashboard: str) -> ResponseReturnValue:
    return _deletion_page(dashboard, Form())


@blueprint.post("/<dashboard>/delete")
@settings_view
def delete(dashboard: str) -> ResponseReturnValue:
    try:
        with change() as deleted:
            rows.find(deleted.session, dashboard)
            acts.remove_dashboard(deleted, dashboard, version=_version())
    except DashappError as error:
        return _deletion_page(dashboard, Form().refused(error), status_of(error))
    return PAGE.done("deleted")


def _new(added: Change, form: Form) -> NewDashboard:
    """Return what the form asks for. Raises Invalid or NotFound."""
    board, project = form.value("board"), form.value("project") or DEFAULT_PROJECT
    if project not in dashboards.list_projects(added.session, added.scope):
        raise Conflict(_("There is no such project. Choose one from the list."))
    if board == _BLANK:
        return blank(_wish(added, _title(form)), project)
    if not is_slug(board) or board not in services().library.definitions.boards:
        raise Invalid("board", _("Choose a board from the list."))
    new = of_board(template_named(services().library.definitions, board), project, now=added.now)
    listed = dashboards.dashboards_of_project(added.session, added.scope, project)
    if any(saved.template == new.dashboard.template for saved in listed):
        raise Invalid("board", _("There is a dashboard of this board already. Duplicate that one."))
    title = form.value("title")
    return new._replace(dashboard=new.dashboard._replace(title=title)) if title else new


def _wish(new: Change, title: str) -> Wish:
    """Return what is known of a dashboard to add. It cannot have the slug of a board."""
    listed = dashboards.list_dashboards(new.session, new.scope)
    taken = {saved.slug for saved in listed} | services().library.definitions.boards.keys()
    return Wish(title, taken, int(new.actor.id), new.now)


def _title(form: Form) -> str:
    title = form.value("title")
    if not title:
        raise Invalid("title", _("Enter a title."))
    return title


def _version() -> int:
    """Return the version that the form is based on. Raises BadInput."""
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise BadInput(_("This form is not complete. Reload the page and try again."))
    return int(text)


def _saved(slug: str) -> SavedDashboard:
    with services().store.read_primary(current_scope()) as session:
        return rows.find(session, slug)


def _to_layout(slug: str) -> ResponseReturnValue:
    path = f"{request.script_root}/app/{current_scope().org.slug}/{slug}/layout"
    return redirect(path, 303)


def _list(form: Form, status: int = 200) -> ResponseReturnValue:
    return PAGE.show(
        "dashboards.html",
        form=form,
        status=status,
        rows=rows.rows(),
        boards=[(_BLANK, say("Blank")), *rows.boards()],
        projects=[(name, rows.project_name(name)) for name in rows.projects()],
        project_name=rows.project_name,
        max_title=MAX_TITLE,
    )


def _again(act: str, slug: str, form: Form, error: DashappError) -> ResponseReturnValue:
    status = status_of(error)  # raises what a form cannot mend
    return _title_page(act, _saved(slug), form.refused(error, _field_of(error)), status)


def _field_of(error: DashappError) -> str | None:
    return "title" if isinstance(error, BadInput) else None


def _title_page(
    act: str, saved: SavedDashboard, form: Form, status: int = 200
) -> ResponseReturnValue:
    return PAGE.show(
        "dashboard_title.html",
        form=form,
        status=status,
        saved=saved,
        title=say(saved.title),
        is_copy=act == "duplicate",
        max_title=MAX_TITLE,
    )


def _default_page(slug: str, form: Form, status: int = 200) -> ResponseReturnValue:
    scope = current_scope()
    with services().store.read_primary(scope) as session:
        saved = rows.find(session, slug)
        before = acts.default_of(session, scope, saved.home)
    return PAGE.show(
        "dashboard_default.html",
        form=form,
        status=status,
        before=before,
        title=say(saved.title),
        is_default=saved.is_default,
    )


def _deletion_page(slug: str, form: Form, status: int = 200) -> ResponseReturnValue:
    row = next((row for row in rows.rows() if row.saved.slug == slug), None)
    if row is None:
        _saved(slug)  # raises NotFound
    return PAGE.show("dashboard_delete.html", form=form, status=status, row=row)

"""The audit log of an org: who did what, when, and from where."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from flask import Response, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.actors import Action
from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.errors import BadInput
from dashapp.domain.language import _, say
from dashapp.domain.time.instant import from_us, to_text, to_us
from dashapp.domain.time.zones import day_start, zone_named
from dashapp.store.audit.entries import Entry, Wanted, list_entries
from dashapp.store.engine import Store
from dashapp.web.http.files.csv_lines import csv_line
from dashapp.web.pages.settings.audit_words import TITLES, actor_of, changes_of, title_of
from dashapp.web.pages.settings.form import Form, Invalid
from dashapp.web.pages.settings.moments import second
from dashapp.web.pages.settings.page import Group, Page, settings_view, status_of
from dashapp.web.services import services

PAGE = Page(
    "audit",
    Group.RECORDS,
    _("Audit log"),
    _("Who did what in %(org)s, and when. Entries cannot be changed."),
)
FIELDS = ("who", "action", "from", "to")
MOST = 50  # entries on a page
_BATCH = 1_000  # entries of the file that are read at once
_PLACE = re.compile(r"([0-9]{1,18})-([0-9a-f]{8})")
blueprint = PAGE.blueprint()


class Row(NamedTuple):
    """An entry as the page shows it."""

    at: str
    who: str
    where: str
    title: str
    target: str
    changes: object


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    form = _form()
    try:
        wanted = _wanted(form)._replace(most=MOST + 1)
    except BadInput as error:
        return _page(form.refused(error), [], None, status_of(error))
    app, scope = services(), current_scope()
    with app.store.read(scope) as session:
        entries = list_entries(session, scope, wanted)
    older = None
    if len(entries) > MOST:
        query = {**form.values, "after": f"{entries[MOST - 1].at}-{entries[MOST - 1].mark}"}
        older = {name: value for name, value in query.items() if value}
    return _page(form, [_row(entry) for entry in entries[:MOST]], older)


@blueprint.get("/entries.csv")
@settings_view
def download() -> ResponseReturnValue:
    """Send all entries that match the filter, as they are stored, with times in UTC."""
    wanted, scope = _wanted(_form())._replace(most=_BATCH, after=None), current_scope()
    response = Response(_lines(services().store, scope, wanted), mimetype="text/csv")
    name = f"{scope.org.slug}_audit.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(store: Store, scope: Scope, wanted: Wanted) -> Iterator[str]:
    """Yield the lines of the file. Each batch is a short transaction."""
    yield csv_line(Entry._fields)
    while True:
        with store.read(scope) as session:
            entries = list_entries(session, scope, wanted)
        yield "".join(csv_line(_cells(entry)) for entry in entries)
        if len(entries) < wanted.most:
            return
        wanted = wanted._replace(after=(entries[-1].at, entries[-1].mark))


def _cells(entry: Entry) -> tuple[object, ...]:
    return entry._replace(
        at=to_text(from_us(entry.at)),  # type: ignore[arg-type]
        before=_json(entry.before),
        after=_json(entry.after),
    )


def _json(values: object) -> str:
    return "" if values is None else json.dumps(values, ensure_ascii=False)


def _form() -> Form:
    return Form({name: request.args.get(name, "").strip()[:320] for name in FIELDS})


def _wanted(form: Form) -> Wanted:
    """Read the filter. Raises Invalid."""
    action = form.value("action")
    if action and action not in tuple(Action):
        raise Invalid("action", _("Choose one from the list."))
    zone = zone_named(current_scope().org.timezone)
    since, until = _day(form, "from"), _day(form, "to")
    return Wanted(
        after=_place(request.args.get("after", "")),
        action=action or None,
        who=form.value("who") or None,
        since=to_us(day_start(since, zone)) if since else None,
        until=to_us(day_start(until + timedelta(days=1), zone)) if until else None,
    )


def _day(form: Form, name: str) -> date | None:
    text = form.value(name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1970 <= day.year < 9999:  # noqa: PLR2004 - what times can be stored
        raise Invalid(name, _("Enter a date such as 2026-11-20."))
    return day


def _place(text: str) -> tuple[int, str] | None:
    """Return the position after which the page begins; a wrong one is the start."""
    match = _PLACE.fullmatch(text)
    return (int(match[1]), match[2]) if match else None


def _row(entry: Entry) -> Row:
    where = " · ".join(part for part in (entry.address, entry.browser) if part)
    return Row(
        second(entry.at), actor_of(entry), where, title_of(entry), entry.target, changes_of(entry)
    )


def _page(
    form: Form, rows: list[Row], older: Mapping[str, str] | None, status: int = 200
) -> ResponseReturnValue:
    actions = sorted((say(title), action.value) for action, title in TITLES.items())
    return PAGE.show(
        "audit.html",
        form=form,
        status=status,
        rows=rows,
        older=older,
        is_first="after" not in request.args,
        actions=[("", say("Everything")), *((value, title) for title, value in actions)],
        query={name: value for name, value in form.values.items() if value},
        keep_days=services().settings.audit_days,
    )

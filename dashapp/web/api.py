"""The JSON API: the dashboards in scope, their numbers, and one panel's rows as CSV."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import NotFound
from dashapp.domain.instant import to_text
from dashapp.domain.language import say
from dashapp.domain.scope import Scope, current_scope
from dashapp.domain.series import exported
from dashapp.domain.time_range import Choice, TimeRange
from dashapp.queries.saved_dashboards import saved_dashboards, saved_panels
from dashapp.web.access import reader
from dashapp.web.services import services
from dashapp.widgets.answers import Answer, answer

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/dashboards")
@reader
def dashboards() -> ResponseReturnValue:
    scope = current_scope()
    with services().store.reading(scope) as session:
        rows = saved_dashboards(session, scope)
    return jsonify(
        dashboards=[
            {"slug": row.slug, "title": say(row.title), "project": row.project} for row in rows
        ]
    )


@blueprint.get("/dashboards/<dashboard>/data")
@reader
def data(dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the Scope holds it
    scope = current_scope()
    time_range = _time_range(scope)
    return jsonify(
        as_of=to_text(time_range.as_of),
        time_range=_described(time_range),
        panels=[
            {
                "slug": panel.slug,
                "title": panel.title,
                "status": panel.status,
                "rows": [_row(row) for row in panel.rows],
            }
            for panel in _answers(scope, time_range)
        ],
    )


@blueprint.get("/dashboards/<dashboard>/panels/<widget>.csv")
@reader
def panel_csv(dashboard: str, widget: str) -> ResponseReturnValue:
    scope = current_scope()
    time_range = _time_range(scope)
    panel = _answers(scope, time_range, only=widget)[0]
    name = "_".join((scope.org.slug, dashboard, panel.slug, _word(time_range)))
    return Response(
        _csv([_row(row) for row in panel.rows]),
        status=503 if panel.status == "error" else 200,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _time_range(scope: Scope) -> TimeRange:
    args = request.args
    choice = Choice(
        time_range=args.get("time_range"),
        as_of=args.get("as_of"),
        from_=args.get("from"),
        to=args.get("to"),
        tz=args.get("tz"),
    )
    return scope.time_range(choice, now=services().clock())


def _answers(scope: Scope, time_range: TimeRange, only: str | None = None) -> list[Answer]:
    """The dashboard's panels, or one of them. Raises NotFound for one that it does not hold."""
    here = services()
    with here.store.reading(scope) as session:
        panels = saved_panels(session, scope)
        if only is not None:
            panels = [panel for panel in panels if panel.widget == only]
            if not panels:
                raise NotFound("There is no such panel on this dashboard.")
        return answer(session, scope, here.catalog, panels, time_range)


def _described(time_range: TimeRange) -> dict[str, object]:
    return {
        "preset": time_range.preset.word if time_range.preset else None,
        "start": to_text(time_range.start),
        "end": to_text(time_range.end),
        "timezone": str(time_range.zone),
        "bucket": time_range.bucket,
    }


def _row(row: Any) -> dict[str, Any]:
    """A typed row as JSON: its fields in their order, times as text."""
    return {
        name: to_text(value) if isinstance(value, datetime) else value
        for name, value in exported(row).items()
    }


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    """RFC 4180: a header of JSON's keys, CRLF, quotes where they are needed."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _word(time_range: TimeRange) -> str:
    return time_range.preset.word if time_range.preset else "custom"

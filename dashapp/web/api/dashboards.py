"""The JSON API: the dashboards in scope, their numbers, and one panel's rows as CSV or JSON."""

from collections.abc import Sequence
from typing import Literal, NoReturn

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from msgspec import UNSET, UnsetType

from dashapp.domain.access.dashboard import current_dashboard
from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.access.view import view_of
from dashapp.domain.errors import BadInput, NotFound, excerpt
from dashapp.domain.language import say
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.web.access import request_session
from dashapp.web.access.embedding import tokens as embed_tokens
from dashapp.web.access.policies import reader
from dashapp.web.api.panel_files import columns_of, csv_of, disposition, panel_rows
from dashapp.web.api.parameters import require_known
from dashapp.web.api.rows import resolved
from dashapp.web.api.schemas import (
    DashboardItem,
    Dashboards,
    Data,
    InsightItem,
    Panel,
    respond,
)
from dashapp.web.services import services
from dashapp.widgets.answers import Answer
from dashapp.widgets.insights import Insight, insights
from dashapp.widgets.show import Shown, show

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/dashboards")
@reader
def dashboards() -> ResponseReturnValue:
    require_known(request.args.to_dict(flat=False), names=["org"])
    scope = current_scope()
    with request_session.read(scope) as session:
        rows = saved_dashboards(session, scope)
    items = [DashboardItem(row.slug, say(row.title), row.project) for row in rows]
    return respond(Dashboards(items))


@blueprint.get("/dashboards/<dashboard>/data")
@reader
def data(dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy opened it
    shown = _show()
    found = insights(shown.answers, shown.time_range).found
    answer = _data(shown)
    answer.insights = [_insight(insight) for insight in found]
    return respond(answer)


@blueprint.get("/dashboards/<dashboard>/panels/<widget>.csv")
@reader
def panel_csv(dashboard: str, widget: str) -> ResponseReturnValue:  # noqa: ARG001
    bom = request.args.get("bom", "0")
    if bom not in {"0", "1"}:
        raise BadInput("“bom” must be 0 or 1.")
    shown = _show(widget, more=["bom"])
    (panel,) = shown.answers
    rows = panel_rows(panel, shown.time_range)
    return Response(
        csv_of(rows, columns_of(panel), has_bom=bom == "1"),
        status=503 if panel.status == "error" else 200,
        content_type="text/csv; charset=utf-8",
        headers=_headers(panel, shown.time_range, "csv"),
    )


@blueprint.get("/dashboards/<dashboard>/panels/<widget>.json")
@reader
def panel_json(dashboard: str, widget: str) -> ResponseReturnValue:  # noqa: ARG001
    shown = _show(widget)
    (panel,) = shown.answers
    response = respond(_data(shown))
    response.headers.update(_headers(panel, shown.time_range, "json"))
    return response


def _show(widget: str | None = None, more: Sequence[str] = ()) -> Shown:
    """Show the request's dashboard, or one of its panels.

    Raises NotFound for a panel that it does not have, BadInput for an unknown parameter. `more`
    are parameters in addition to those of a view.
    """
    params = request.args.to_dict(flat=False)
    require_known(params, ["org", *more])
    opened, app, view = current_dashboard(), services(), view_of(params)
    only = None if widget is None else {widget}
    with request_session.read(opened.scope) as session:
        shown = show(session, app.library, opened, view, now=app.clock(), only=only, is_strict=True)
    if widget is not None and not shown.answers:
        _refuse_panel(opened.scope, widget)
    return shown


def _refuse_panel(scope: Scope, widget: str) -> NoReturn:
    """Raise NotFound. An embedded viewer is not told what is missing."""
    if scope.is_embedded:
        embed_tokens.refuse(g.embed, f"no panel {excerpt(widget)} on dashboard {scope.dashboard}")
    raise NotFound("Panel not found on this dashboard.")


def _headers(panel: Answer, time_range: TimeRange, kind: str) -> dict[str, str]:
    return {"Content-Disposition": disposition(current_scope(), panel, time_range, kind)}


def _data(shown: Shown) -> Data:
    time_range = shown.time_range
    panels = [_panel(answer, time_range) for answer in shown.answers]
    return Data(to_text(time_range.as_of), resolved(time_range), panels)


def _insight(insight: Insight) -> InsightItem:
    kind, panel, _text, change, label, start, end, _filter = insight
    return InsightItem(
        kind,
        panel,
        insight.sentence,
        UNSET if change is None else change,
        UNSET if label is None else label,
        to_text(start) if start else UNSET,
        to_text(end) if end else UNSET,
    )


def _panel(answer: Answer, time_range: TimeRange) -> Panel:
    fields = [by.field for by in answer.unfiltered]
    rows = panel_rows(answer, time_range)
    reason: Literal["too_slow"] | UnsetType = "too_slow" if answer.is_too_slow else UNSET
    return Panel(answer.slug, answer.title, answer.status, rows, reason, fields or UNSET)

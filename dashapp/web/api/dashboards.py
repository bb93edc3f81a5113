"""The JSON API: the dashboards in scope, their numbers, and one panel's rows as CSV or JSON."""

from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.access.view import view_of
from dashapp.domain.errors import BadInput, NotFound, shown
from dashapp.domain.language import say
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.saved_dashboards import saved_dashboards, saved_panels
from dashapp.web.access import embed_tokens
from dashapp.web.access.guard import reader
from dashapp.web.api.panel_files import columns_of, csv_of, disposition, json_rows
from dashapp.web.api.parameters import require_known
from dashapp.web.services import services
from dashapp.widgets.answers import Answer, answer

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/dashboards")
@reader
def dashboards() -> ResponseReturnValue:
    require_known(request.args.to_dict(flat=False), names=["org"])
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
    return jsonify(_described(_asked(current_scope())))


@blueprint.get("/dashboards/<dashboard>/panels/<widget>.csv")
@reader
def panel_csv(dashboard: str, widget: str) -> ResponseReturnValue:  # noqa: ARG001
    scope = current_scope()
    bom = request.args.get("bom", "0")
    if bom not in {"0", "1"}:
        raise BadInput("“bom” is 1 or 0.")
    found = _asked(scope, only=widget, more=["bom"])
    (panel,) = found.answers
    return Response(
        csv_of(
            json_rows(panel, found.time_range),
            columns_of(panel),
            has_bom=bom == "1",
        ),
        status=503 if panel.status == "error" else 200,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition(scope, panel, found.time_range, "csv")},
    )


@blueprint.get("/dashboards/<dashboard>/panels/<widget>.json")
@reader
def panel_json(dashboard: str, widget: str) -> ResponseReturnValue:  # noqa: ARG001
    scope = current_scope()
    found = _asked(scope, only=widget)
    answer = jsonify(_described(found))
    (panel,) = found.answers
    answer.headers["Content-Disposition"] = disposition(scope, panel, found.time_range, "json")
    return answer


class _Asked(NamedTuple):
    """What a request asked for, and what it is answered."""

    time_range: TimeRange
    answers: list[Answer]


def _asked(scope: Scope, only: str | None = None, more: Sequence[str] = ()) -> _Asked:
    """The dashboard's panels, or one of them. Raises NotFound for one that it does not hold.

    Raises BadInput for a parameter that is not one of a view's, `org` or `more`.
    """
    here, asked = services(), request.args.to_dict(flat=False)
    require_known(asked, ["org", *more])
    view = view_of(asked)
    time_range = scope.time_range(view.choice, now=here.clock(), comparison=view.comparison)
    with here.store.reading(scope) as session:
        panels = saved_panels(session, scope)
        if only is not None and only not in {panel.widget for panel in panels}:
            _refuse_panel(scope, only)
        wanted = None if only is None else {only}
        answers = answer(
            session, scope, here.catalog, panels, time_range, chosen=view.chosen, only=wanted
        )
        return _Asked(time_range, answers)


def _refuse_panel(scope: Scope, widget: str) -> NoReturn:
    """Raises NotFound; whoever sees a part of an org by a token is not told of what."""
    if scope.is_embedded:
        embed_tokens.refuse(g.embed, f"there is no panel {shown(widget)} on {scope.dashboard}")
    raise NotFound("There is no such panel on this dashboard.")


def _described(found: _Asked) -> dict[str, object]:
    time_range = found.time_range
    return {
        "as_of": to_text(time_range.as_of),
        "time_range": {
            "preset": time_range.preset.word if time_range.preset else None,
            "start": to_text(time_range.start),
            "end": to_text(time_range.end),
            "timezone": str(time_range.zone),
            "bucket": time_range.bucket,
        },
        "panels": [
            {
                "slug": panel.slug,
                "title": panel.title,
                "status": panel.status,
                "rows": json_rows(panel, time_range),
                **_unfiltered(panel),
            }
            for panel in found.answers
        ],
    }


def _unfiltered(panel: Answer) -> dict[str, list[str]]:
    """The fields of filters that a panel's events do not have; nothing where there are none."""
    fields = [by.field for by in panel.unfiltered]
    return {"not_filtered_by": fields} if fields else {}

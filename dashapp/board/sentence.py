"""The sentence over the panels. Each part of it leads to what it is about."""

from typing import Any

from dash import html

from dashapp.domain.language import say
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.labels import previous_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.insights import Insight, Insights


def said(insights: Insights, time_range: TimeRange, *, can_zoom: bool) -> list[Any] | None:
    """Return the sentence, or None if there is nothing that the numbers carry.

    `can_zoom` says whether the viewer may choose the dates of a peak.
    """
    if insights.status == "silent":
        return None
    if insights.status == "found":
        parts = [_part(insight, can_zoom=can_zoom) for insight in insights.found]
    else:
        parts = [html.Span(_nothing(insights, time_range))]
    return [html.I(className="ic ic-bulb"), html.P(parts)]


def _nothing(insights: Insights, time_range: TimeRange) -> str:
    if insights.status == "usual":
        return say("Nothing unusual: all changes are within the usual ups and downs.")
    before = previous_label(time_range)
    return say("Changes are shown once there is data for %(dates)s.", dates=before)


def _part(insight: Insight, *, can_zoom: bool) -> Any:
    """Return one finding, as a button if there is something to show."""
    target = _target(insight, can_zoom=can_zoom)
    if not target:
        return html.Span(insight.sentence)
    return html.Button(
        insight.sentence, type="button", className="plain said", **attributes(**target)
    )


def _target(insight: Insight, *, can_zoom: bool) -> dict[str, str]:
    """Return what a click on a finding does, as data attributes for the scripts."""
    if insight.kind == "change":
        return {"data_enlarge": insight.panel}
    if insight.kind == "new":
        return {"data_filter": insight.filter} if insight.filter else {}
    if can_zoom and insight.start and insight.end:
        return {"data_from": to_text(insight.start), "data_to": to_text(insight.end)}
    return {}

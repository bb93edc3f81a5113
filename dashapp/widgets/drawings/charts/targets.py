"""Targets in charts: a dashed line with its name, where the buckets have the target's period."""

from typing import Any, NamedTuple

from dashapp.domain.language import _, say
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.look import Look

# How many targets one bucket has, by the target's period and the bucket.
_PER_BUCKET = {("day", "1d"): 1, ("day", "1w"): 7, ("week", "1w"): 1, ("month", "1mo"): 1}
_PERIODS = {
    "day": _("%(amount)s a day"),
    "week": _("%(amount)s a week"),
    "month": _("%(amount)s a month"),
    "year": _("%(amount)s a year"),
}
_COLOR = "#474e5d"  # the stylesheet overrides both in both themes
_SURFACE = "#ffffff"


class Target(NamedTuple):
    """A target of each series: per `day`, `week`, `month` or `year`, or a level without `per`."""

    amount: float
    per: str | None = None


def level_of(target: Target, time_range: TimeRange) -> float | None:
    """The value that a bucket should have; None if buckets have no whole number of targets."""
    if target.per is None:
        return target.amount
    count = _PER_BUCKET.get((target.per, time_range.bucket))
    return None if count is None else target.amount * count


def target_name(target: Target, look: Look, *, count: int) -> str:
    """Name the target: `Target €300 a day, each country`."""
    amount = Format(look.unit, look.decimals).text(target.amount)
    rate = say(_PERIODS[target.per], amount=amount) if target.per else amount
    label = say(look.label)
    if count == 1 or not label:
        return say("Target %(target)s", target=rate)
    each = label[:1].lower() + label[1:]
    return say("Target %(target)s, each %(label)s", target=rate, label=each)


def target_layout(level: float, name: str) -> dict[str, Any]:
    """The Plotly settings that draw a target."""
    text = name.replace("&", "&amp;").replace("<", "&lt;")
    return {
        "shapes": [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": level,
                "y1": level,
                "line": {"color": _COLOR, "width": 1, "dash": "3px,2px"},
            }
        ],
        "annotations": [
            {
                "xref": "paper",
                "x": 0,
                "xanchor": "left",
                "y": level,
                "yanchor": "bottom",
                "text": text,
                "showarrow": False,
                "font": {"size": 11, "color": _COLOR},
                "bgcolor": _SURFACE,
                "borderpad": 0,
            }
        ],
    }

"""Reads the panels of a board file and checks which metrics, drawings and keys go together."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from dashapp.domain.boards.definitions import Funnel, Measured, Metric, Panel, Ratio
from dashapp.domain.boards.names import BREAKDOWNS, COLUMNS, is_panel_slug, is_property
from dashapp.domain.boards.reading.faults import Faults, Path, suggestion
from dashapp.domain.boards.reading.fields import read_conditions
from dashapp.domain.boards.reading.texts import MAX_TEXT, check_links, read_names, read_text
from dashapp.domain.boards.spec import PanelSpec

_DRAWINGS = ("number", "line", "bars", "list", "heatmap", "funnel", "events", "text")
_KEYS = ("metrics", "by", "top", "where", "at_least", "target", "columns", "text", "names", "group")
# The keys that each drawing takes, besides metric, title, size, slug and was.
_TAKES = {
    "number": {"where", "target"},
    "line": {"metrics", "by", "top", "where", "names", "target"},
    "bars": {"metrics", "by", "top", "where", "names"},
    "list": {"metrics", "by", "top", "where", "at_least", "names", "group"},
    "heatmap": {"where"},
    "funnel": {"where"},
    "events": {"columns", "top", "where"},
    "text": {"text"},
}
_MAX_SERIES = 20
_PERCENTILES = frozenset({"p50", "p75", "p90", "p95", "p99"})


class References(NamedTuple):
    """What a panel may refer to: metrics by name and old name, and Python widgets."""

    metrics: Mapping[str, Metric]
    widgets: frozenset[str]

    def current(self, name: str) -> str:
        """Return the current name of a metric."""
        return self.metrics[name].name if name in self.metrics else name


def read_panel(
    spec: PanelSpec, slug: str, path: Path, references: References, faults: Faults
) -> Panel:
    """Return a panel; its faults are added."""
    subject = _check_subject(spec, path, faults)
    if slug in references.widgets and slug != spec.widget:
        place = (*path, "slug") if spec.slug else path
        faults.add(place, f'"{slug}" is the slug of a Python widget.')
    if not is_panel_slug(slug):
        faults.add(
            path,
            f'The slug "{slug}" is invalid: set "slug" to lowercase letters, digits, ., - and _.',
        )
    if subject == "widget":
        _check_widget(spec, path, references, faults)
    elif subject == "metric":
        _check_drawing(spec, path, references, faults)
    return Panel(
        slug=slug,
        show=spec.show,
        metrics=_metric_names(spec),
        widget=spec.widget,
        by=spec.by,
        top=spec.top,
        where=read_conditions(spec.where, (*path, "where"), faults),
        is_lowest_first=spec.order == "lowest",
        at_least=spec.at_least,
        target=spec.target,
        per=spec.per,
        columns=tuple(spec.columns or ()),
        text=_text(spec, path, faults),
        title=read_text(spec.title, (*path, "title"), faults) if spec.title else None,
        size=spec.size,
        names=read_names(spec.names, (*path, "names"), faults),
        was=tuple(spec.was),
        group=spec.group,
    )


def _metric_names(spec: PanelSpec) -> tuple[str, ...]:
    return (spec.metric,) if spec.metric else tuple(spec.metrics or ())


def _check_subject(spec: PanelSpec, path: Path, faults: Faults) -> str | None:
    """Return what the panel shows: "metric", "widget" or "text"; None after adding a fault."""
    subjects = [name for name in ("metric", "metrics", "widget") if getattr(spec, name)]
    if spec.show == "text":
        if subjects or spec.text is None:
            faults.add(path, 'show = "text" needs "text", and no metric or widget.')
        _check_keys(spec, "text", path, faults)
        return "text"
    if len(subjects) != 1:
        faults.add(path, 'A panel needs one of "metric", "metrics" or "widget", or show = "text".')
        return None
    return "widget" if spec.widget else "metric"


def _check_widget(spec: PanelSpec, path: Path, references: References, faults: Faults) -> None:
    if spec.show is not None:
        faults.add((*path, "show"), "A Python widget has its own drawing.")
    for key in (*_KEYS, "per"):
        if getattr(spec, key):
            faults.add((*path, key), f'A Python widget takes no "{key}".')
    if references.widgets and spec.widget not in references.widgets:
        hint = suggestion(spec.widget, references.widgets)
        faults.warn((*path, "widget"), f'The widget "{spec.widget}" is not installed here.{hint}')


def _check_drawing(spec: PanelSpec, path: Path, references: References, faults: Faults) -> None:
    if spec.show is None:
        faults.add(path, f'A panel with a metric needs "show": {", ".join(_DRAWINGS)}.')
        return
    _check_keys(spec, spec.show, path, faults)
    _check_by(spec, path, faults)
    metrics = []
    for place, name in _named_metrics(spec, path):
        if name in references.metrics:
            metrics.append(references.metrics[name])
        else:
            hint = suggestion(name, references.metrics)
            faults.add(place, f'There is no metric "{name}".{hint}')
    if len(metrics) == len(_metric_names(spec)):
        for check in _CHECKS:
            check(spec, metrics, path, faults)


def _named_metrics(spec: PanelSpec, path: Path) -> list[tuple[Path, str]]:
    if spec.metric:
        return [((*path, "metric"), spec.metric)]
    return [((*path, "metrics", index), name) for index, name in enumerate(spec.metrics or ())]


def _check_keys(spec: PanelSpec, show: str, path: Path, faults: Faults) -> None:
    for key in _KEYS:
        if getattr(spec, key) and key not in _TAKES[show]:
            faults.add((*path, key), f'show = "{show}" takes no "{key}".')
    if spec.per is not None and spec.target is None:
        faults.add((*path, "per"), '"per" is the period of a "target".')
    if spec.order == "lowest" and show != "list":
        faults.add((*path, "order"), f'show = "{show}" takes no "order".')


def _check_by(spec: PanelSpec, path: Path, faults: Faults) -> None:
    if spec.show == "list" and spec.by is None:
        faults.add(path, 'show = "list" needs "by".')
    if spec.by is not None and spec.by not in BREAKDOWNS and not is_property(spec.by):
        faults.add((*path, "by"), f'"{spec.by}" is not type, channel, project or properties.NAME.')
    if spec.by is not None and spec.metrics and spec.show != "list":
        faults.add((*path, "by"), 'Several "metrics" cannot be broken down: remove "by".')
    if spec.top is not None and spec.show in {"line", "bars"}:
        if spec.by is None:
            faults.add((*path, "top"), '"top" needs "by".')
        elif spec.top > _MAX_SERIES:
            faults.add((*path, "top"), f"At most {_MAX_SERIES} series can be told apart.")
    for index, column in enumerate(spec.columns or ()):
        if column not in COLUMNS and not is_property(column):
            faults.add(
                (*path, "columns", index),
                f'"{column}" is not a column: {", ".join(COLUMNS)} or properties.NAME.',
            )


def _check_kind(spec: PanelSpec, metrics: list[Metric], path: Path, faults: Faults) -> None:
    for metric in metrics:
        is_funnel = isinstance(metric.kind, Funnel)
        if spec.show == "funnel" and not is_funnel:
            faults.add(path, f'show = "funnel" needs a metric with "steps", not "{metric.name}".')
        if is_funnel and spec.show not in {"funnel", "number"}:
            faults.add(path, f'"{metric.name}" is a funnel: show it as "funnel" or "number".')
        if spec.show == "events" and not isinstance(metric.kind, Measured):
            faults.add(path, f'show = "events" needs a metric of events, not "{metric.name}".')


def _check_units(_spec: PanelSpec, metrics: list[Metric], path: Path, faults: Faults) -> None:
    if len({metric.unit for metric in metrics}) > 1:
        units = ", ".join(sorted(metric.unit or "none" for metric in metrics))
        faults.add((*path, "metrics"), f"The metrics of a panel need one unit; these have {units}.")


def _check_target(spec: PanelSpec, metrics: list[Metric], path: Path, faults: Faults) -> None:
    if spec.target is None:
        return
    if metrics[0].is_additive and spec.per is None:
        faults.add(
            (*path, "target"), 'This adds up: say the period, "per" = day, week, month or year.'
        )
    if not metrics[0].is_additive and spec.per is not None:
        faults.add((*path, "per"), 'This is a level and does not add up: remove "per".')


def _check_at_least(spec: PanelSpec, metrics: list[Metric], path: Path, faults: Faults) -> None:
    for key, is_set in (("at_least", spec.at_least), ("order", spec.order == "lowest")):
        if is_set and not _can_be_small(metrics[0]):
            faults.add((*path, key), f'"{key}" is for ratios, averages and percentiles.')


def _can_be_small(metric: Metric) -> bool:
    """Return whether one event can make an extreme value."""
    if isinstance(metric.kind, Measured):
        return metric.kind.measure in {"average", *_PERCENTILES}
    return isinstance(metric.kind, Ratio)


_CHECKS: tuple[Callable[[PanelSpec, list[Metric], Path, Faults], None], ...] = (
    _check_kind,
    _check_units,
    _check_target,
    _check_at_least,
)


def _text(spec: PanelSpec, path: Path, faults: Faults) -> Mapping[str, str] | None:
    if spec.text is None:
        return None
    texts = read_text(spec.text, (*path, "text"), faults, MAX_TEXT)
    check_links(texts, (*path, "text"), faults)
    return texts

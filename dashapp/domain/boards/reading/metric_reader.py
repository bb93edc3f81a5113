"""Reads the metrics of a board file and checks which keys go together."""

from collections.abc import Mapping

from dashapp.domain.boards.definitions import (
    PERCENT,
    SHARES_OF,
    Funnel,
    Measured,
    Metric,
    Ratio,
)
from dashapp.domain.boards.names import (
    default_title,
    is_event_family,
    is_event_type,
    is_metric_name,
    is_property,
    is_unit,
    seconds_of,
)
from dashapp.domain.boards.reading.faults import Faults, Path, suggestion
from dashapp.domain.boards.reading.fields import read_conditions
from dashapp.domain.boards.reading.texts import read_text
from dashapp.domain.boards.spec import MetricSpec

_WITHOUT_OF = frozenset({"count", "users"})
_MEASURED_ONLY = ("events", "of", "where")


def read_metric(name: str, spec: MetricSpec, faults: Faults) -> Metric:
    """Return a metric; its faults are added. References are checked by `check_ratios`."""
    path = ("metrics", name)
    if not is_metric_name(name):
        faults.add(path, "A metric's name has lowercase letters, digits, _ and -, at most 63.")
    if spec.unit is not None and not is_unit(spec.unit):
        faults.add((*path, "unit"), "A unit has 1 to 20 printable characters, such as EUR or ms.")
    return Metric(
        name,
        read_text(spec.title or default_title(name), (*path, "title"), faults),
        _kind(spec, path, faults),
        spec.unit,
        spec.decimals,
        spec.better,
        tuple(spec.was),
    )


def _kind(spec: MetricSpec, path: Path, faults: Faults) -> Measured | Ratio | Funnel:
    if spec.ratio is not None:
        _refuse(spec, (*_MEASURED_ONLY, "steps", "within", "same"), "ratio", path, faults)
        return Ratio(*spec.ratio, spec.invert)
    if spec.invert:
        faults.add((*path, "invert"), "Only a ratio can be inverted.")
    if spec.steps is not None:
        _refuse(spec, _MEASURED_ONLY, "steps", path, faults)
        return _funnel(spec, spec.steps, path, faults)
    _refuse(spec, ("within", "same"), "events", path, faults)
    return _measured(spec, path, faults)


def _refuse(spec: MetricSpec, keys: tuple[str, ...], kind: str, path: Path, faults: Faults) -> None:
    for key in keys:
        if getattr(spec, key):
            faults.add((*path, key), f'"{key}" does not go with "{kind}".')
    if kind != "events" and spec.measure != "count":
        faults.add((*path, "measure"), f'"measure" does not go with "{kind}".')


def _funnel(spec: MetricSpec, steps: list[str], path: Path, faults: Faults) -> Funnel:
    for index, step in enumerate(steps):
        if not is_event_type(step):
            faults.add((*path, "steps", index), f'"{step}" is not an event type.')
    seconds = seconds_of(spec.within) if spec.within else None
    if seconds is None:
        faults.add(
            (*path, "within"),
            'A funnel needs the time for all steps, such as within = "30m", "12h", "7d" or "2w".',
        )
    if spec.same is not None and not is_property(spec.same):
        faults.add((*path, "same"), f'"{spec.same}" is not a property: write properties.NAME.')
    return Funnel(tuple(steps), seconds or 1, spec.same)


def _measured(spec: MetricSpec, path: Path, faults: Faults) -> Measured:
    for index, name in enumerate(spec.events or ()):
        if not is_event_family(name):
            faults.add(
                (*path, "events", index), f'"{name}" is not an event type or a family like order.*.'
            )
    if spec.measure in _WITHOUT_OF and spec.of is not None:
        faults.add((*path, "of"), f'measure = "{spec.measure}" takes no "of".')
    elif spec.measure not in _WITHOUT_OF and spec.of is None:
        faults.add(
            path, f'measure = "{spec.measure}" needs "of": the property, such as properties.total.'
        )
    elif spec.of is not None and not is_property(spec.of):
        faults.add((*path, "of"), f'"{spec.of}" is not a property: write properties.NAME.')
    where = read_conditions(spec.where, (*path, "where"), faults)
    return Measured(tuple(spec.events or ()), spec.measure, spec.of, where)


def check_ratios(
    metrics: Mapping[str, Metric], existing: Mapping[str, Metric], faults: Faults
) -> dict[str, Metric]:
    """Return the metrics with the units of ratios resolved; faults of references are added."""
    all_metrics = with_old_names(overlaid(existing, metrics))
    checked = {}
    for name, metric in metrics.items():
        checked[name] = metric
        if isinstance(metric.kind, Ratio):
            checked[name] = _with_unit(metric, metric.kind, all_metrics, faults)
    return checked


def _with_unit(
    metric: Metric, ratio: Ratio, all_metrics: Mapping[str, Metric], faults: Faults
) -> Metric:
    path = ("metrics", metric.name, "ratio")
    parts = []
    for index, name in enumerate((ratio.top, ratio.bottom)):
        part = all_metrics.get(name)
        if part is None:
            faults.add(
                (*path, index), f'There is no metric "{name}".{suggestion(name, all_metrics)}'
            )
        elif not isinstance(part.kind, Measured) or part.kind.measure not in SHARES_OF:
            faults.add(
                (*path, index), f'A ratio divides counts, users, sums and unique; not "{name}".'
            )
        else:
            parts.append(part)
    if len(parts) < len((ratio.top, ratio.bottom)):
        return metric
    unit = metric.unit or _ratio_unit(*parts)
    if unit is None:
        faults.add(path, 'The two metrics have different units: say the "unit" of the ratio.')
    if ratio.is_inverted and unit != PERCENT:
        faults.add(path, "Only a ratio of equal units can be inverted: one minus a share.")
    return Metric(
        metric.name, metric.title, ratio, unit, metric.decimals, metric.better, metric.was
    )


def _ratio_unit(top: Metric, bottom: Metric) -> str | None:
    if top.unit == bottom.unit:
        return PERCENT
    return top.unit if bottom.unit is None else None


def overlaid(existing: Mapping[str, Metric], metrics: Mapping[str, Metric]) -> dict[str, Metric]:
    """Return the metrics, and the existing ones whose names these do not have and did not have."""
    old_names = {old for metric in metrics.values() for old in metric.was}
    rest = {name: metric for name, metric in existing.items() if name not in old_names}
    return {**rest, **metrics}


def with_old_names(metrics: Mapping[str, Metric]) -> dict[str, Metric]:
    """Return the metrics by name and old name; a name comes before the same old name."""
    old_names = {old: metric for metric in metrics.values() for old in metric.was}
    return {**old_names, **metrics}

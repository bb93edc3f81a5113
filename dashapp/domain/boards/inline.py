"""Reads a metric that a question defines itself, in the same words as a board file."""

from collections.abc import Mapping
from typing import Any

from dashapp.domain.boards.definitions import Metric, Vocabulary
from dashapp.domain.boards.reading.convert import to_struct
from dashapp.domain.boards.reading.faults import Faults, Path, path_text
from dashapp.domain.boards.reading.metric_reader import check_ratios, read_metric
from dashapp.domain.boards.spec import MetricSpec
from dashapp.domain.errors import BadInput

NAME = "metric"
MAX_CONDITIONS = 20
_OWN_NAME = "metric-of-the-question"  # so that a ratio can divide a metric called "metric"
_PLACE: Path = ("metrics", _OWN_NAME)
_MAX_KEYS = 30  # more than there are
_MAX_FAULTS = 10


def read_inline_metric(table: Mapping[str, Any], vocabulary: Vocabulary) -> Metric:
    """Return the metric; a ratio divides metrics of the vocabulary.

    Raises BadInput with the path and the reason of each fault.
    """
    if len(table) > _MAX_KEYS:
        raise BadInput(f"{NAME}: A metric has at most {_MAX_KEYS} keys.")
    faults = Faults()
    try:
        metric = _read(table, vocabulary, faults)
    except RecursionError:
        raise BadInput(f"{NAME}: The definition is nested too deeply.") from None
    if metric is None or faults.has_errors_below(()):
        raise BadInput("%(faults)s", faults=_sentences(faults))
    return Metric(NAME, metric.title, metric.kind, metric.unit, metric.decimals, metric.better)


def _read(table: Mapping[str, Any], vocabulary: Vocabulary, faults: Faults) -> Metric | None:
    spec = to_struct(table, MetricSpec, _PLACE, "a metric", faults)
    if spec is None:
        return None
    if spec.was:
        faults.add((*_PLACE, "was"), "Only metrics of board files have old names.")
    metric = read_metric(_OWN_NAME, spec, faults)
    if len(getattr(metric.kind, "where", ())) > MAX_CONDITIONS:
        faults.add((*_PLACE, "where"), f"A question has at most {MAX_CONDITIONS} conditions.")
    return check_ratios({_OWN_NAME: metric}, vocabulary.metrics, faults)[_OWN_NAME]


def _sentences(faults: Faults) -> str:
    listed = faults.collected[:_MAX_FAULTS]
    return " ".join(
        f"{path_text((NAME, *fault.path[len(_PLACE) :]))}: {fault.reason}" for fault in listed
    )

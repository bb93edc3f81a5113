"""The titles of fields and panels: those that a board file gives, or ones made from its metrics."""

from collections.abc import Mapping

from dashapp.domain.boards.definitions import Metric, Panel, Texts, Vocabulary
from dashapp.domain.boards.names import default_title
from dashapp.domain.language import _

_ENGLISH = "en"
_FIELD_TITLES = {
    "type": _("Type"),
    "channel": _("Channel"),
    "project": _("Project"),
    "user": _("User"),
    "occurred_at": _("Time"),
}
_BY = _("%(metric)s by %(field)s")
_BY_HOUR = _("%(metric)s by weekday and hour")


def english(texts: Texts | None) -> str:
    return texts[_ENGLISH] if texts else ""


def title_of(field: str, vocabulary: Vocabulary) -> str:
    """Return the title of a field."""
    described = vocabulary.fields.get(field)
    if described is not None:
        return english(described.title)
    return _FIELD_TITLES.get(field) or default_title(field.rpartition(".")[2])


def title_of_panel(
    panel: Panel, metric: Metric | None, vocabulary: Vocabulary
) -> tuple[str, Mapping[str, str]]:
    """Return a panel's title in English, and the texts that it contains. `metric` is its first."""
    if panel.title:
        return english(panel.title), {}
    if metric is None:
        return "", {}
    title = english(metric.title)
    if panel.show == "heatmap":
        return _BY_HOUR, {"metric": title}
    if panel.by:
        return _BY, {"metric": title, "field": title_of(panel.by, vocabulary)}
    return title, {}

"""The large chart of a board, and the number cards that choose what it shows: `?metric=CARD`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from dashapp.domain.boards.definitions import DefinedPanel, Funnel
from dashapp.widgets.library import Library
from dashapp.widgets.placing.placed import PlacedPanel
from dashapp.widgets.widget import Size, Widget

_LARGE = frozenset({Size.HALF, Size.TWO_THIRDS, Size.FULL})


class Chart(NamedTuple):
    """The large chart: the slugs of its panel and of the cards whose metric it can show.

    `title` is the chart's own, and `own` the card with its own metric, if there is one. `chosen` is
    the card whose metric the chart shows, None for its own; `widget` draws it.
    """

    panel: str
    title: str
    cards: tuple[str, ...]
    own: str | None
    chosen: str | None = None
    widget: Widget[Any] | None = None

    def drawn(self, panels: Sequence[PlacedPanel]) -> list[PlacedPanel]:
        """Return the panels, with the chart as it is shown."""
        if self.widget is None:
            return [*panels]
        return [
            one._replace(widget=self.widget) if one.panel.widget == self.panel else one
            for one in panels
        ]


def large_chart(
    library: Library, panels: Sequence[PlacedPanel], chosen: str | None, currency: str | None
) -> Chart | None:
    """Return the first large chart over time, and what it shows; None if cards have no chart.

    A `chosen` card that the board does not have changes nothing.
    """
    defined = {panel.widget: library.defined(panel) for panel, widget in panels if widget}
    found = {slug: one for slug, one in defined.items() if one is not None and one.panel.metrics}
    widgets = {panel.widget: widget for panel, widget in panels if widget}
    chart = next((slug for slug in found if _is_large_chart(found[slug], widgets[slug])), None)
    cards = tuple(slug for slug in found if _has_course(found[slug]))
    if chart is None or not cards:
        return None
    own = next((slug for slug in cards if _shows_same(found[slug], found[chart])), None)
    plain = Chart(chart, widgets[chart].title, cards, own)
    if chosen not in cards or chosen == own:
        return plain
    drawn = library.built(_course_of(found[chosen], found[chart]), currency)
    if drawn is None:
        return plain
    title, size = widgets[chosen].title, widgets[chart].size
    drawn = replace(drawn, slug=chart, title=title, title_values={}, size=size)
    return plain._replace(chosen=chosen, widget=drawn)


def _is_large_chart(defined: DefinedPanel, widget: Widget[Any]) -> bool:
    return defined.panel.show in {"line", "bars"} and widget.size in _LARGE


def _has_course(defined: DefinedPanel) -> bool:
    """Whether a panel is a card whose number has a value for each bucket. A funnel's has none."""
    metric = defined.vocabulary.metric(defined.panel.metrics[0])
    if metric is None or defined.panel.show != "number":
        return False
    return not isinstance(metric.kind, Funnel)


def _shows_same(card: DefinedPanel, chart: DefinedPanel) -> bool:
    """Whether a chart shows the number of a card, and nothing else."""
    if chart.panel.by is not None or len(chart.panel.metrics) > 1:
        return False
    metrics = [each.vocabulary.metric(each.panel.metrics[0]) for each in (card, chart)]
    return metrics[0] == metrics[1] and card.panel.where == chart.panel.where


def _course_of(card: DefinedPanel, chart: DefinedPanel) -> DefinedPanel:
    """Return the chart as it shows the metric of a card: with its target and the board's marks."""
    panel = replace(card.panel, slug=chart.panel.slug, show="line", by=None)
    return DefinedPanel(panel, chart.board, card.vocabulary)

"""The built-in boards show what the widgets written in Python show."""

import pytest

from dashapp.store.boards.loading import built_in_definitions
from dashapp.widgets.catalog import BUILT_IN

PANELS = {
    panel.slug: (panel, defined.vocabulary)
    for defined in built_in_definitions().boards.values()
    for panel in defined.board.panels
}


@pytest.mark.parametrize("widget", BUILT_IN, ids=lambda widget: widget.slug)
def test_a_panel_has_the_title_size_and_direction_of_its_widget(widget):
    panel, vocabulary = PANELS[widget.slug]
    metric = vocabulary.metrics[panel.metrics[0]]

    assert (panel.title or metric.title)["en"] == widget.title
    assert panel.size == widget.size.value
    if panel.show == "number":
        assert metric.better == widget.better.value
    if widget.by is not None:
        assert (panel.by, vocabulary.fields[panel.by].title["en"]) == (widget.by.field, widget.by.title)  # fmt: skip

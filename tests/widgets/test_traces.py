"""Figures with traces that pages cannot show are refused."""

import pytest

from dashapp.domain.errors import WidgetRegistrationError
from dashapp.widgets.drawings import check_traces


def test_traces_of_the_basic_bundle_are_accepted():
    check_traces("w", {"data": [{"type": "bar"}, {"type": "pie"}, {"type": "scatter"}, {}]})
    check_traces("w", None)


@pytest.mark.parametrize("kind", ["heatmap", "scattergl", "sankey"])
def test_other_traces_are_refused_by_name(kind):
    with pytest.raises(WidgetRegistrationError) as refused:
        check_traces("orders-map", {"data": [{"type": "bar"}, {"type": kind}]})

    assert refused.value.message == (
        f"The widget “orders-map” draws a trace of type “{kind}”, which pages cannot show. "
        "Use bar, pie or scatter, or draw it as HTML."
    )

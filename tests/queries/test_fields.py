"""Which events have a property: all event types of a panel, or some of them."""

import pytest

from dashapp.queries.fields import Fields

FIELDS = Fields(
    ["order.paid", "order.sent", "page.viewed"],
    {"city": {"order.paid", "order.sent"}, "total": {"order.paid"}, "path": {"page.viewed"}},
)


@pytest.mark.parametrize(
    ("types", "name", "in_all", "in_some"),
    [
        (["order.paid"], "total", True, True),
        (["order.paid", "order.sent"], "total", False, True),
        (["order.paid", "order.refunded"], "total", True, True),  # the second was never sent
        (["order.*"], "city", True, True),  # a family
        (["order.*"], "total", False, True),
        (["order.*"], "path", False, False),
        (["order.refunded"], "total", False, False),
        ([], "total", True, True),  # all events
        ([], "absent", False, False),
    ],
)
def test_types_have_a_property(types, name, in_all, in_some):
    assert FIELDS.has_property(types, name) is in_all
    assert FIELDS.has_property(types, name, is_in_all=False) is in_some


def test_every_type_has_every_property_while_they_are_not_recorded():
    assert Fields((), None).has_property(["order.paid"], "absent")

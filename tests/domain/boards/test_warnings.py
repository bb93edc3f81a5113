"""Warnings about board files that are valid, but probably not what their author means."""

from dashapp.domain.boards.reading.reader import read_board_file

FILE = """
version = 1
[metrics]
revenue = {{ title = "Revenue", events = ["order.paid"], measure = "sum", of = "properties.total", unit = "{unit}"{more} }}
[boards.shop]
title = "Shop"
panels = [{{ metric = "revenue", show = "number" }}]
{texts}
"""


def warnings(unit="EUR", more="", texts=""):
    checked = read_board_file(FILE.format(unit=unit, more=more, texts=texts))
    return [(fault.path, fault.reason) for fault in checked.warnings]


def test_amounts_without_a_condition_on_their_currency_are_a_warning():
    ((path, reason),) = warnings()

    assert path == ("metrics", "revenue")
    assert 'where = { "properties.currency" = ["EUR"] }' in reason


def test_amounts_of_one_currency_are_not():
    assert warnings(more=', where = { "properties.currency" = ["EUR"] }') == []
    assert warnings(unit="currency") == []
    assert warnings(unit="ms") == []


def test_missing_and_unused_translations_are_warnings():
    texts = '[texts.es]\n"Revenue" = "Ingresos"\n"Orders" = "Pedidos"'

    assert warnings(unit="ms", texts=texts) == [
        (("texts", "es", "Orders"), "The file does not have this text."),
        (("texts", "es"), 'Not translated: "Shop".'),
    ]

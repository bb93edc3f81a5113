"""What senders and viewers write never becomes SQL of DuckDB: statements are made of definitions."""

from datetime import timedelta
from pathlib import Path

import pytest

from dashapp.domain.boards.definitions import Funnel, Measured
from dashapp.domain.columns.layout import Field, Layout, column_name
from dashapp.domain.metrics.conditions import Condition
from dashapp.queries.columns.source import Needs, Params, Source
from dashapp.queries.questions.funnels import funnel
from dashapp.queries.questions.latest import latest
from dashapp.queries.questions.lists import Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import By, Quantity
from dashapp.store.columns.sealed import Segment
from dashapp.store.engine import Store
from tests import factories
from tests.embedding import bearer
from tests.factories import NOW, event, send
from tests.queries.columns.sealed_org import answers, from_events, recorded
from tests.sealing import seal

PLAIN = "plain"
HOSTILE = (
    "'", '"', "' OR 1=1 --", "'); DROP TABLE kept; --", "$p0", "$$", "]", "{}", "%s", "?", ":org", "\\'", "/*",
    "a\nb", "a\rb", "\u2019", "😀", "", "x" * 10_000, "read_parquet('/etc/passwd')",
)  # fmt: skip
FIELD = "properties.text"
PAID = ("order.paid",)


@pytest.fixture
def store(sqlite_url):  # the statements are DuckDB's
    store = Store(sqlite_url)
    yield store
    store.close()


def user_named(text):
    """Return a text as a user's name, which has no line ends and at most 200 characters."""
    return text.replace("\n", "<LF>").replace("\r", "<CR>")[:200]


@pytest.fixture
def filled(store, acme):
    """Each text is a value, a user's name, and the name of a property."""
    send(store, acme, [
        event(kind, NOW - timedelta(days=2, minutes=n), user=user_named(text),
              properties={"text": text, "total": n, f"{text}x"[:50]: n, "other": {f"{text}x"[:50]: n}})
        for n, text in enumerate((PLAIN, *HOSTILE))
        for kind in ("cart.created", *PAID)
    ])  # fmt: skip
    assert seal(store, acme) == 2 + 2 * len(HOSTILE)
    return acme


def questions(text):
    """Return questions that name a text wherever a definition or a viewer can."""
    is_text = (Condition(FIELD, (text,)),)
    return [
        number(Quantity((Measured(PAID),))),
        number(Quantity((Measured((), where=is_text),))),
        ranking(Quantity((Measured((), "sum", "properties.total"),)), By(FIELD, (text,)), Order(9)),
        ranking(Quantity((Measured(()),)), By(FIELD, (text,), (text,)), Order(9)),
        funnel(Funnel(("cart.created", "order.paid"), 3600, FIELD), is_text),
        latest(Measured((), where=is_text), ["user", FIELD]),
    ]


def statements(store, owner, text):
    """Return the statements that DuckDB runs for questions and filters with a text."""
    filters = [(name, (text,)) for name in (FIELD, f"!{FIELD}", "channel", "!type")]
    viewer = owner.filtered_by(tuple(filters)).of_project(text)
    with recorded() as recordings:
        answers(store, viewer, questions(text))
    return [statement for statement, _params in recordings]


def test_a_statement_is_the_same_whatever_the_text(store, filled):
    plain = statements(store, filled, PLAIN)

    assert len(plain) > 5
    assert all(statements(store, filled, text) == plain for text in HOSTILE)


def test_a_text_in_a_statement_is_caught(store, filled, monkeypatch):
    """A planted fault: values are written into the statement."""
    monkeypatch.setattr(Params, "add", lambda _params, value: repr(value))

    with pytest.raises(Exception, match="Error"):
        statements(store, filled, HOSTILE[0])


def test_hostile_texts_count_as_any_other(store, filled):
    for text in HOSTILE:
        for field, value in ((FIELD, text), ("user", user_named(text))):
            viewer = filled.filtered_by(((field, (value,)),))

            counted = answers(store, viewer, questions(text))

            assert counted == from_events(store, viewer, questions(text)), (field, text)
            assert counted[0] == (1 if value or field == FIELD else 0)


@pytest.mark.parametrize("name", [*HOSTILE, "x\"]') OR true --", "a..b", "a b", "é", "a\n"])
def test_the_name_of_a_property_never_becomes_sql(acme, name):
    layout = Layout((1,), (Field("other"),), has_rest=True)
    source = Source([Segment(Path("x.parquet"), layout, None)], acme, {})

    def statement(path):
        needs = Needs()
        needs.add_number(f"properties.{path}")
        return source.select(Params(), needs, 0, 1)

    column = column_name("t", name)
    assert f"NULL::VARCHAR AS {column}," in statement(name)
    assert """json_extract_string(rest, '$."known"[0]')""" in statement("known")


@pytest.mark.parametrize("metric", [
    {"measure": "sum", "of": "properties.x'] --"},
    {"where": {'properties.x" --': ["a"]}},
    {"events": ["order.paid' OR 1=1"]},
    {"where": {"org_id": ["2"]}},
])  # fmt: skip
def test_a_metric_of_a_caller_with_such_a_name_is_refused(store, acme, metric):
    client = factories.app(store).test_client()
    key = bearer(factories.add_key(store, acme)[1])
    question = {"metric": metric, "shape": "total", "time_range": "30d"}

    assert client.post("/api/v1/query", headers=key, json=question).status_code == 400

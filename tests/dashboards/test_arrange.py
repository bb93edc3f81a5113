"""Who arranges a dashboard never overwrites somebody else without knowing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from dashapp.dashboards.arrange import (
    MAX_PANELS,
    Layout,
    Overtaken,
    arrange,
    differences,
    layout_of,
)
from dashapp.domain.errors import BadInput, Forbidden, NotFound
from dashapp.queries.saved_dashboards import saved_panels
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel


def panel(widget="total-errors", title=None, size=None, *, is_hidden=False, **config):
    return SavedPanel(widget, title, size, is_hidden, config)


FIRST, SECOND = panel("total-errors"), panel("users-time-series")


def saved(store, owner, dashboard="operations"):
    with store.reading(owner) as session:
        return layout_of(session, owner, dashboard)


def save(store, owner, layout, version=1, by=7, now=99, dashboard="operations"):
    with store.writing(owner) as session:
        arrange(session, owner, dashboard, layout, version=version, by=by, now=now)


def test_a_layout_is_saved_with_its_author_under_a_new_version(store, acme):
    wanted = [
        panel("users-time-series", "People", "full"),
        panel("warnings-by-code", limit=3, is_hidden=True),
    ]

    save(store, acme, Layout(wanted, "30d"))

    assert saved(store, acme) == (Layout(wanted, "30d"), 2, 7, 99)


def test_what_is_hidden_is_not_shown(store, acme):
    save(store, acme, Layout([FIRST, SECOND._replace(is_hidden=True)], None))

    with store.reading(acme) as session:
        assert [p.widget for p in saved_panels(session, acme)] == ["total-errors"]


def test_a_new_layout_is_a_new_revision(store, acme):
    def revision():
        with store.reading(acme) as session:
            return session.execute(text("SELECT revision FROM org_states")).scalar()

    before = revision()
    save(store, acme, Layout([FIRST], None))

    assert revision() > before


def test_who_comes_second_is_told_and_nothing_is_written(store, acme):
    save(store, acme, Layout([FIRST], None), by=7)

    with pytest.raises(Overtaken) as error:
        save(store, acme, Layout([SECOND], None), by=8)

    assert error.value.saved == (Layout([FIRST], None), 2, 7, 99)
    assert saved(store, acme).layout.panels == [FIRST]


def test_of_eight_at_once_one_is_saved(store, acme):
    def run(number):
        try:
            save(store, acme, Layout([panel(title=f"t{number}")], None), by=number)
        except Overtaken:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        (winner,) = [n for n in pool.map(run, range(8)) if n is not None]

    (kept,) = saved(store, acme).layout.panels
    assert kept.title == f"t{winner}"


def test_ensure_in_between_is_somebody_else(store, acme):
    with store.writing(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", version=2)

    with pytest.raises(Overtaken) as error:
        save(store, acme, Layout([SECOND], None))

    assert error.value.saved.edited_by is None


@pytest.mark.parametrize(
    "layout",
    [
        Layout([FIRST, FIRST], None),
        Layout([panel(title="x" * 201)], None),
        Layout([panel(title="a\nb")], None),
        Layout([panel(title="a\u202eb")], None),
        Layout([panel(title="a\u2028b")], None),
        Layout([panel(title="")], None),
        Layout([FIRST], "5y"),
        Layout([panel(f"w{n}") for n in range(MAX_PANELS + 1)], None),
    ],
)
def test_a_layout_that_cannot_be_is_refused(store, acme, layout):
    with pytest.raises(BadInput):
        save(store, acme, layout)

    assert saved(store, acme).version == 1


def test_a_dashboard_that_cannot_be_arranged_is_not(store, acme):
    with store.writing(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", is_editable=False)

    with pytest.raises(Forbidden):
        save(store, acme, Layout([FIRST], None))


def test_another_orgs_dashboard_is_not_found(store, acme, rival):
    with store.writing(rival) as session:
        dashboards.delete_dashboard(session, rival, "operations")

    with pytest.raises(NotFound):
        save(store, rival, Layout([FIRST], None))
    assert saved(store, acme).version == 1


@pytest.mark.parametrize(
    ("mine", "theirs", "said"),
    [
        ([FIRST], [FIRST], []),
        ([FIRST], [panel(title="T")], [("another title", "total-errors")]),
        ([FIRST], [panel(size="full")], [("another size", "total-errors")]),
        ([FIRST], [panel(limit=5)], [("another number of rows", "total-errors")]),
        ([FIRST], [panel(is_hidden=True)], [("hidden", "total-errors")]),
        ([panel(is_hidden=True)], [FIRST], [("shown", "total-errors")]),
        ([FIRST], [FIRST, SECOND], [("there, and not in yours", "users-time-series")]),
        ([FIRST, SECOND], [FIRST], [("not there", "users-time-series")]),
        ([FIRST, SECOND], [SECOND, FIRST], [("The panels are in another order.", None)]),
    ],
)
def test_what_two_layouts_have_otherwise_is_said_in_words(mine, theirs, said):
    assert differences(Layout(mine, None), Layout(theirs, None)) == said


def test_another_range_is_said_too():
    (difference,) = differences(Layout([FIRST], None), Layout([FIRST], "7d"))

    assert difference.text == "It opens with another range."

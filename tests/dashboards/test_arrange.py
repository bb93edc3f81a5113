"""Layouts are saved with a version, so that nobody overwrites changes unknowingly."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from dashapp.dashboards.arrange import (
    MAX_PANELS,
    Layout,
    LayoutConflict,
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
    with store.read(owner) as session:
        return layout_of(session, owner, dashboard)


def save(store, owner, layout, version=1, by=7, now=99, dashboard="operations"):
    with store.write(owner) as session:
        arrange(session, owner, dashboard, layout, version=version, by=by, now=now)


def test_a_layout_is_saved_with_its_author_and_a_new_version(store, acme):
    panels = [
        panel("users-time-series", "People", "full"),
        panel("warnings-by-code", limit=3, is_hidden=True),
    ]

    save(store, acme, Layout(panels, "30d"))

    assert saved(store, acme) == (Layout(panels, "30d"), 2, 7, 99)


def test_a_hidden_panel_is_not_shown(store, acme):
    save(store, acme, Layout([FIRST, SECOND._replace(is_hidden=True)], None))

    with store.read(acme) as session:
        assert [p.widget for p in saved_panels(session, acme)] == ["total-errors"]


def test_saving_a_layout_increases_the_revision(store, acme):
    def revision():
        with store.read(acme) as session:
            return session.execute(text("SELECT revision FROM org_states")).scalar()

    before = revision()
    save(store, acme, Layout([FIRST], None))

    assert revision() > before


def test_a_second_layout_of_the_same_version_is_rejected(store, acme):
    save(store, acme, Layout([FIRST], None), by=7)

    with pytest.raises(LayoutConflict) as error:
        save(store, acme, Layout([SECOND], None), by=8)

    assert error.value.saved == (Layout([FIRST], None), 2, 7, 99)
    assert saved(store, acme).layout.panels == [FIRST]


def test_of_eight_concurrent_layouts_one_is_saved(store, acme):
    def run(number):
        try:
            save(store, acme, Layout([panel(title=f"t{number}")], None), by=number)
        except LayoutConflict:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        (winner,) = [n for n in pool.map(run, range(8)) if n is not None]

    (saved_panel,) = saved(store, acme).layout.panels
    assert saved_panel.title == f"t{winner}"


def test_a_change_by_ensure_is_a_conflict_without_a_user(store, acme):
    with store.write(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", version=2)

    with pytest.raises(LayoutConflict) as error:
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
def test_an_invalid_layout_is_rejected(store, acme, layout):
    with pytest.raises(BadInput):
        save(store, acme, layout)

    assert saved(store, acme).version == 1


def test_a_dashboard_that_is_not_editable_cannot_be_arranged(store, acme):
    with store.write(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", is_editable=False)

    with pytest.raises(Forbidden):
        save(store, acme, Layout([FIRST], None))


def test_another_orgs_dashboard_is_not_found(store, acme, rival):
    with store.write(rival) as session:
        dashboards.delete_dashboard(session, rival, "operations")

    with pytest.raises(NotFound):
        save(store, rival, Layout([FIRST], None))
    assert saved(store, acme).version == 1


@pytest.mark.parametrize(
    ("edited", "saved", "expected"),
    [
        ([FIRST], [FIRST], []),
        ([FIRST], [panel(title="T")], [("different title", "total-errors")]),
        ([FIRST], [panel(size="full")], [("different size", "total-errors")]),
        ([FIRST], [panel(limit=5)], [("different number of rows", "total-errors")]),
        ([FIRST], [panel(is_hidden=True)], [("hidden", "total-errors")]),
        ([panel(is_hidden=True)], [FIRST], [("shown", "total-errors")]),
        ([FIRST], [FIRST, SECOND], [("not in your version", "users-time-series")]),
        ([FIRST, SECOND], [FIRST], [("not in the saved version", "users-time-series")]),
        ([FIRST, SECOND], [SECOND, FIRST], [("The panels are in a different order.", None)]),
    ],
)
def test_differences_of_layouts_are_described(edited, saved, expected):
    assert differences(Layout(edited, None), Layout(saved, None)) == expected


def test_a_different_range_is_described():
    (difference,) = differences(Layout([FIRST], None), Layout([FIRST], "7d"))

    assert difference.text == "Different default range."

"""The layout of a board, as it is when the page opens."""

from tests.board.panel_props import fail


def test_the_layout_has_the_dashboards_panels_and_the_preset_of_the_url(log_in_ada):
    tree = str(log_in_ada().get("/app/acme/operations/_dash-layout?time_range=30d").json)

    for slug in ("total-validations", "total-errors", "events-time-series", "users-time-series"):
        assert f"'data-panel': '{slug}'" in tree
    assert "'value': '30d'" in tree
    assert "'data-state': 'loading'" not in tree  # the layout already has its numbers
    assert "'data-time-range': '30d'" in tree
    assert "'id': 'range'" in tree


def test_a_layout_whose_numbers_fail_shows_an_error_in_each_panel(log_in_ada, monkeypatch):
    client = log_in_ada()
    monkeypatch.setattr("dashapp.board.board.show", fail)

    tree = str(client.get("/app/acme/operations/_dash-layout").json)

    assert tree.count("'data-state': 'error'") == 8
    assert "Could not load" in tree
    assert "no answer" not in tree


def test_a_new_preset_appears_in_the_range_control(log_in_ada, monkeypatch):
    from dashapp.domain.time.presets import PRESETS, Preset

    monkeypatch.setitem(PRESETS, "5d", Preset("5d", "Last 5 days", "previous 5 days", "1d", days=5))

    assert "Last 5 days" in str(log_in_ada().get("/app/acme/operations/_dash-layout").json)

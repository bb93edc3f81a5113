"""A presentation shows boards in frames: other sites cannot, and no board counts twice."""

import pytest

from dashapp.web.pages import viewing

BOARD = "/app/acme/operations"
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}


def policy(client, path=BOARD, **headers):
    return client.get(path, headers=headers).headers["Content-Security-Policy"]


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


def test_boards_frame_pages_of_this_server_only(ada):
    assert "frame-src 'self';" in policy(ada)
    assert "frame-src 'none';" in policy(ada, "/app/acme/settings/general")


def test_only_a_frame_in_a_page_of_this_server_shows_a_board(ada):
    assert policy(ada, **FRAME).endswith("frame-ancestors 'self'")
    for headers in (
        {},
        {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Dest": "iframe"},
    ):
        assert policy(ada, **headers).endswith("frame-ancestors 'none'"), headers


@pytest.mark.parametrize("path", ["/app/acme/settings/general", "/app/acme/none", "/login"])
def test_other_pages_are_shown_in_no_frame(ada, path):
    assert policy(ada, path, **FRAME).endswith("frame-ancestors 'none'")


def test_a_board_in_a_presentation_is_no_further_view(ada, monkeypatch):
    views = []
    monkeypatch.setattr(viewing, "count_view", lambda scope, _viewer: views.append(scope.dashboard))
    ada.get(BOARD)
    ada.get(BOARD, headers=FRAME)

    assert views == ["operations"]

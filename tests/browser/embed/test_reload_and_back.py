"""A plain iframe survives a reload and Back; its token is stored outside the URL."""

from tests.browser.embed.vendor import READY, board_frame, without_script


def embed_frame(page):
    (frame,) = [frame for frame in page.frames if "/embed/" in frame.url]
    return frame


def open_plain_frame(base_url, signer, vendor, page):
    """Open a page with a fixed token, like a page restored from the browser's cache."""
    vendor.page = without_script(base_url, signer.now(session=3600))
    page.goto(vendor.origin)
    return board_frame(page)


def test_a_reloaded_frame_shows_the_board_again(base_url, signer, vendor, page):
    open_plain_frame(base_url, signer, vendor, page)
    embed_frame(page).evaluate("location.reload()")
    page.wait_for_timeout(300)
    page.frame_locator("iframe").locator(READY).wait_for()

    assert embed_frame(page).evaluate("location.hash") == ""


def test_going_back_from_another_site_restores_the_range(base_url, signer, vendor, page):
    frame = open_plain_frame(base_url, signer, vendor, page)
    frame.locator("#range").click()
    frame.get_by_role("option", name="Last 30 days").click()
    frame.locator('#board[data-time-range="30d"]').wait_for()
    page.goto(base_url + "/livez")
    page.go_back()

    page.frame_locator("iframe").locator(READY).wait_for()
    page.frame_locator("iframe").locator('#board[data-time-range="30d"]').wait_for()
    assert not page.frame_locator("iframe").locator("#ended").is_visible()


def test_going_back_within_the_frame_and_reloading_keeps_the_range(base_url, signer, vendor, page):
    frame = open_plain_frame(base_url, signer, vendor, page)
    for name, preset in (("Last 30 days", "30d"), ("Last 90 days", "90d")):
        frame.locator("#range").click()
        frame.get_by_role("option", name=name).click()
        frame.locator(f'#board[data-time-range="{preset}"]').wait_for()
    page.evaluate("history.back()")
    frame.locator('#board[data-time-range="30d"]').wait_for()
    embed_frame(page).evaluate("location.reload()")

    page.wait_for_timeout(300)
    page.frame_locator("iframe").locator('#board[data-time-range="30d"]').wait_for()
    page.frame_locator("iframe").locator(READY).wait_for()

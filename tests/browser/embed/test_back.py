"""A plain iframe outlives a reload, and Back: its token is kept where no address has it."""

from tests.browser.embed.vendor import READY, frame_of, without_script


def embedded(page):
    (frame,) = [frame for frame in page.frames if "/embed/" in frame.url]
    return frame


def plain(base, signer, vendor, page):
    """A page that is made once, as one from a browser's memory: its token is not made again."""
    vendor.page = without_script(base, signer.now(session=3600))
    page.goto(vendor.origin)
    return frame_of(page)


def test_a_reload_of_the_frame_goes_on(base, signer, vendor, page):
    plain(base, signer, vendor, page)
    embedded(page).evaluate("location.reload()")
    page.wait_for_timeout(300)
    page.frame_locator("iframe").locator(READY).wait_for()

    assert embedded(page).evaluate("location.hash") == ""


def test_back_from_another_site_goes_on_with_the_range_of_before(base, signer, vendor, page):
    frame = plain(base, signer, vendor, page)
    frame.locator("#range").click()
    frame.get_by_role("option", name="Last 30 days").click()
    frame.locator('#board[data-time-range="30d"]').wait_for()
    page.goto(base + "/livez")
    page.go_back()

    page.frame_locator("iframe").locator(READY).wait_for()
    page.frame_locator("iframe").locator('#board[data-time-range="30d"]').wait_for()
    assert not page.frame_locator("iframe").locator("#ended").is_visible()


def test_back_within_the_frame_and_a_reload_there_go_on(base, signer, vendor, page):
    frame = plain(base, signer, vendor, page)
    for name, word in (("Last 30 days", "30d"), ("Last 90 days", "90d")):
        frame.locator("#range").click()
        frame.get_by_role("option", name=name).click()
        frame.locator(f'#board[data-time-range="{word}"]').wait_for()
    page.evaluate("history.back()")
    frame.locator('#board[data-time-range="30d"]').wait_for()
    embedded(page).evaluate("location.reload()")

    page.wait_for_timeout(300)
    page.frame_locator("iframe").locator('#board[data-time-range="30d"]').wait_for()
    page.frame_locator("iframe").locator(READY).wait_for()

"""Sessions of embedded boards: silent renewal, also after sleep, and a calm end."""

from datetime import timedelta

import pytest

from dashapp.domain.time.instant import utc_now
from dashapp.store.orgs import keys
from tests.browser.embed.vendor import (
    board_frame,
    embed_requests,
    sent_headers,
    with_script,
    without_script,
)
from tests.embedding import Signer
from tests.factories import Clock


def download_csv(frame):
    """Download one panel as CSV from its menu."""
    panel = frame.locator('[data-panel="total-validations"]')
    panel.hover()
    panel.locator("[data-do=menu]").click()
    panel.locator(".panel-menu [role=menuitem]", has_text="CSV").click()


def pass_time(page, clock, seconds):
    """Let time pass on the server and in the browser, where each timer that is due runs once."""
    clock.advance(seconds=seconds)
    page.clock.fast_forward(seconds * 1000)


def used_board(page):
    """Choose 30 days, mark a chart and scroll the page; return the frame."""
    frame = board_frame(page)
    frame.locator("#range").click()
    frame.get_by_role("option", name="Last 30 days").click()
    frame.locator('#board[data-time-range="30d"]').wait_for()
    frame.locator(".js-plotly-plot").first.evaluate("node => { node.mark = 'same'; }")
    page.evaluate("scrollTo(0, 400)")
    return frame


def layout_status(page) -> int:
    """Request the layout from within the frame; return the status."""
    (embed_frame,) = [frame for frame in page.frames if "/embed/" in frame.url]
    return embed_frame.evaluate(
        "fetch(location.pathname + '/_dash-layout').then((response) => response.status)"
    )


@pytest.mark.parametrize("minutes", [-10, 0, 10])
def test_renewals_are_invisible_even_if_the_viewers_clock_is_wrong(serve, vendor, page, minutes):
    """Two renewals during use keep the range, the charts and the scroll position."""
    clock = Clock(utc_now())
    page.clock.install(time=(clock() + timedelta(minutes=minutes)).timestamp() * 1000)
    page.set_viewport_size({"width": 700, "height": 600})
    vendor.page = with_script(serve(clock=clock))
    page.goto(vendor.origin)
    frame = used_board(page)
    for _ in range(2):
        with page.expect_response("**/token") as renewal:
            pass_time(page, clock, 750)  # a page token is renewed after 720 s
        renewal.value.finished()
        page.wait_for_timeout(100)  # until the frame uses the new token

    assert vendor.token_requests == 1
    assert frame.locator("#board").get_attribute("data-time-range") == "30d"
    assert frame.locator(".js-plotly-plot").first.evaluate("node => node.mark") == "same"
    assert page.evaluate("scrollY") == 400
    assert page.console_errors == []


def test_a_failed_renewal_is_retried(serve, signer, vendor, page):
    clock = Clock(utc_now())
    page.clock.install()
    vendor.page = without_script(serve(clock=clock), signer.now(session=3600))
    page.goto(vendor.origin)
    frame = board_frame(page)
    page.route("**/token", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/token")):
        pass_time(page, clock, 750)
    page.unroute("**/token")
    with page.expect_response("**/token"):
        pass_time(page, clock, 3)
    pass_time(page, clock, 160)  # the first token has expired

    assert not frame.locator("#ended").is_visible()
    assert layout_status(page) == 200


def test_a_frame_that_slept_is_renewed_during_its_session(serve, signer, vendor, page):
    clock = Clock(utc_now())
    base_url = serve(clock=clock)
    vendor.token = signer.now
    vendor.page = without_script(base_url, signer.now(session=36_000))
    page.goto(vendor.origin)
    frame = board_frame(page)
    clock.advance(seconds=2_000)  # the page token has expired, and its timer did not run
    (embed_frame,) = [frame for frame in page.frames if "/embed/" in frame.url]
    with page.expect_response(
        lambda request: "_dash-update" in request.url and request.status in {200, 204}
    ):
        embed_frame.evaluate("dash_clientside.set_props('tick', {n_intervals: 7})")

    assert not frame.locator("#ended").is_visible()
    assert vendor.token_requests == 0
    assert len([request for request in embed_requests(page) if request.url.endswith("/token")]) == 2


def test_a_download_works_although_the_page_token_has_expired(serve, signer, vendor, page):
    clock = Clock(utc_now())
    base_url = serve(clock=clock)
    vendor.token = lambda: signer.now(session=36_000)
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    frame = board_frame(page)
    clock.advance(seconds=2_000)
    with page.expect_download() as download:
        download_csv(frame)

    assert download.value.path().read_bytes() == "\ufeffvalue,previous\r\n4,\r\n".encode()
    files = [request for request in page.requests if request.url.split("?")[0].endswith(".csv")]
    assert len(files) == 2  # refused, and again with a new token
    for request in files:
        assert sent_headers(request)["authorization"].startswith("Bearer ey")
        assert "cookie" not in sent_headers(request)
    assert vendor.token_requests == 1


def test_a_download_after_the_session_gets_a_401(serve, signer, vendor, page):
    clock = Clock(utc_now())
    base_url = serve(clock=clock)
    vendor.token = signer.now
    page.clock.install()
    vendor.page = without_script(base_url, signer.now())
    page.goto(vendor.origin)
    frame = board_frame(page)
    clock.advance(seconds=2_000)
    with page.expect_response("**/token"), page.expect_response("**/*.csv*") as response:
        download_csv(frame)
    page.clock.fast_forward(10_000)  # the parent page sends no token

    assert response.value.status == 401
    assert response.value.headers["content-type"] == "application/json"
    frame.locator("#ended strong").wait_for(timeout=20_000)


def test_ten_refused_requests_fetch_one_new_token(base_url, site, signer, vendor, page):
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    board_frame(page)
    new_signer = Signer(site.store, site.acme_scope)
    vendor.token = lambda: new_signer.token(now=utc_now().timestamp(), session=3600)
    with site.store.write_shared() as session:
        keys.revoke_key(session, signer.owner, signer.key_id, now=2)

    (embed_frame,) = [frame for frame in page.frames if "/embed/" in frame.url]
    statuses = embed_frame.evaluate(
        """async () => Promise.all(Array.from({length: 10}, (_, n) =>
             fetch(location.pathname + "/_dash-layout?n=" + n).then((r) => r.status)))"""
    )
    assert statuses == [200] * 10
    assert vendor.token_requests == 2


def test_an_ended_session_shows_a_message_and_does_not_reload(base_url, site, signer, vendor, page):
    page.clock.install()
    vendor.page = with_script(base_url, "<script>window.events=[];</script>")
    page.goto(vendor.origin)
    frame = board_frame(page)
    page.evaluate("""document.querySelector("dashapp-board")
        .addEventListener("dashapp-session-ended", () => window.events.push("ended"))""")
    with site.store.write_shared() as session:
        keys.revoke_key(session, signer.owner, signer.key_id, now=2)
    (embed_frame,) = [frame for frame in page.frames if "/embed/" in frame.url]
    embed_frame.evaluate("dash_clientside.set_props('tick', {n_intervals: 9})")

    frame.locator("#ended strong").wait_for()
    assert (
        frame.locator("#ended").text_content()
        == "This view has expired.Reload the page to see it again."
    )
    assert not frame.locator("#react-entry-point").is_visible()
    page.wait_for_function("window.events.length === 1")
    request_count = len(embed_requests(page))
    page.clock.fast_forward(60_000)
    page.wait_for_timeout(200)
    assert len(embed_requests(page)) == request_count


def test_a_dead_endpoint_is_retried_once_before_a_message_is_shown(base_url, vendor, page):
    vendor.status = 500
    vendor.page = with_script(base_url).replace(
        "<!doctype html>", '<!doctype html><html lang="es">'
    )
    page.goto(vendor.origin)

    message = page.locator("dashapp-board [role=status]")
    message.wait_for(timeout=8_000)
    assert message.text_content() == "Esta vista no se puede mostrar en este momento."
    assert vendor.token_requests == 2
    assert page.locator("iframe").count() == 0


def test_an_endpoint_that_recovers_goes_unnoticed(base_url, vendor, page):
    vendor.status = 500
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    page.wait_for_timeout(500)
    vendor.status = 200

    board_frame(page)
    assert vendor.token_requests == 2


def test_a_plain_iframe_shows_a_new_layout(base_url, site, signer, vendor, page):
    from dashapp.dashboards.arrange import Layout, arrange
    from dashapp.store.orgs.dashboards import SavedPanel

    vendor.token = signer.now
    vendor.page = without_script(base_url, signer.now(session=3600))
    page.goto(vendor.origin)
    frame = board_frame(page)
    panels = [SavedPanel("total-validations", "Alone", None, is_hidden=False, config={})]
    with site.store.write(site.acme_scope) as session:
        arrange(
            session, site.acme_scope, "operations", Layout(panels, None), version=1, by=1, now=1
        )
    (embed_frame,) = [frame for frame in page.frames if "/embed/" in frame.url]
    embed_frame.evaluate("dash_clientside.set_props('tick', {n_intervals: 7})")

    frame.locator('[data-panel="total-validations"] h2:has-text("Alone")').wait_for()
    assert "#" not in [frame for frame in page.frames if "/embed/" in frame.url][0].evaluate(
        "location.href"
    )

"""An embedded page's session: renewed unseen, also after sleep, and ended calmly."""

import pytest

from dashapp.domain.time.instant import utc_now
from dashapp.store.orgs import keys
from tests.browser.embed.vendor import embed_requests, frame_of, sent, with_script, without_script
from tests.embedding import Signer
from tests.factories import Clock


def take_csv(frame):
    """The numbers of one panel, by its menu."""
    panel = frame.locator('[data-panel="total-validations"]')
    panel.hover()
    panel.locator("[data-do=menu]").click()
    panel.locator(".panel-menu [role=menuitem]", has_text="CSV").click()


def test_renewals_are_not_seen_and_keep_the_range(serve, vendor, page):
    base = serve(embed_page_seconds=5)
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    frame.locator("#range").click()
    frame.get_by_role("option", name="Last 30 days").click()
    frame.locator('#board[data-time-range="30d"]').wait_for()
    frame.locator(".js-plotly-plot").first.evaluate("node => { node.mark = 'same'; }")
    page.wait_for_timeout(9_500)  # two renewals, at 4 s and at 8 s

    renewals = [r for r in embed_requests(page) if r.url.endswith("/token")]
    assert len(renewals) >= 3
    assert vendor.asked == 1
    assert frame.locator("#board").get_attribute("data-time-range") == "30d"
    assert frame.locator(".js-plotly-plot").first.evaluate("node => node.mark") == "same"
    assert page.complaints == []


def test_a_renewal_that_is_lost_on_the_way_is_tried_again(serve, signer, vendor, page):
    base = serve(embed_page_seconds=10)
    vendor.token = signer.now
    vendor.page = without_script(base, signer.now(session=3600))
    page.goto(vendor.origin)
    frame = frame_of(page)
    page.route("**/token", lambda route: route.abort())
    page.wait_for_timeout(8_800)  # the renewal at 8 s was lost
    page.unroute("**/token")
    page.wait_for_timeout(3_500)  # the first token has ended by now

    assert not frame.locator("#ended").is_visible()
    (embedded,) = [f for f in page.frames if "/embed/" in f.url]
    status = embedded.evaluate("fetch(location.pathname + '/_dash-layout').then((r) => r.status)")
    assert status == 200


@pytest.mark.parametrize("minutes", [-10, 10])
def test_the_viewers_clock_may_be_wrong(serve, vendor, page, minutes):
    """Two renewals in the middle of use: the range and the place on the page stay."""
    base = serve(embed_page_seconds=8)
    page.clock.install(time=utc_now().timestamp() * 1000 + minutes * 60_000)
    page.clock.resume()
    vendor.page = with_script(base)
    page.set_viewport_size({"width": 700, "height": 600})
    page.goto(vendor.origin)
    frame = frame_of(page)
    frame.locator("#range").click()
    frame.get_by_role("option", name="Last 30 days").click()
    frame.locator('#board[data-time-range="30d"]').wait_for()
    page.evaluate("scrollTo(0, 400)")
    page.wait_for_timeout(14_000)  # renewals at 6.4 s and at 12.8 s

    assert len([r for r in embed_requests(page) if r.url.endswith("/token")]) >= 3
    assert vendor.asked == 1
    assert frame.locator("#board").get_attribute("data-time-range") == "30d"
    assert page.evaluate("scrollY") == 400
    assert page.complaints == []


def test_a_frame_that_slept_goes_on_while_its_session_lasts(serve, signer, vendor, page):
    clock = Clock(utc_now())
    base = serve(clock=clock)
    vendor.token = signer.now
    vendor.page = without_script(base, signer.now(session=36_000))
    page.goto(vendor.origin)
    frame = frame_of(page)
    clock.advance(seconds=2_000)  # the page's own token has ended meanwhile, and its timer slept
    (embedded,) = [f for f in page.frames if "/embed/" in f.url]
    with page.expect_response(lambda r: "_dash-update" in r.url and r.status in {200, 204}):
        embedded.evaluate("dash_clientside.set_props('tick', {n_intervals: 7})")

    assert not frame.locator("#ended").is_visible()
    assert vendor.asked == 0
    assert len([r for r in embed_requests(page) if r.url.endswith("/token")]) == 2


def test_a_file_is_taken_in_a_frame_also_when_the_token_has_just_ended(serve, signer, vendor, page):
    clock = Clock(utc_now())
    base = serve(clock=clock)
    vendor.token = lambda: signer.now(session=36_000)
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    clock.advance(seconds=2_000)
    with page.expect_download() as download:
        take_csv(frame)

    assert download.value.path().read_bytes() == "\ufeffvalue,previous\r\n4,\r\n".encode()
    files = [r for r in page.requests if r.url.split("?")[0].endswith(".csv")]
    assert len(files) == 2  # refused, and again with a new token
    for request in files:
        assert sent(request)["authorization"].startswith("Bearer ey")
        assert "cookie" not in sent(request)
    assert vendor.asked == 1


def test_a_file_after_the_session_is_not_a_byte(serve, signer, vendor, page):
    clock = Clock(utc_now())
    base = serve(clock=clock)
    vendor.token = signer.now
    vendor.page = without_script(base, signer.now())
    page.goto(vendor.origin)
    frame = frame_of(page)
    clock.advance(seconds=2_000)
    with page.expect_response(lambda r: ".csv" in r.url) as answer:
        take_csv(frame)

    assert answer.value.status == 401
    assert answer.value.headers["content-type"] == "application/json"
    frame.locator("#ended strong").wait_for(timeout=20_000)


def test_ten_requests_that_are_refused_bring_one_new_token(base, site, signer, vendor, page):
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame_of(page)
    other = Signer(site.store, site.acme_scope)
    vendor.token = lambda: other.token(now=utc_now().timestamp(), session=3600)
    with site.store.changing() as session:
        keys.revoke_key(session, signer.key_id, now=2)

    (embedded,) = [f for f in page.frames if "/embed/" in f.url]
    statuses = embedded.evaluate(
        """async () => Promise.all(Array.from({length: 10}, (_, n) =>
             fetch(location.pathname + "/_dash-layout?n=" + n).then((r) => r.status)))"""
    )
    assert statuses == [200] * 10
    assert vendor.asked == 2


def test_a_session_that_ended_says_so_calmly_and_does_not_reload(base, site, signer, vendor, page):
    vendor.page = with_script(base, "<script>window.heard=[];</script>")
    page.goto(vendor.origin)
    frame = frame_of(page)
    page.evaluate("""document.querySelector("dashapp-board")
        .addEventListener("dashapp-session-ended", () => window.heard.push("ended"))""")
    with site.store.changing() as session:
        keys.revoke_key(session, signer.key_id, now=2)
    (embedded,) = [f for f in page.frames if "/embed/" in f.url]
    embedded.evaluate("dash_clientside.set_props('tick', {n_intervals: 9})")

    frame.locator("#ended strong").wait_for()
    assert (
        frame.locator("#ended").text_content()
        == "This view has ended.Reload the page to see it again."
    )
    assert not frame.locator("#react-entry-point").is_visible()
    page.wait_for_function("window.heard.length === 1")
    before = len(embed_requests(page))
    page.wait_for_timeout(2_500)
    assert len(embed_requests(page)) == before


def test_an_endpoint_that_is_dead_is_asked_again_and_then_a_calm_message(base, vendor, page):
    vendor.status = 500
    vendor.page = with_script(base).replace("<!doctype html>", '<!doctype html><html lang="es">')
    page.goto(vendor.origin)

    said = page.locator("dashapp-board [role=status]")
    said.wait_for(timeout=8_000)
    assert said.text_content() == "Esta vista no se puede mostrar en este momento."
    assert vendor.asked == 2
    assert page.locator("iframe").count() == 0


def test_an_endpoint_that_comes_back_is_not_noticed(base, vendor, page):
    vendor.status = 500
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    page.wait_for_timeout(500)
    vendor.status = 200

    frame_of(page)
    assert vendor.asked == 2


def test_a_frame_without_script_around_it_survives_a_new_layout(base, site, signer, vendor, page):
    from dashapp.dashboards.arrange import Layout, arrange
    from dashapp.store.orgs.dashboards import SavedPanel

    vendor.token = signer.now
    vendor.page = without_script(base, signer.now(session=3600))
    page.goto(vendor.origin)
    frame = frame_of(page)
    only = [SavedPanel("total-validations", "Alone", None, is_hidden=False, config={})]
    with site.store.writing(site.acme_scope) as session:
        arrange(session, site.acme_scope, "operations", Layout(only, None), version=1, by=1, now=1)
    (embedded,) = [f for f in page.frames if "/embed/" in f.url]
    embedded.evaluate("dash_clientside.set_props('tick', {n_intervals: 7})")

    frame.locator('[data-panel="total-validations"] h2:has-text("Alone")').wait_for()
    assert "#" not in [f for f in page.frames if "/embed/" in f.url][0].evaluate("location.href")

"""An embedded board in a page of another site, with third-party cookies blocked."""

import re

import pytest

from dashapp.domain.instant import utc_now
from dashapp.store import keys
from tests.browser.vendor import Vendor, with_script, without_script
from tests.embedding import Signer, allow
from tests.factories import event, send

READY = '[data-panel="users-time-series"][data-state="ready"]'


@pytest.fixture
def signer(site):
    made = Signer(site.store, site.acme_scope)
    made.now = lambda **more: made.token(now=utc_now().timestamp(), **more)
    return made


@pytest.fixture
def base(site):
    for number in range(4):
        send(site.store, site.acme_scope, [event("validation_run.created", utc_now().isoformat(), user=f"u{number}")])  # fmt: skip
    return site.serve(clock=utc_now, embed_page_seconds=900)


@pytest.fixture
def vendor(site, signer):
    made = Vendor(lambda: signer.now(session=3600))
    allow(site.store, site.acme_scope, made.origin)
    yield made
    made.close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.complaints, page.requests = [], []
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.requests.append(request))  # noqa: PLW0108 - not a builtin
    yield page
    context.close()


def frame_of(page):
    page.wait_for_selector("iframe")
    frame = page.frame_locator("iframe")
    frame.locator(READY).wait_for()
    return frame


def embed_requests(page):
    return [r for r in page.requests if "/embed/" in r.url and not r.url.endswith("embed.js")]


def sent(request) -> dict[str, str]:
    return request.all_headers()


def check_requests(page):
    """Every call carries a bearer; no request of the embed a cookie, or a token in its address."""
    found = embed_requests(page)
    for request in found:
        assert "cookie" not in sent(request)
        assert not re.search(r"eyJ|token=", request.url.split("#")[0])
        assert "ey" not in sent(request).get("referer", "")
    calls = [r for r in found if "_dash-" in r.url or r.url.endswith(("/token", "/theme"))]
    assert calls
    for request in calls:
        assert sent(request)["authorization"].startswith("Bearer ey")


def test_a_page_with_the_script_shows_a_board_without_any_cookie(base, vendor, page):
    vendor.page = with_script(base)
    page.goto(vendor.origin)

    frame = frame_of(page)
    assert frame.locator('[data-panel="total-validations"] .val').text_content() == "4"
    assert frame.locator(".js-plotly-plot .trace").count() > 0
    assert frame.locator("header").count() == 0
    assert page.context.cookies() == []
    check_requests(page)
    assert page.complaints == []


def test_a_page_without_script_shows_it_too_and_the_token_leaves_the_address(
    base, vendor, signer, page
):
    vendor.page = without_script(base, signer.now())
    page.goto(vendor.origin)

    frame_of(page)
    (embedded,) = [f for f in page.frames if "/embed/" in f.url]
    assert "#" not in embedded.evaluate("location.href")
    assert page.context.cookies() == []
    check_requests(page)
    assert page.complaints == []


def test_renewals_are_not_seen_and_keep_the_range(site, signer, page):
    base = site.serve(clock=utc_now, embed_page_seconds=5)
    vendor = Vendor(lambda: signer.now(session=3600))
    allow(site.store, site.acme_scope, vendor.origin)
    send(site.store, site.acme_scope, [event("validation_run.created", utc_now().isoformat(), user="u")])  # fmt: skip
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    frame.locator("#range").click()
    frame.get_by_role("option", name="Last 30 days").click()
    frame.locator('#board[data-time-range="30d"]').wait_for()
    frame.locator(".js-plotly-plot").first.evaluate("node => { node.mark = 'same'; }")
    page.wait_for_timeout(9_500)  # two renewals, at 4 s and at 8 s

    renewals = [r for r in embed_requests(page) if r.url.endswith("/token")]
    assert len(renewals) == 3
    assert vendor.asked == 1
    assert frame.locator("#board").get_attribute("data-time-range") == "30d"
    assert frame.locator(".js-plotly-plot").first.evaluate("node => node.mark") == "same"
    assert page.complaints == []
    vendor.close()


def test_a_renewal_that_is_lost_on_the_way_is_tried_again(site, signer, page):
    base = site.serve(clock=utc_now, embed_page_seconds=10)
    vendor = Vendor(signer.now)
    allow(site.store, site.acme_scope, vendor.origin)
    send(site.store, site.acme_scope, [event("validation_run.created", utc_now().isoformat(), user="u")])  # fmt: skip
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
    vendor.close()


def test_the_viewers_clock_may_be_wrong(base, vendor, page):
    page.clock.install(time=utc_now().timestamp() * 1000 - 600_000)
    vendor.page = with_script(base)
    page.goto(vendor.origin)

    frame_of(page)
    assert page.complaints == []


def test_an_embedded_board_asks_for_eight_things_and_each_once(base, vendor, page):
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame_of(page)
    page.wait_for_timeout(300)

    asked = [r.url for r in page.requests if r.url.startswith(base)]
    assert sorted(re.sub(r"-[0-9a-f]{16}|\?.*", "", url.rsplit("/", 1)[1]) for url in asked) == [
        "00-plotly-basic.min.js", "_dash-layout", "bundle.css", "bundle.js", "embed-page.js",
        "embed.js", "operations", "token",
    ]  # fmt: skip


def test_ten_requests_that_are_refused_bring_one_new_token(base, vendor, page, site, signer):
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


def test_a_session_that_ended_says_so_calmly_and_does_not_reload(base, vendor, page, site, signer):
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


def test_a_page_of_a_foreign_origin_shows_nothing(base, signer, page):
    foreign = Vendor(signer.now)
    foreign.page = without_script(base, signer.now())
    page.goto(foreign.origin)
    page.wait_for_timeout(1_500)

    assert not [r for r in embed_requests(page) if "_dash-" in r.url or r.url.endswith("/token")]
    assert any("frame-ancestors" in text for text in page.complaints)
    foreign.close()


def test_the_frame_follows_its_content_up_and_down(base, vendor, page):
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)

    def heights():
        main = frame.locator("#main").evaluate(
            "node => Math.ceil(node.getBoundingClientRect().height)"
        )
        return main, round(page.locator("iframe").bounding_box()["height"])

    page.wait_for_timeout(500)
    wide, shown = heights()
    assert shown == wide
    page.set_viewport_size({"width": 500, "height": 900})
    page.wait_for_timeout(1_500)
    narrow, shown = heights()
    assert narrow > wide
    assert shown == narrow
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(1_500)
    assert heights() == (wide, wide)


def test_the_vendors_look_is_taken_and_changed_by_message(base, site, page, signer):
    vendor = Vendor(lambda: signer.now(theme={"mode": "dark", "accent": "#ffd400", "radius": 0}))
    allow(site.store, site.acme_scope, vendor.origin)
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)

    def style(name):
        return frame.locator("html").evaluate(
            f"node => getComputedStyle(node).getPropertyValue('{name}').trim()"
        )

    assert frame.locator("html").get_attribute("data-theme") == "dark"
    assert style("--accent") == "#ffd400"
    assert style("--r-l") == "0px"
    assert (
        frame.locator("body").evaluate("node => getComputedStyle(node).backgroundColor")
        == "rgba(0, 0, 0, 0)"
    )
    page.evaluate(
        "document.querySelector('dashapp-board').setTheme({mode: 'light', accent: '#ffd400'})"
    )
    frame.locator('html[data-theme="light"]').wait_for()
    assert style("--accent") not in {"#ffd400", ""}
    page.evaluate("document.querySelector('dashapp-board').setRange('30d')")
    frame.locator('#board[data-time-range="30d"]').wait_for()
    assert page.complaints == []
    vendor.close()


def test_messages_that_are_not_ours_are_ignored(base, vendor, page):
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    page.evaluate(
        """() => { const target = document.querySelector("iframe").contentWindow;
          const odd = [null, 1, "x", [], {}, {dashapp: 2}, {dashapp: 1}, {dashapp: 1, type: "token"},
            {dashapp: 1, type: "token", token: 7}, {dashapp: 1, type: "token", token: "x".repeat(9000)},
            {dashapp: 1, type: "theme", theme: {accent: "url(x)"}}, {dashapp: 1, type: "range", range: {}},
            {dashapp: 1, type: "__proto__"}];
          for (let n = 0; n < 10000; n++) target.postMessage(odd[n % odd.length], "*");
          for (const said of odd) window.postMessage(said, "*"); }"""
    )
    page.wait_for_timeout(1_000)

    assert frame.locator(READY).count() == 1
    assert not frame.locator("#ended").is_visible()
    assert [text for text in page.complaints if "400" not in text] == []


def test_messages_of_another_origin_are_ignored(base, vendor, page, signer):
    """A frame of a foreign page inside the vendor's page speaks to the board."""
    foreign = Vendor(lambda: "")
    foreign.page = """<!doctype html><script>
      setInterval(() => { for (const f of [0, 1]) { try {
        parent.frames[f].postMessage({dashapp: 1, type: "range", range: "90d"}, "*"); } catch (e) {} } }, 100);
    </script>"""
    vendor.page = with_script(base, f'<iframe id="foreign" src="{foreign.origin}"></iframe>')
    page.goto(vendor.origin)
    frame = page.frame_locator("dashapp-board iframe")
    frame.locator(READY).wait_for()
    page.wait_for_timeout(1_500)

    assert frame.locator("#board").get_attribute("data-time-range") == "24h"
    foreign.close()


def test_a_token_that_never_comes_is_a_calm_message(base, vendor, page):
    vendor.token = lambda: "nonsense"
    vendor.page = with_script(base)
    page.goto(vendor.origin)

    frame = page.frame_locator("iframe")
    frame.locator("#ended strong").wait_for(timeout=20_000)


def test_what_is_asked_for_before_there_is_a_board_is_done_when_there_is(base, vendor, page):
    more = """<script>customElements.whenDefined("dashapp-board").then(() => {
      const board = document.querySelector("dashapp-board");
      const ask = setInterval(() => { if (board.frame && board.frame.contentWindow) {
        board.setTheme("dark"); board.setRange("7d"); board.setRange("7d"); } }, 20);
      board.addEventListener("dashapp-ready", () => clearInterval(ask)); });</script>"""
    vendor.page = with_script(base, more)
    page.goto(vendor.origin)
    frame = frame_of(page)

    frame.locator('html[data-theme="dark"]').wait_for()
    frame.locator('#board[data-time-range="7d"]').wait_for()
    assert page.complaints == []


def test_a_range_that_is_locked_stays_and_says_what_it_is(base, site, page, signer):
    vendor = Vendor(lambda: signer.now(time={"default": "7d", "locked": True}))
    allow(site.store, site.acme_scope, vendor.origin)
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    page.evaluate("document.querySelector('dashapp-board').setRange('90d')")
    page.wait_for_timeout(800)

    assert frame.locator("#board").get_attribute("data-time-range") == "7d"
    assert "Last 7 days" in frame.locator("#range").text_content()
    vendor.close()


def test_a_frame_without_script_around_it_survives_a_new_layout(base, site, signer, page):
    from dashapp.dashboards.arrange import Layout, arrange
    from dashapp.store.dashboards import SavedPanel

    vendor = Vendor(signer.now)
    allow(site.store, site.acme_scope, vendor.origin)
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
    vendor.close()

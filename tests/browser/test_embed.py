"""An embedded board in a page of another site, with third-party cookies blocked."""

import re

import pytest

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.provision import provision
from dashapp.domain.instant import utc_now
from dashapp.store import keys
from tests.browser.vendor import Vendor, with_script, without_script
from tests.embedding import Signer, allow
from tests.factories import Clock, event, send

READY = '[data-panel="users-time-series"][data-state="ready"]'
# Texts behind which there is no colour of the board's own, up to its edge.
BARE_TEXT = """board => {
  const found = [], walk = document.createTreeWalker(board, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    let at = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || at.closest(".sr, script, style, .menu") || !at.checkVisibility()) continue;
    while (at && /^rgba\\(.*, 0\\)$|^transparent$/.test(getComputedStyle(at).backgroundColor)) at = at.parentElement;
    if (!at) found.push(walk.currentNode.textContent);
  }
  return found;
}"""


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


@pytest.mark.parametrize("minutes", [-10, 10])
def test_the_viewers_clock_may_be_wrong(site, signer, page, minutes):
    """Two renewals in the middle of use: the range and the place on the page stay."""
    base = site.serve(clock=utc_now, embed_page_seconds=4)
    vendor = Vendor(lambda: signer.now(session=3600))
    allow(site.store, site.acme_scope, vendor.origin)
    send(site.store, site.acme_scope, [event("validation_run.created", utc_now().isoformat(), user="u")])  # fmt: skip
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
    page.wait_for_timeout(7_500)  # renewals at 3.2 s and at 6.4 s

    assert len([r for r in embed_requests(page) if r.url.endswith("/token")]) >= 3
    assert vendor.asked == 1
    assert frame.locator("#board").get_attribute("data-time-range") == "30d"
    assert page.evaluate("scrollY") == 400
    assert page.complaints == []
    vendor.close()


def test_a_frame_that_slept_goes_on_while_its_session_lasts(site, signer, page):
    send(site.store, site.acme_scope, [event("validation_run.created", utc_now().isoformat(), user="u")])  # fmt: skip
    clock = Clock(utc_now())
    base = site.serve(clock=clock)
    vendor = Vendor(signer.now)
    allow(site.store, site.acme_scope, vendor.origin)
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
    vendor.close()


def test_a_file_is_taken_in_a_frame_also_when_the_token_has_just_ended(site, signer, page):
    send(site.store, site.acme_scope, [event("validation_run.created", utc_now().isoformat(), user="u")])  # fmt: skip
    clock = Clock(utc_now())
    base = site.serve(clock=clock)
    vendor = Vendor(lambda: signer.now(session=36_000))
    allow(site.store, site.acme_scope, vendor.origin)
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    clock.advance(seconds=2_000)
    panel = frame.locator('[data-panel="total-validations"]')
    panel.hover()
    panel.locator("[data-do=menu]").click()
    with page.expect_download() as download:
        panel.locator(".panel-menu [role=menuitem]", has_text="CSV").click()

    assert download.value.path().read_bytes() == b"value,previous\r\n1,\r\n"
    files = [r for r in page.requests if r.url.split("?")[0].endswith(".csv")]
    assert len(files) == 2  # refused, and again with a new token
    for request in files:
        assert sent(request)["authorization"].startswith("Bearer ey")
        assert "cookie" not in sent(request)
    assert vendor.asked == 1


def test_a_file_after_the_session_is_not_a_byte(site, signer, page):
    send(site.store, site.acme_scope, [event("validation_run.created", utc_now().isoformat(), user="u")])  # fmt: skip
    clock = Clock(utc_now())
    base = site.serve(clock=clock)
    vendor = Vendor(signer.now)
    allow(site.store, site.acme_scope, vendor.origin)
    vendor.page = without_script(base, signer.now())
    page.goto(vendor.origin)
    frame = frame_of(page)
    clock.advance(seconds=2_000)
    panel = frame.locator('[data-panel="total-validations"]')
    panel.hover()
    panel.locator("[data-do=menu]").click()
    with page.expect_response(lambda r: ".csv" in r.url) as answer:
        panel.locator(".panel-menu [role=menuitem]", has_text="CSV").click()

    assert answer.value.status == 401
    assert answer.value.headers["content-type"] == "application/json"
    frame.locator("#ended strong").wait_for(timeout=20_000)
    vendor.close()


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


def test_messages_of_others_are_ignored(base, vendor, page, signer):
    """A foreign page in the vendor's page, and another frame of the vendor's own origin, speak to
    the board and to the page around it: not from the window, or not from the origin, that counts."""
    shout = """<!doctype html><script>
      setInterval(() => { for (const n of [0, 1, 2]) { try {
        parent.frames[n].postMessage({dashapp: 1, type: "range", range: "90d"}, "*"); } catch (e) {} }
        for (const said of [{type: "resize", height: 77}, {type: "session-ended"}, {type: "token-needed"}])
          parent.postMessage({dashapp: 1, ...said}, "*");
      }, 100); </script>"""
    foreign = Vendor(lambda: "")
    foreign.page = vendor.sibling = shout
    vendor.page = with_script(
        base,
        f"""<iframe id="foreign" src="{foreign.origin}"></iframe><iframe id="own" src="/sibling"></iframe>
        <script>window.heard = []; addEventListener("dashapp-session-ended", () => heard.push(1), true)</script>""",
    )
    page.goto(vendor.origin)
    frame = page.frame_locator("dashapp-board iframe")
    frame.locator(READY).wait_for()
    page.wait_for_timeout(1_500)

    assert frame.locator("#board").get_attribute("data-time-range") == "24h"
    assert page.locator("dashapp-board iframe").bounding_box()["height"] > 300
    assert vendor.asked == 1
    assert page.evaluate("heard.length") == 0
    foreign.close()


def test_a_page_of_the_boards_own_origin_cannot_speak_for_it(base, vendor, page):
    """The origin that a vendor's page trusts is not enough: it must be the frame's own window."""
    vendor.page = with_script(
        base, f'<iframe id="own" src="{base}/embed/acme/operations"></iframe>'
    )
    page.goto(vendor.origin)
    page.frame_locator("dashapp-board iframe").locator(READY).wait_for()
    before = page.locator("dashapp-board iframe").bounding_box()["height"]
    other = page.query_selector("#own").content_frame()
    other.evaluate("""() => { for (const said of [{type: "resize", height: 77}, {type: "token-needed"}])
      parent.postMessage({dashapp: 1, ...said}, "*"); }""")
    page.wait_for_timeout(400)

    assert page.locator("dashapp-board iframe").bounding_box()["height"] == before
    assert vendor.asked == 1


def test_a_frame_that_went_elsewhere_is_told_nothing_and_not_heard(base, vendor, page):
    """Its window is still the frame's; its origin is not the board's any more."""
    foreign = Vendor(lambda: "")
    foreign.page = """<!doctype html><p>elsewhere<script>
      window.got = []; addEventListener("message", (event) => got.push(event.data));
      setInterval(() => { for (const said of [{type: "resize", height: 77}, {type: "token-needed"}])
        parent.postMessage({dashapp: 1, ...said}, "*"); }, 50); </script>"""
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame_of(page)
    page.evaluate("there => { document.querySelector('iframe').src = there; }", foreign.origin)
    page.frame_locator("iframe").get_by_text("elsewhere").wait_for()
    page.evaluate("""() => { const board = document.querySelector("dashapp-board");
      board.setTheme("dark"); board.say("token", {token: "secret"}); }""")
    page.wait_for_timeout(500)

    (there,) = [f for f in page.frames if f.url.startswith(foreign.origin)]
    assert there.evaluate("got") == []
    assert page.locator("iframe").bounding_box()["height"] > 300
    assert vendor.asked == 1
    foreign.close()


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


def test_a_frame_is_called_what_its_dashboard_is(base, site, page, signer):
    vendor = Vendor(lambda: signer.now(locale="pt-BR"))
    allow(site.store, site.acme_scope, vendor.origin)
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)

    page.wait_for_selector('iframe[title="Operações"]')
    assert frame.locator("h1").text_content() == "Operações"
    assert frame.locator("html").evaluate("node => document.title") == "Operações"
    vendor.close()


def test_another_address_is_another_board(base, vendor, page, site, signer):
    provision(site.store, site.acme_scope, CONVERSATIONS, now=1)
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame_of(page)
    vendor.token = lambda: signer.now(dashboard="conversations")
    page.evaluate("src => document.querySelector('dashapp-board').setAttribute('src', src)", f"{base}/embed/acme/conversations")  # fmt: skip

    page.wait_for_selector('iframe[title="Conversations"]')
    assert page.locator("iframe").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_whatever_page_lies_behind(base, site, chromium, signer, scheme):
    """Transparent, on white and on black, for a viewer who prefers light or dark."""
    vendor = Vendor(lambda: signer.now(theme={"accent": "#ffd400"}))
    allow(site.store, site.acme_scope, vendor.origin)
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for ground in ("#ffffff", "#000000"):
        vendor.page = with_script(base, f"<style>body{{background:{ground}}}</style>")
        page.goto(vendor.origin)
        frame = frame_of(page)
        bare = frame.locator("#board").evaluate(BARE_TEXT)
        assert bare == []
    context.close()
    vendor.close()


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

"""What a vendor's page and the frame say to each other, and whom neither listens to."""

from tests.browser.embed.vendor import READY, Vendor, frame_of, with_script


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


def test_the_vendors_look_is_taken_and_changed_by_message(base, signer, vendor, page):
    vendor.token = lambda: signer.now(theme={"mode": "dark", "accent": "#ffd400", "radius": 0})
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


def test_messages_that_are_not_ours_are_ignored(base, vendor, page):
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    page.evaluate(
        """() => { const target = document.querySelector("dashapp-board").shadowRoot.querySelector("iframe").contentWindow;
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


def test_messages_of_others_are_ignored(base, vendor, page):
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
    page.locator("iframe").evaluate("(frame, there) => { frame.src = there; }", foreign.origin)
    page.frame_locator("iframe").get_by_text("elsewhere").wait_for()
    page.evaluate("""() => { const board = document.querySelector("dashapp-board");
      board.setTheme("dark"); board.setRange("7d"); }""")
    page.wait_for_timeout(500)

    (there,) = [f for f in page.frames if f.url.startswith(foreign.origin)]
    assert there.evaluate("got") == []
    assert page.locator("iframe").bounding_box()["height"] > 300
    assert vendor.asked == 1
    foreign.close()


def test_what_is_asked_for_before_there_is_a_board_is_done_when_there_is(base, vendor, page):
    more = """<script>customElements.whenDefined("dashapp-board").then(() => {
      const board = document.querySelector("dashapp-board");
      board.setTheme("dark"); board.setRange("30d"); board.setRange("7d"); });</script>"""
    vendor.page = with_script(base, more)
    page.goto(vendor.origin)
    frame = frame_of(page)

    frame.locator('html[data-theme="dark"]').wait_for()
    frame.locator('#board[data-time-range="7d"]').wait_for()
    assert page.complaints == []


def test_a_range_that_is_locked_stays_and_says_what_it_is(base, signer, vendor, page):
    vendor.token = lambda: signer.now(time={"default": "7d", "locked": True})
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)
    page.evaluate("document.querySelector('dashapp-board').setRange('90d')")
    page.wait_for_timeout(800)

    assert frame.locator("#board").get_attribute("data-time-range") == "7d"
    assert "Last 7 days" in frame.locator("#range").text_content()

"""Messages between a vendor's page and the frame, and messages that both ignore."""

from tests.browser.embed.vendor import READY, Vendor, board_frame, with_script


def test_the_frame_is_as_high_as_its_content(base_url, vendor, page):
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    frame = board_frame(page)

    def heights():
        content_height = frame.locator("#main").evaluate(
            "node => Math.ceil(node.getBoundingClientRect().height)"
        )
        return content_height, round(page.locator("iframe").bounding_box()["height"])

    page.wait_for_timeout(500)
    wide_height, frame_height = heights()
    assert frame_height == wide_height
    page.set_viewport_size({"width": 500, "height": 900})
    page.wait_for_timeout(1_500)
    narrow_height, frame_height = heights()
    assert narrow_height > wide_height
    assert frame_height == narrow_height
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(1_500)
    assert heights() == (wide_height, wide_height)


def test_the_theme_comes_from_the_token_and_can_be_changed_by_message(
    base_url, signer, vendor, page
):
    vendor.token = lambda: signer.now(theme={"mode": "dark", "accent": "#ffd400", "radius": 0})
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    frame = board_frame(page)

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
    assert page.console_errors == []


def test_malformed_messages_are_ignored(base_url, vendor, page):
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    frame = board_frame(page)
    page.evaluate(
        """() => { const target = document.querySelector("dashapp-board").shadowRoot.querySelector("iframe").contentWindow;
          const odd = [null, 1, "x", [], {}, {dashapp: 2}, {dashapp: 1}, {dashapp: 1, type: "token"},
            {dashapp: 1, type: "token", token: 7}, {dashapp: 1, type: "token", token: "x".repeat(9000)},
            {dashapp: 1, type: "theme", theme: {accent: "url(x)"}}, {dashapp: 1, type: "range", range: {}},
            {dashapp: 1, type: "__proto__"}];
          for (let n = 0; n < 10000; n++) target.postMessage(odd[n % odd.length], "*");
          for (const message of odd) window.postMessage(message, "*"); }"""
    )
    page.wait_for_timeout(1_000)

    assert frame.locator(READY).count() == 1
    assert not frame.locator("#ended").is_visible()
    assert [text for text in page.console_errors if "400" not in text] == []


def test_messages_of_other_windows_are_ignored(base_url, vendor, page):
    """A foreign page and another frame of the vendor's origin send messages to the board and the page.

    Both accept messages only from the right window and the right origin.
    """
    sender_page = """<!doctype html><script>
      setInterval(() => { for (const n of [0, 1, 2]) { try {
        parent.frames[n].postMessage({dashapp: 1, type: "range", range: "90d"}, "*"); } catch (e) {} }
        for (const message of [{type: "resize", height: 77}, {type: "session-ended"}, {type: "token-needed"}])
          parent.postMessage({dashapp: 1, ...message}, "*");
      }, 100); </script>"""
    foreign = Vendor(lambda: "")
    foreign.page = vendor.sibling = sender_page
    vendor.page = with_script(
        base_url,
        f"""<iframe id="foreign" src="{foreign.origin}"></iframe><iframe id="own" src="/sibling"></iframe>
        <script>window.heard = []; addEventListener("dashapp-session-ended", () => heard.push(1), true)</script>""",
    )
    page.goto(vendor.origin)
    frame = page.frame_locator("dashapp-board iframe")
    frame.locator(READY).wait_for()
    page.wait_for_timeout(1_500)

    assert frame.locator("#board").get_attribute("data-time-range") == "24h"
    assert page.locator("dashapp-board iframe").bounding_box()["height"] > 300
    assert vendor.token_requests == 1
    assert page.evaluate("heard.length") == 0
    foreign.close()


def test_another_window_of_the_boards_origin_is_ignored(base_url, vendor, page):
    """The right origin is not enough: the message must come from the frame's own window."""
    vendor.page = with_script(
        base_url, f'<iframe id="own" src="{base_url}/embed/acme/operations"></iframe>'
    )
    page.goto(vendor.origin)
    page.frame_locator("dashapp-board iframe").locator(READY).wait_for()
    before = page.locator("dashapp-board iframe").bounding_box()["height"]
    other = page.query_selector("#own").content_frame()
    other.evaluate("""() => { for (const message of [{type: "resize", height: 77}, {type: "token-needed"}])
      parent.postMessage({dashapp: 1, ...message}, "*"); }""")
    page.wait_for_timeout(400)

    assert page.locator("dashapp-board iframe").bounding_box()["height"] == before
    assert vendor.token_requests == 1


def test_a_frame_that_navigated_away_gets_no_messages_and_is_ignored(base_url, vendor, page):
    """The window is still the frame's, but its origin is no longer the board's."""
    foreign = Vendor(lambda: "")
    foreign.page = """<!doctype html><p>elsewhere<script>
      window.received = []; addEventListener("message", (event) => received.push(event.data));
      setInterval(() => { for (const message of [{type: "resize", height: 77}, {type: "token-needed"}])
        parent.postMessage({dashapp: 1, ...message}, "*"); }, 50); </script>"""
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    board_frame(page)
    page.locator("iframe").evaluate("(frame, src) => { frame.src = src; }", foreign.origin)
    page.frame_locator("iframe").get_by_text("elsewhere").wait_for()
    page.evaluate("""() => { const board = document.querySelector("dashapp-board");
      board.setTheme("dark"); board.setRange("7d"); }""")
    page.wait_for_timeout(500)

    (foreign_frame,) = [frame for frame in page.frames if frame.url.startswith(foreign.origin)]
    assert foreign_frame.evaluate("received") == []
    assert page.locator("iframe").bounding_box()["height"] > 300
    assert vendor.token_requests == 1
    foreign.close()


def test_methods_called_before_the_board_is_ready_take_effect_later(base_url, vendor, page):
    early_calls = """<script>customElements.whenDefined("dashapp-board").then(() => {
      const board = document.querySelector("dashapp-board");
      board.setTheme("dark"); board.setRange("30d"); board.setRange("7d"); });</script>"""
    vendor.page = with_script(base_url, early_calls)
    page.goto(vendor.origin)
    frame = board_frame(page)

    frame.locator('html[data-theme="dark"]').wait_for()
    frame.locator('#board[data-time-range="7d"]').wait_for()
    assert page.console_errors == []


def test_a_locked_range_cannot_be_changed_by_message(base_url, signer, vendor, page):
    vendor.token = lambda: signer.now(time={"default": "7d", "locked": True})
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    frame = board_frame(page)
    page.evaluate("document.querySelector('dashapp-board').setRange('90d')")
    page.wait_for_timeout(800)

    assert frame.locator("#board").get_attribute("data-time-range") == "7d"
    assert "Last 7 days" in frame.locator("#range").text_content()

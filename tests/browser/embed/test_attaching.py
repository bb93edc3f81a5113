"""Every way to attach the element shows one board, uses one token, and keeps the page's content."""

import pytest

from tests.browser.embed.shop import BOARD, DASH, ELEMENT, JWT, board_frames, wait_for_board

FALLBACK = "<b>Loading your numbers</b>"
# Each snippet runs in a page that has loaded the script, and attaches one element.
ATTACHMENTS = {
    "attributes, then attached": "body.append(make())",
    "attached, then attributes": "const b = plain(); body.append(b); later(() => { b.setAttribute('src', SRC); later(() => b.setAttribute('token', '/token')); })",
    "the token first": "const b = plain(); b.setAttribute('token', '/token'); body.append(b); later(() => b.setAttribute('src', SRC))",
    "properties": "const b = plain(); body.append(b); b.src = SRC; b.token = '/token'",
    "properties before it is attached": "const b = plain(); Object.assign(b, {token: '/token', src: SRC}); body.append(b)",
    "undefined, then valid": "const b = plain(); b.src = undefined; b.token = undefined; body.append(b); later(() => { b.src = SRC; b.token = '/token'; })",
    "null, then valid": "const b = plain(); b.src = null; b.token = null; body.append(b); later(() => { b.token = '/token'; b.src = SRC; })",
    "the text undefined, then valid": "const b = plain(); b.setAttribute('src', 'undefined'); b.setAttribute('token', 'undefined'); body.append(b); later(() => { b.setAttribute('token', '/token'); b.setAttribute('src', SRC); })",
    "the text null, then valid": "const b = make(); b.setAttribute('src', 'null'); body.append(b); later(() => b.setAttribute('src', SRC))",
    "empty, then valid": "const b = make(); b.setAttribute('token', ''); body.append(b); later(() => b.setAttribute('token', '/token'))",
    "spaces around src": "const b = make(); b.setAttribute('src', ' ' + SRC + ' '); body.append(b)",
    "a trailing slash": "const b = make(); b.src = SRC + '/'; body.append(b)",
    "a fragment": "const b = make(); b.src = SRC + '#top'; body.append(b)",
    "URL objects": "const b = plain(); b.src = new URL(SRC); b.token = new URL('/token', location); body.append(b)",
    "innerHTML": "body.insertAdjacentHTML('beforeend', make().outerHTML)",
    "a clone": "const b = make(); body.append(b.cloneNode(true))",
    "a clone of a running element": "const b = make(); body.append(b); await ready(b); const c = b.cloneNode(true); b.replaceWith(c)",
    "a template": "const t = document.createElement('template'); t.innerHTML = make().outerHTML; body.append(t.content.cloneNode(true))",
    "an imported node": "const t = document.createElement('template'); t.innerHTML = make().outerHTML; body.append(document.importNode(t.content, true))",
    "another document": "const d = document.implementation.createHTMLDocument(); d.body.innerHTML = make().outerHTML; body.append(document.adoptNode(d.body.firstChild))",
    "a parsed page": "const d = new DOMParser().parseFromString(make().outerHTML, 'text/html'); body.append(d.body.firstChild)",
    "inside a shadow root": "const h = document.createElement('section'); h.attachShadow({mode: 'open'}).append(make()); body.append(h)",
    "inside a closed shadow root": "const h = document.createElement('section'); h.attachShadow({mode: 'closed'}).append(make()); body.append(h)",
    "inside details that open": "const d = document.createElement('details'); d.append(make()); body.append(d); later(() => { d.open = true; })",
    "inside a dialog": "const d = document.createElement('dialog'); d.append(make()); body.append(d); d.showModal()",
    "hidden, then shown": "const b = make(); b.hidden = true; body.append(b); await ready(b); b.hidden = false",
    "without space, then with space": "const d = document.createElement('div'); d.style.cssText = 'width:0;height:0;overflow:hidden'; d.append(make()); body.append(d); later(() => d.removeAttribute('style'))",
    "moved at once": "const b = make(); body.append(b); const d = document.createElement('div'); body.append(d); d.append(b)",
    "moved once it is ready": "const b = make(); body.append(b); await ready(b); const d = document.createElement('div'); body.append(d); d.append(b)",
    "moved with moveBefore": "const b = make(), d = document.createElement('div'); body.append(b, d); await ready(b); d.moveBefore(b, null)",
    "moved repeatedly": "const b = make(); for (let n = 0; n < 20; n++) { body.prepend(b); body.append(b); }",
    "removed and attached again": "const b = make(); body.append(b); b.remove(); later(() => body.append(b))",
    "removed while its token loads": "const b = make(); body.append(b); later(() => { b.remove(); later(() => body.append(b)); })",
    "changed while its token loads": "const b = make(); b.src = SRC + 'x'; body.append(b); await 0; await 0; await 0; b.src = SRC",
    "all attributes set again": "const b = make(); body.append(b); for (const a of [...b.attributes]) b.setAttribute(a.name, a.value)",
    "an attribute removed and set again": "const b = make(); body.append(b); await ready(b); b.removeAttribute('token'); later(() => b.setAttribute('token', '/token'))",
    "the script loaded twice": "body.append(make()); const s = document.createElement('script'); s.src = DASH + '/embed.js?2'; body.append(s)",
    "a token function": "const b = plain(); b.src = SRC; b.getToken = async () => (await fetch('/token', {method: 'POST', headers: {'X-CSRF': '1'}})).text(); body.append(b)",
    "a token function that returns an object": "const b = plain(); b.src = SRC; b.getToken = () => fetch('/token', {method: 'POST'}).then((r) => r.text()).then((token) => ({token})); body.append(b)",
    "without a protocol": "const b = make(); b.src = SRC.replace('https:', ''); body.append(b)",
    "in upper case": "const b = make(); b.src = SRC.replace('https://dash.example', 'HTTPS://DASH.EXAMPLE'); body.append(b)",
    "an attribute node": "const b = make(); b.setAttribute('src', ''); body.append(b); later(() => { b.getAttributeNode('src').value = SRC; })",
    "replaced by itself": "const b = make(); body.append(b); await ready(b); b.replaceWith(b)",
    "surrounded by a range": "const b = make(); body.append(b); await ready(b); const r = new Range(); r.selectNode(b); r.surroundContents(document.createElement('div'))",
    "document.write": "const f = document.createElement('iframe'); body.append(f); const d = f.contentDocument; d.open(); d.write('<script src=' + DASH + '/embed.js></script>' + make().outerHTML); d.close()",
    "moved into a frame while running": "const b = make(), f = document.createElement('iframe'); body.append(b, f); await ready(b); f.contentDocument.body.append(b)",
    "shown as a popover": "const b = make(); b.popover = 'auto'; body.append(b); await ready(b); b.showPopover()",
    "inside content-visibility hidden": "const d = document.createElement('div'); d.style.contentVisibility = 'hidden'; d.append(make()); body.append(d); later(() => { d.style.contentVisibility = ''; })",
    "inside a slot of another element": "const h = document.createElement('section'); h.attachShadow({mode: 'open'}).innerHTML = '<slot></slot>'; h.append(make()); body.append(h)",
    "display contents": "const b = make(); b.style.display = 'contents'; body.append(b)",
    "inside SVG": "body.insertAdjacentHTML('beforeend', '<svg width=600 height=600><foreignObject width=600 height=600>' + make().outerHTML + '</foreignObject></svg>')",
    "inside a flex container": "const d = document.createElement('div'); d.style.display = 'flex'; const b = make(); b.style.flex = '1'; d.append(b); body.append(d)",
    "a token function, then a token URL": "const b = plain(); b.src = SRC; b.getToken = () => new Promise(() => {}); body.append(b); later(() => { b.getToken = null; b.token = '/token'; })",
    "a getToken that is not a function": "const b = make(); b.getToken = 'later'; body.append(b)",
    "changed while a retry is pending": "let n = 0; const b = plain(); b.src = SRC; b.getToken = async () => { if (!n++) throw Error('x'); return '{JWT}'; }; body.append(b); later(() => { b.src = SRC + '?x'; b.src = SRC; b.remove(); body.append(b); })",
    "content that changes while running": "const b = make(); body.append(b); await ready(b); b.innerHTML = ''; b.innerHTML = '<b>Loading your numbers</b>'",
    "all properties set fifty times": "const b = make(); body.append(b); for (let n = 0; n < 50; n++) { Object.assign(b, {src: SRC, token: '/token', title: 't' + n}); await 0; }",
    "inside a frame of the same origin": "const f = document.createElement('iframe'); body.append(f); f.contentDocument.body.append(make())",
}  # fmt: skip
HELPERS = f"""
  const SRC = {BOARD!r}, DASH = {DASH!r}, body = document.body;
  const plain = () => {{ const b = document.createElement("dashapp-board"); b.innerHTML = "{FALLBACK}"; return b; }};
  const make = () => {{ const b = plain(); b.setAttribute("src", SRC); b.setAttribute("token", "/token"); return b; }};
  const later = (go) => setTimeout(go, 30);
  const ready = (b) => new Promise((go) => b.addEventListener("dashapp-ready", go, {{once: true}}));
"""


@pytest.mark.parametrize("name", ATTACHMENTS)
def test_each_attachment_shows_one_board_and_keeps_the_content_of_the_element(shop, name):
    page = shop.page
    shop.open()
    page.evaluate(f"async () => {{ {HELPERS} {ATTACHMENTS[name].replace('{JWT}', JWT)} }}")
    frame = wait_for_board(page)

    assert frame.evaluate("location.href") == f"{BOARD}#token={JWT}"
    assert {url.split("#")[0] for url in shop.frame_urls} == {BOARD}
    assert page.evaluate(
        "[...document.querySelectorAll('dashapp-board')].map((b) => b.innerHTML)"
    ) in ([], [FALLBACK])
    assert page.console_errors == []


def test_no_request_is_made_before_both_src_and_token_are_set(shop):
    page = shop.page
    shop.open("<dashapp-board></dashapp-board><dashapp-board token=/token></dashapp-board>" f"<dashapp-board src={BOARD}></dashapp-board>")  # fmt: skip
    page.wait_for_timeout(200)

    assert (shop.token_requests, shop.frame_urls) == ([], [])
    assert page.console_errors == []


def test_two_boards_on_one_page_each_get_their_own_token(shop):
    page = shop.page
    second_element = ELEMENT.replace("operations", "sales")
    shop.open(ELEMENT + second_element)
    page.locator("iframe[title=Operations]").nth(1).wait_for()

    assert len(shop.token_requests) == 2
    assert sorted(url.split("#")[0] for url in shop.frame_urls) == [BOARD, BOARD.replace("operations", "sales")]  # fmt: skip


def test_the_script_can_load_late_and_from_two_servers(shop):
    page = shop.page
    shop.open(ELEMENT, head="")
    page.evaluate("document.querySelector('dashapp-board').token = '/token?mine'")
    page.evaluate("src => { const b = document.querySelector('dashapp-board'); b.src = src; }", BOARD.replace("acme", "rival"))  # fmt: skip
    for server in (DASH, "https://other.example"):
        page.add_script_tag(url=f"{server}/embed.js")
    page.locator("iframe[title=Operations]").wait_for()

    assert [request.url.endswith("?mine") for request in shop.token_requests] == [True]
    assert [url.split("#")[0] for url in shop.frame_urls] == [BOARD.replace("acme", "rival")]


def test_a_new_src_shows_a_new_board_and_ignores_the_token_for_the_old_one(shop):
    page = shop.page
    shop.open()
    page.evaluate(f"""async () => {{ {HELPERS} let resolvePending; const tokens = ["{JWT}first", "{JWT}second"];
      const b = plain(); b.src = SRC; b.getToken = () => new Promise((go) => {{ const previous = resolvePending, token = tokens.shift();
        resolvePending = () => {{ if (previous) previous(); go(token); }}; window.resolvePending = resolvePending; }});
      body.append(b); await 0; await 0; b.src = SRC.replace("acme", "rival"); later(() => window.resolvePending()); }}""")  # fmt: skip
    page.locator("iframe[title=Operations]").wait_for()

    (frame,) = board_frames(page)
    assert frame.url == BOARD.replace("acme", "rival") + f"#token={JWT}second"
    assert len(shop.frame_urls) == 1


def test_a_new_token_function_does_not_reload_the_board(shop):
    """React creates a new function with every render."""
    page = shop.page
    shop.open()
    page.evaluate(f"""async () => {{ {HELPERS} const b = plain(); b.src = SRC; b.getToken = () => "{JWT}"; body.append(b);
      await ready(b); b.getToken = () => "{JWT}"; b.title = "Ours"; b.setAttribute("height", "600"); }}""")  # fmt: skip
    page.locator("iframe[title=Ours]").wait_for()
    page.wait_for_timeout(100)

    assert len(shop.frame_urls) == 1
    assert page.locator("iframe").evaluate("frame => frame.style.height") == "600px"


def test_a_theme_and_a_range_set_early_are_sent_when_the_board_is_ready(shop):
    page = shop.page
    shop.open()
    page.evaluate(f"""() => {{ {HELPERS} const b = make(); b.setTheme("dark"); b.setRange("7d"); body.append(b); }}""")  # fmt: skip
    frame = wait_for_board(page)

    frame.wait_for_function("heard.length >= 3")
    messages = frame.evaluate("heard.filter((message) => message.type !== 'visible')")
    assert [message[message["type"]] for message in messages] == ["dark", "7d"]


def test_the_height_is_also_a_property(shop):
    page = shop.page
    shop.open()
    page.evaluate(f"""() => {{ {HELPERS} const b = make(); b.height = 600; body.append(b); }}""")
    page.locator("iframe").wait_for()

    assert page.locator("dashapp-board").get_attribute("height") == "600"


def test_an_element_in_a_document_without_a_window_shows_its_board_once_it_moves_to_the_page(shop):
    page = shop.page
    shop.open()
    page.evaluate(f"""async () => {{ {HELPERS} const b = make();
      document.implementation.createHTMLDocument().body.append(b); b.title = "Ours";
      await new Promise((done) => setTimeout(done, 50)); b.lang = "en"; body.append(b); }}""")  # fmt: skip
    wait_for_board(page)

    assert len(shop.frame_urls) == 1


STRICT_POLICY = f"""default-src 'none'; script-src {DASH} 'self'; frame-src {DASH}; connect-src 'self';
 style-src 'self'; require-trusted-types-for 'script'""".replace("\n", "")


def test_the_element_works_under_a_policy_without_inline_code(shop):
    page = shop.page
    shop.headers = {"Content-Security-Policy": STRICT_POLICY}
    shop.open(ELEMENT)
    wait_for_board(page)

    assert page.locator("iframe").bounding_box()["width"] > 900
    assert page.console_errors == []

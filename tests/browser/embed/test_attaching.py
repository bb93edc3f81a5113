"""However a page attaches the element: one board, with one token, and the page's own is untouched."""

import pytest
from playwright.sync_api import Error

from tests.browser.embed.shop import BOARD, DASH, ELEMENT, JWT

INSIDE = "<b>Loading your numbers</b>"
# Each is done in a page that has the script, and ends with `make()` or an element in the page.
WAYS = {
    "attributes, then attached": "body.append(make())",
    "attached, then attributes": "const b = plain(); body.append(b); later(() => { b.setAttribute('src', SRC); later(() => b.setAttribute('token', '/token')); })",
    "the token first": "const b = plain(); b.setAttribute('token', '/token'); body.append(b); later(() => b.setAttribute('src', SRC))",
    "properties": "const b = plain(); body.append(b); b.src = SRC; b.token = '/token'",
    "properties before it is attached": "const b = plain(); Object.assign(b, {token: '/token', src: SRC}); body.append(b)",
    "undefined, then right": "const b = plain(); b.src = undefined; b.token = undefined; body.append(b); later(() => { b.src = SRC; b.token = '/token'; })",
    "null, then right": "const b = plain(); b.src = null; b.token = null; body.append(b); later(() => { b.token = '/token'; b.src = SRC; })",
    "the text undefined, then right": "const b = plain(); b.setAttribute('src', 'undefined'); b.setAttribute('token', 'undefined'); body.append(b); later(() => { b.setAttribute('token', '/token'); b.setAttribute('src', SRC); })",
    "the text null, then right": "const b = make(); b.setAttribute('src', 'null'); body.append(b); later(() => b.setAttribute('src', SRC))",
    "empty, then right": "const b = make(); b.setAttribute('token', ''); body.append(b); later(() => b.setAttribute('token', '/token'))",
    "spaces around": "const b = make(); b.setAttribute('src', ' ' + SRC + ' '); body.append(b)",
    "a trailing slash": "const b = make(); b.src = SRC + '/'; body.append(b)",
    "a hash": "const b = make(); b.src = SRC + '#top'; body.append(b)",
    "an address": "const b = plain(); b.src = new URL(SRC); b.token = new URL('/token', location); body.append(b)",
    "innerHTML": "body.insertAdjacentHTML('beforeend', make().outerHTML)",
    "a clone": "const b = make(); body.append(b.cloneNode(true))",
    "a clone of one that runs": "const b = make(); body.append(b); await ready(b); const c = b.cloneNode(true); b.replaceWith(c)",
    "a template": "const t = document.createElement('template'); t.innerHTML = make().outerHTML; body.append(t.content.cloneNode(true))",
    "an imported node": "const t = document.createElement('template'); t.innerHTML = make().outerHTML; body.append(document.importNode(t.content, true))",
    "another document": "const d = document.implementation.createHTMLDocument(); d.body.innerHTML = make().outerHTML; body.append(document.adoptNode(d.body.firstChild))",
    "a parsed page": "const d = new DOMParser().parseFromString(make().outerHTML, 'text/html'); body.append(d.body.firstChild)",
    "inside a shadow root": "const h = document.createElement('section'); h.attachShadow({mode: 'open'}).append(make()); body.append(h)",
    "inside a closed shadow root": "const h = document.createElement('section'); h.attachShadow({mode: 'closed'}).append(make()); body.append(h)",
    "details that open": "const d = document.createElement('details'); d.append(make()); body.append(d); later(() => { d.open = true; })",
    "a dialog": "const d = document.createElement('dialog'); d.append(make()); body.append(d); d.showModal()",
    "hidden, then shown": "const b = make(); b.hidden = true; body.append(b); await ready(b); b.hidden = false",
    "without room, then with": "const d = document.createElement('div'); d.style.cssText = 'width:0;height:0;overflow:hidden'; d.append(make()); body.append(d); later(() => d.removeAttribute('style'))",
    "moved at once": "const b = make(); body.append(b); const d = document.createElement('div'); body.append(d); d.append(b)",
    "moved when it is ready": "const b = make(); body.append(b); await ready(b); const d = document.createElement('div'); body.append(d); d.append(b)",
    "moved as it is": "const b = make(), d = document.createElement('div'); body.append(b, d); await ready(b); d.moveBefore(b, null)",
    "dragged about": "const b = make(); for (let n = 0; n < 20; n++) { body.prepend(b); body.append(b); }",
    "taken out and put back": "const b = make(); body.append(b); b.remove(); later(() => body.append(b))",
    "taken out while its token comes": "const b = make(); body.append(b); later(() => { b.remove(); later(() => body.append(b)); })",
    "changed while its token comes": "const b = make(); b.src = SRC + 'x'; body.append(b); await 0; await 0; await 0; b.src = SRC",
    "all attributes again": "const b = make(); body.append(b); for (const a of [...b.attributes]) b.setAttribute(a.name, a.value)",
    "an attribute taken away and set again": "const b = make(); body.append(b); await ready(b); b.removeAttribute('token'); later(() => b.setAttribute('token', '/token'))",
    "the script once more": "body.append(make()); const s = document.createElement('script'); s.src = DASH + '/embed.js?2'; body.append(s)",
    "a property of a function": "const b = plain(); b.src = SRC; b.getToken = async () => (await fetch('/token', {method: 'POST', headers: {'X-CSRF': '1'}})).text(); body.append(b)",
    "a function that answers with an object": "const b = plain(); b.src = SRC; b.getToken = () => fetch('/token', {method: 'POST'}).then((r) => r.text()).then((token) => ({token})); body.append(b)",
    "without a protocol": "const b = make(); b.src = SRC.replace('https:', ''); body.append(b)",
    "in upper case": "const b = make(); b.src = SRC.replace('https://dash.example', 'HTTPS://DASH.EXAMPLE'); body.append(b)",
    "a node of an attribute": "const b = make(); b.setAttribute('src', ''); body.append(b); later(() => { b.getAttributeNode('src').value = SRC; })",
    "replaced by itself": "const b = make(); body.append(b); await ready(b); b.replaceWith(b)",
    "surrounded": "const b = make(); body.append(b); await ready(b); const r = new Range(); r.selectNode(b); r.surroundContents(document.createElement('div'))",
    "written": "const f = document.createElement('iframe'); body.append(f); const d = f.contentDocument; d.open(); d.write('<script src=' + DASH + '/embed.js></script>' + make().outerHTML); d.close()",
    "taken into a frame while it runs": "const b = make(), f = document.createElement('iframe'); body.append(b, f); await ready(b); f.contentDocument.body.append(b)",
    "a popover": "const b = make(); b.popover = 'auto'; body.append(b); await ready(b); b.showPopover()",
    "content that is skipped": "const d = document.createElement('div'); d.style.contentVisibility = 'hidden'; d.append(make()); body.append(d); later(() => { d.style.contentVisibility = ''; })",
    "a slot of another element": "const h = document.createElement('section'); h.attachShadow({mode: 'open'}).innerHTML = '<slot></slot>'; h.append(make()); body.append(h)",
    "a box of no kind": "const b = make(); b.style.display = 'contents'; body.append(b)",
    "inside SVG": "body.insertAdjacentHTML('beforeend', '<svg width=600 height=600><foreignObject width=600 height=600>' + make().outerHTML + '</foreignObject></svg>')",
    "in rows that bend": "const d = document.createElement('div'); d.style.display = 'flex'; const b = make(); b.style.flex = '1'; d.append(b); body.append(d)",
    "a function, then an address": "const b = plain(); b.src = SRC; b.getToken = () => new Promise(() => {}); body.append(b); later(() => { b.getToken = null; b.token = '/token'; })",
    "what is no function": "const b = make(); b.getToken = 'later'; body.append(b)",
    "changed while a retry waits": "let n = 0; const b = plain(); b.src = SRC; b.getToken = async () => { if (!n++) throw Error('x'); return '{JWT}'; }; body.append(b); later(() => { b.src = SRC + '?x'; b.src = SRC; b.remove(); body.append(b); })",
    "a fallback that comes and goes": "const b = make(); body.append(b); await ready(b); b.innerHTML = ''; b.innerHTML = '<b>Loading your numbers</b>'",
    "a page that sets all it knows again and again": "const b = make(); body.append(b); for (let n = 0; n < 50; n++) { Object.assign(b, {src: SRC, token: '/token', title: 't' + n}); await 0; }",
    "a frame of the same page": "const f = document.createElement('iframe'); body.append(f); f.contentDocument.body.append(make())",
}  # fmt: skip
HELP = f"""
  const SRC = {BOARD!r}, DASH = {DASH!r}, body = document.body;
  const plain = () => {{ const b = document.createElement("dashapp-board"); b.innerHTML = "{INSIDE}"; return b; }};
  const make = () => {{ const b = plain(); b.setAttribute("src", SRC); b.setAttribute("token", "/token"); return b; }};
  const later = (go) => setTimeout(go, 30);
  const ready = (b) => new Promise((go) => b.addEventListener("dashapp-ready", go, {{once: true}}));
"""


def boards(page):
    """Frames of boards that are in the page now."""
    return [frame for frame in page.frames if "/embed/" in frame.url]


def is_shown(frame) -> bool:
    """The element around it has heard that it is ready, and told it what is seen of it."""
    try:
        return frame.evaluate("heard.some((said) => said.type === 'visible' && said.height > 0)")
    except Error:  # it has gone
        return False


def shown_board(page):
    for _ in range(200):
        found = boards(page)
        if len(found) == 1 and is_shown(found[0]):
            return found[0]
        page.wait_for_timeout(20)
    raise AssertionError([frame.url for frame in boards(page)])


def is_gone(page) -> bool:
    """No frame of a board is left, by now or soon."""
    for _ in range(100):
        if not boards(page):
            return True
        page.wait_for_timeout(20)
    return False


@pytest.mark.parametrize("name", WAYS)
def test_it_becomes_one_board_and_what_is_inside_stays(shop, name):
    page = shop.page
    shop.open()
    page.evaluate(f"async () => {{ {HELP} {WAYS[name].replace('{JWT}', JWT)} }}")
    frame = shown_board(page)

    assert frame.evaluate("location.href") == f"{BOARD}#token={JWT}"
    assert {url.split("#")[0] for url in shop.framed} == {BOARD}
    assert page.evaluate(
        "[...document.querySelectorAll('dashapp-board')].map((b) => b.innerHTML)"
    ) in ([], [INSIDE])
    assert page.complaints == []


def test_nothing_is_asked_for_before_there_is_an_address_and_a_token(shop):
    page = shop.page
    shop.open("<dashapp-board></dashapp-board><dashapp-board token=/token></dashapp-board>" f"<dashapp-board src={BOARD}></dashapp-board>")  # fmt: skip
    page.wait_for_timeout(200)

    assert (shop.asked, shop.framed) == ([], [])
    assert page.complaints == []


def test_two_boards_at_once_each_have_their_own(shop):
    page = shop.page
    other = ELEMENT.replace("operations", "sales")
    shop.open(ELEMENT + other)
    page.locator("iframe[title=Operations]").nth(1).wait_for()

    assert len(shop.asked) == 2
    assert sorted(url.split("#")[0] for url in shop.framed) == [BOARD, BOARD.replace("operations", "sales")]  # fmt: skip


def test_the_script_may_come_late_and_from_two_servers(shop):
    page = shop.page
    shop.open(ELEMENT, head="")
    page.evaluate("document.querySelector('dashapp-board').token = '/token?mine'")
    page.evaluate("src => { const b = document.querySelector('dashapp-board'); b.src = src; }", BOARD.replace("acme", "rival"))  # fmt: skip
    for server in (DASH, "https://other.example"):
        page.add_script_tag(url=f"{server}/embed.js")
    page.locator("iframe[title=Operations]").wait_for()

    assert [request.url.endswith("?mine") for request in shop.asked] == [True]
    assert [url.split("#")[0] for url in shop.framed] == [BOARD.replace("acme", "rival")]


def test_another_address_is_another_board_and_what_comes_for_the_first_is_ignored(shop):
    page = shop.page
    shop.open()
    page.evaluate(f"""async () => {{ {HELP} let give; const tokens = ["{JWT}first", "{JWT}second"];
      const b = plain(); b.src = SRC; b.getToken = () => new Promise((go) => {{ const was = give, token = tokens.shift();
        give = () => {{ if (was) was(); go(token); }}; window.give = give; }});
      body.append(b); await 0; await 0; b.src = SRC.replace("acme", "rival"); later(() => window.give()); }}""")  # fmt: skip
    page.locator("iframe[title=Operations]").wait_for()

    (framed,) = boards(page)
    assert framed.url == BOARD.replace("acme", "rival") + f"#token={JWT}second"
    assert len(shop.framed) == 1


def test_a_new_function_for_tokens_does_not_start_a_board_again(shop):
    """React makes one with each rendering."""
    page = shop.page
    shop.open()
    page.evaluate(f"""async () => {{ {HELP} const b = plain(); b.src = SRC; b.getToken = () => "{JWT}"; body.append(b);
      await ready(b); b.getToken = () => "{JWT}"; b.title = "Ours"; b.setAttribute("height", "600"); }}""")  # fmt: skip
    page.locator("iframe[title=Ours]").wait_for()
    page.wait_for_timeout(100)

    assert len(shop.framed) == 1
    assert page.locator("iframe").evaluate("frame => frame.style.height") == "600px"


def test_a_theme_and_a_range_that_are_wanted_early_are_told_when_there_is_a_board(shop):
    page = shop.page
    shop.open()
    page.evaluate(f"""() => {{ {HELP} const b = make(); b.setTheme("dark"); b.setRange("7d"); body.append(b); }}""")  # fmt: skip
    frame = shown_board(page)

    frame.wait_for_function("heard.length >= 3")
    told = frame.evaluate("heard.filter((said) => said.type !== 'visible')")
    assert [said[said["type"]] for said in told] == ["dark", "7d"]


def test_a_height_is_a_property_too(shop):
    page = shop.page
    shop.open()
    page.evaluate(f"""() => {{ {HELP} const b = make(); b.height = 600; body.append(b); }}""")
    page.locator("iframe").wait_for()

    assert page.locator("dashapp-board").get_attribute("height") == "600"


def test_a_document_without_a_window_shows_nothing_and_the_page_does_afterwards(shop):
    page = shop.page
    shop.open()
    page.evaluate(f"""async () => {{ {HELP} const b = make();
      document.implementation.createHTMLDocument().body.append(b); b.title = "Ours";
      await new Promise((done) => setTimeout(done, 50)); b.lang = "en"; body.append(b); }}""")  # fmt: skip
    shown_board(page)

    assert len(shop.framed) == 1


STRICT = f"""default-src 'none'; script-src {DASH} 'self'; frame-src {DASH}; connect-src 'self';
 style-src 'self'; require-trusted-types-for 'script'""".replace("\n", "")


def test_it_works_under_a_policy_that_allows_nothing_inline(shop):
    page = shop.page
    shop.headers = {"Content-Security-Policy": STRICT}
    shop.open(ELEMENT)
    shown_board(page)

    assert page.locator("iframe").bounding_box()["width"] > 900
    assert page.complaints == []

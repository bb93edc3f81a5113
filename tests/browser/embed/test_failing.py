"""Every failure of the element ends in what is between its tags, and in an event with a code."""

import pytest

from tests.browser.embed.shop import BOARD, DASH, ELEMENT, JWT, SHOP

INSIDE = ELEMENT.replace("></", "><b>Ask us</b></")
HTML = "<!doctype html><title>Log in</title>"


def failed(shop, code, message="", count=1):
    """The events of failures; the console has been warned once."""
    shop.page.wait_for_function(f"window.events.filter(([name]) => name === 'error').length >= {count}")  # fmt: skip
    details = [detail for name, detail in shop.page.evaluate("events") if name == "error"]
    assert [detail["code"] for detail in details] == [code] * count
    assert message in details[0]["message"]
    assert len([text for text in shop.page.warnings if f"dashapp-board: {code}: " in text]) == 1


def opened(shop, body=INSIDE, **clock):
    """The page, listening before its element is there, with a clock of its own."""
    shop.page.clock.install()
    shop.open()
    shop.hear("error", "ready", "session-ended")
    shop.page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", body)


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        ((500, "down"), "token-endpoint", "500"),
        ((401, HTML), "token-endpoint", "401"),
        ((200, HTML), "token-invalid", "no token"),
        ((200, ""), "token-invalid", "no token"),
        ((200, "null"), "token-invalid", "no token"),
        ((200, "www.shop.example"), "token-invalid", "no token"),
        ((200, '{"error": "login"}'), "token-invalid", "no token"),
        ((200, "{"), "token-invalid", "no token"),
        ((200, f"{JWT}.more"), "token-invalid", "no token"),
        ((200, f"{JWT}\n<script>"), "token-invalid", "no token"),
    ],
)
def test_what_is_no_token_never_becomes_a_frame(shop, answer, code, message):
    shop.tokens = [answer, answer]
    opened(shop)
    shop.page.wait_for_timeout(100)
    shop.page.clock.run_for(3_100)

    failed(shop, code, message)
    assert shop.framed == []
    assert shop.page.locator("dashapp-board b").is_visible()


@pytest.mark.parametrize("answer", [f" {JWT}\n", f'"{JWT}"', f'{{"token": "{JWT}"}}'])
def test_a_token_may_come_as_text_or_as_json(shop, answer):
    shop.tokens = [(200, answer)]
    opened(shop)
    shop.page.locator("iframe[title=Operations]").wait_for()

    assert shop.page.evaluate("events.map(([name]) => name)") == ["ready"]
    assert not shop.page.locator("dashapp-board b").is_visible()


def test_an_endpoint_that_hangs_has_ten_seconds_twice(shop):
    shop.tokens = [None, None]
    opened(shop)
    shop.page.clock.run_for(10_100)
    shop.page.wait_for_timeout(50)
    shop.page.clock.run_for(3_100)
    shop.page.wait_for_timeout(50)
    shop.page.clock.run_for(10_100)

    failed(shop, "token-timeout", "10 s")
    assert len(shop.asked) == 2


def test_an_endpoint_that_comes_back_is_not_noticed(shop):
    shop.tokens = [(200, HTML), (200, JWT)]
    opened(shop)
    shop.page.wait_for_timeout(100)
    shop.page.clock.run_for(3_100)
    shop.page.locator("iframe[title=Operations]").wait_for()

    assert shop.page.evaluate("events.map(([name]) => name)") == ["ready"]


@pytest.mark.parametrize("get", ["() => { throw Error('no rights') }", "async () => { throw Error('no rights') }", "() => Promise.reject(Error('no rights'))"])  # fmt: skip
def test_a_function_that_fails_is_a_failure_of_the_endpoint(shop, get):
    opened(shop, INSIDE.replace("token=", "data-no="))
    shop.page.evaluate(f"{{ document.querySelector('dashapp-board').getToken = {get}; }} 0")
    shop.page.wait_for_timeout(100)
    shop.page.clock.run_for(3_100)

    failed(shop, "token-endpoint", "no rights")


@pytest.mark.parametrize(
    "src",
    ["javascript:alert(1)//embed/a/b", "data:text/html,/embed/a/b", "/embed/acme/operations", "embed/acme/operations",
     f"{SHOP}/embed/acme/operations", f"{SHOP}/account?x=/embed/a/b", DASH, f"{DASH}/embed/acme", f"{DASH}/?x=/embed/a/b", "https://", "ftp://dash.example/embed/a/b"],
)  # fmt: skip
def test_an_address_that_is_no_boards_gets_no_token(shop, src):
    opened(shop, INSIDE.replace(BOARD, src))
    shop.page.clock.run_for(100)

    failed(shop, "bad-src", src.split("?")[0])
    assert (shop.asked, shop.framed) == ([], [])
    assert shop.page.locator("dashapp-board b").is_visible()


def test_a_frame_that_says_nothing_is_given_up_and_shown_when_it_is_ready_after_all(shop):
    opened(shop, INSIDE.replace("operations", "operations?silent"))
    shop.page.wait_for_selector("iframe", state="attached")
    shop.page.clock.run_for(10_100)
    failed(shop, "frame-timeout", "dashapp origin list")
    assert shop.page.locator("dashapp-board b").is_visible()

    (frame,) = [frame for frame in shop.page.frames if "/embed/" in frame.url]
    frame.evaluate("say('ready', {title: 'Operations'})")
    shop.page.locator("iframe[title=Operations]").wait_for()
    assert shop.page.locator("iframe").bounding_box()["height"] == 480
    assert not shop.page.locator("dashapp-board b").is_visible()


def test_a_frame_that_may_not_be_framed_is_given_up(shop):
    shop.frame_headers = {"Content-Security-Policy": "frame-ancestors 'none'"}
    opened(shop, ELEMENT)
    shop.page.wait_for_selector("iframe", state="attached")
    shop.page.clock.run_for(10_100)

    failed(shop, "frame-timeout")
    assert shop.page.get_by_role("status").text_content() == "This view cannot be shown right now."
    assert not shop.page.locator("iframe").is_visible()


def test_the_sentence_is_in_the_language_of_its_place(shop):
    shop.tokens = [(500, "")] * 2
    opened(shop, f"<div lang=PT-BR>{ELEMENT}</div>")
    shop.page.wait_for_timeout(100)
    shop.page.clock.run_for(3_100)
    failed(shop, "token-endpoint")

    assert (
        shop.page.get_by_role("status").text_content()
        == "Esta visualização não pode ser exibida agora."
    )
    assert shop.page.locator("dashapp-board").evaluate("node => node.childNodes.length") == 0


def test_a_board_whose_server_refuses_the_token_says_so(shop):
    opened(shop, INSIDE.replace("operations", "operations?unready"))
    frame = shop.page.wait_for_selector("iframe", state="attached").content_frame()
    frame.wait_for_load_state()
    frame.evaluate("say('session-ended')")

    failed(shop, "session-ended", "dashapp embed log")
    assert shop.page.locator("dashapp-board b").is_visible()


def test_a_renewal_that_fails_leaves_the_board_and_says_so(shop):
    opened(shop)
    shop.page.locator("iframe[title=Operations]").wait_for()
    shop.tokens = [(500, ""), (500, "")]
    (frame,) = [frame for frame in shop.page.frames if "/embed/" in frame.url]
    frame.evaluate("say('token-needed'); say('token-needed')")
    shop.page.wait_for_timeout(150)
    shop.page.clock.run_for(3_100)

    failed(shop, "token-endpoint", "500")
    assert len(shop.asked) == 3
    assert shop.page.locator("iframe").is_visible()


def test_a_message_of_the_board_comes_with_a_code(shop):
    opened(shop)
    shop.page.locator("iframe[title=Operations]").wait_for()
    (frame,) = [frame for frame in shop.page.frames if "/embed/" in frame.url]
    frame.evaluate("say('error', {message: 'There is no range 5y here.'})")
    shop.page.wait_for_function("events.length === 2")

    assert shop.page.evaluate("events[1][1].code") == "board"
    assert shop.page.evaluate("events[1][1].message") == "There is no range 5y here."


def test_an_element_that_is_taken_away_while_its_token_comes_does_nothing_more(shop):
    shop.tokens = [None]
    opened(shop)
    shop.page.evaluate("document.querySelector('dashapp-board').remove()")
    shop.page.clock.run_for(30_000)

    assert shop.framed == []
    assert shop.page.evaluate("events") == []
    assert len(shop.asked) <= 1

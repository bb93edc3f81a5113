"""When the element fails, it shows the content between its tags and emits an event with a code."""

import pytest

from tests.browser.embed.shop import BOARD, DASH, ELEMENT, JWT, SHOP

ELEMENT_WITH_FALLBACK = ELEMENT.replace("></", "><b>Ask us</b></")
LOGIN_PAGE = "<!doctype html><title>Log in</title>"


def check_failure(shop, code, message="", count=1):
    """Check the code and the message of the error events, and that the console has one warning."""
    shop.page.wait_for_function(f"window.events.filter(([name]) => name === 'error').length >= {count}")  # fmt: skip
    details = [detail for name, detail in shop.page.evaluate("events") if name == "error"]
    assert [detail["code"] for detail in details] == [code] * count
    assert message in details[0]["message"]
    assert len([text for text in shop.page.warnings if f"dashapp-board: {code}: " in text]) == 1


def open_shop(shop, element=ELEMENT_WITH_FALLBACK, **clock):
    """Open a page with a fake clock that records events before its element is attached."""
    shop.page.clock.install()
    shop.open()
    shop.record_events("error", "ready", "session-ended")
    shop.page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", element)


@pytest.mark.parametrize(
    ("response", "code", "message"),
    [
        ((500, "down"), "token-endpoint", "500"),
        ((401, LOGIN_PAGE), "token-endpoint", "401"),
        ((200, LOGIN_PAGE), "token-invalid", "did not return a token"),
        ((200, ""), "token-invalid", "did not return a token"),
        ((200, "null"), "token-invalid", "did not return a token"),
        ((200, "www.shop.example"), "token-invalid", "did not return a token"),
        ((200, '{"error": "login"}'), "token-invalid", "did not return a token"),
        ((200, "{"), "token-invalid", "did not return a token"),
        ((200, f"{JWT}.more"), "token-invalid", "did not return a token"),
        ((200, f"{JWT}\n<script>"), "token-invalid", "did not return a token"),
    ],
)
def test_an_invalid_token_never_creates_a_frame(shop, response, code, message):
    shop.tokens = [response, response]
    open_shop(shop)
    shop.page.wait_for_timeout(100)
    shop.page.clock.run_for(3_100)

    check_failure(shop, code, message)
    assert shop.frame_urls == []
    assert shop.page.locator("dashapp-board b").is_visible()


@pytest.mark.parametrize("body", [f" {JWT}\n", f'"{JWT}"', f'{{"token": "{JWT}"}}'])
def test_a_token_can_be_text_or_json(shop, body):
    shop.tokens = [(200, body)]
    open_shop(shop)
    shop.page.locator("iframe[title=Operations]").wait_for()

    assert shop.page.evaluate("events.map(([name]) => name)") == ["ready"]
    assert not shop.page.locator("dashapp-board b").is_visible()


def test_a_hanging_endpoint_gets_two_tries_of_ten_seconds(shop):
    shop.tokens = [None, None]
    open_shop(shop)
    shop.page.clock.run_for(10_100)
    shop.page.wait_for_timeout(50)
    shop.page.clock.run_for(3_100)
    shop.page.wait_for_timeout(50)
    shop.page.clock.run_for(10_100)

    check_failure(shop, "token-timeout", "10 s")
    assert len(shop.token_requests) == 2


def test_an_endpoint_that_recovers_causes_no_error(shop):
    shop.tokens = [(200, LOGIN_PAGE), (200, JWT)]
    open_shop(shop)
    shop.page.wait_for_timeout(100)
    shop.page.clock.run_for(3_100)
    shop.page.locator("iframe[title=Operations]").wait_for()

    assert shop.page.evaluate("events.map(([name]) => name)") == ["ready"]


@pytest.mark.parametrize("function", ["() => { throw Error('no rights') }", "async () => { throw Error('no rights') }", "() => Promise.reject(Error('no rights'))"])  # fmt: skip
def test_a_token_function_that_fails_counts_as_a_failed_endpoint(shop, function):
    open_shop(shop, ELEMENT_WITH_FALLBACK.replace("token=", "data-no="))
    shop.page.evaluate(f"{{ document.querySelector('dashapp-board').getToken = {function}; }} 0")
    shop.page.wait_for_timeout(100)
    shop.page.clock.run_for(3_100)

    check_failure(shop, "token-endpoint", "no rights")


@pytest.mark.parametrize(
    "src",
    ["javascript:alert(1)//embed/a/b", "data:text/html,/embed/a/b", "/embed/acme/operations", "embed/acme/operations",
     f"{SHOP}/embed/acme/operations", f"{SHOP}/account?x=/embed/a/b", DASH, f"{DASH}/embed/acme", f"{DASH}/?x=/embed/a/b", "https://", "ftp://dash.example/embed/a/b"],
)  # fmt: skip
def test_a_src_that_is_not_a_board_gets_no_token(shop, src):
    open_shop(shop, ELEMENT_WITH_FALLBACK.replace(BOARD, src))
    shop.page.clock.run_for(100)

    check_failure(shop, "bad-src", src.split("?")[0])
    assert (shop.token_requests, shop.frame_urls) == ([], [])
    assert shop.page.locator("dashapp-board b").is_visible()


def test_a_silent_frame_times_out_and_is_shown_once_it_is_ready(shop):
    with shop.page.expect_event(
        "framenavigated", lambda frame: "/embed/" in frame.url
    ) as navigated:
        open_shop(shop, ELEMENT_WITH_FALLBACK.replace("operations", "operations?silent"))
    frame = navigated.value
    frame.wait_for_function("typeof say === 'function'")
    shop.page.clock.run_for(10_100)
    check_failure(shop, "frame-timeout", "dashapp origin list")
    assert shop.page.locator("dashapp-board b").is_visible()

    frame.evaluate("say('ready', {title: 'Operations'})")
    shop.page.locator("iframe[title=Operations]").wait_for()
    assert shop.page.locator("iframe").bounding_box()["height"] == 480
    assert not shop.page.locator("dashapp-board b").is_visible()


def test_a_frame_blocked_by_its_policy_times_out(shop):
    shop.frame_headers = {"Content-Security-Policy": "frame-ancestors 'none'"}
    open_shop(shop, ELEMENT)
    shop.page.wait_for_selector("iframe", state="attached")
    shop.page.clock.run_for(10_100)

    check_failure(shop, "frame-timeout")
    assert shop.page.get_by_role("status").text_content() == "This view cannot be shown right now."
    assert not shop.page.locator("iframe").is_visible()


def test_the_failure_message_is_in_the_language_of_the_page(shop):
    shop.tokens = [(500, "")] * 2
    open_shop(shop, f"<div lang=PT-BR>{ELEMENT}</div>")
    shop.page.wait_for_timeout(100)
    shop.page.clock.run_for(3_100)
    check_failure(shop, "token-endpoint")

    assert (
        shop.page.get_by_role("status").text_content()
        == "Esta visualização não pode ser exibida agora."
    )
    assert shop.page.locator("dashapp-board").evaluate("node => node.childNodes.length") == 0


def test_a_token_refused_by_the_server_ends_the_session(shop):
    open_shop(shop, ELEMENT_WITH_FALLBACK.replace("operations", "operations?unready"))
    frame = shop.page.wait_for_selector("iframe", state="attached").content_frame()
    frame.wait_for_function("typeof say === 'function'")  # not its first, empty document
    frame.evaluate("say('session-ended')")

    check_failure(shop, "session-ended", "dashapp embed log")
    assert shop.page.locator("dashapp-board b").is_visible()


def test_a_failed_renewal_keeps_the_board_and_emits_an_error(shop):
    open_shop(shop)
    shop.page.locator("iframe[title=Operations]").wait_for()
    shop.tokens = [(500, ""), (500, "")]
    (frame,) = [frame for frame in shop.page.frames if "/embed/" in frame.url]
    frame.evaluate("say('token-needed'); say('token-needed')")
    shop.page.wait_for_timeout(150)
    shop.page.clock.run_for(3_100)

    check_failure(shop, "token-endpoint", "500")
    assert len(shop.token_requests) == 3
    assert shop.page.locator("iframe").is_visible()


def test_an_error_of_the_board_has_a_code(shop):
    open_shop(shop)
    shop.page.locator("iframe[title=Operations]").wait_for()
    (frame,) = [frame for frame in shop.page.frames if "/embed/" in frame.url]
    frame.evaluate("say('error', {message: 'The range 5y is not available.'})")
    shop.page.wait_for_function("events.length === 2")

    assert shop.page.evaluate("events[1][1].code") == "board"
    assert shop.page.evaluate("events[1][1].message") == "The range 5y is not available."


def test_an_element_removed_while_its_token_loads_does_nothing(shop):
    shop.tokens = [None]
    open_shop(shop)
    shop.page.evaluate("document.querySelector('dashapp-board').remove()")
    shop.page.clock.run_for(30_000)

    assert shop.frame_urls == []
    assert shop.page.evaluate("events") == []
    assert len(shop.token_requests) <= 1

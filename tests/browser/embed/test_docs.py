"""The JavaScript examples of docs/embed.md work, with the CSRF protection of each framework."""

import pytest

from tests.browser.embed.shop import BOARD, JWT, SCRIPT, wait_for_board
from tests.docs.pages import example

HEAD = f"""{SCRIPT}<meta name=csrf-token content=from-the-page>
<script>document.cookie = "a=b"; document.cookie = "csrftoken=from-the-cookie"; window.accessToken = "mine";</script>"""


@pytest.mark.parametrize(
    ("framework", "header", "value"),
    [
        ("django", "x-csrftoken", "from-the-cookie"),
        ("rails", "x-csrf-token", "from-the-page"),
        ("laravel", "x-csrf-token", "from-the-page"),
        ("flaskWtf", "x-csrftoken", "from-the-page"),
        ("bearer", "authorization", "Bearer mine"),
    ],
)
def test_the_token_endpoint_gets_the_header_of_each_framework(shop, framework, header, value):
    shop.tokens = [(200, JWT)]
    shop.open(f"<dashapp-board src={BOARD}></dashapp-board>", head=HEAD)
    code = example("javascript").replace("headers.rails", f"headers.{framework}")
    shop.page.evaluate(f"() => {{ {code} }}")
    wait_for_board(shop.page)

    assert [request.headers[header] for request in shop.token_requests] == [value]


def test_the_events_and_methods_in_the_docs_work(shop):
    shop.open(f"<dashapp-board src={BOARD} token=/token></dashapp-board>")
    listener = example("js", "board.addEventListener")
    shop.page.evaluate(f"() => {{ {listener} }}")
    frame = wait_for_board(shop.page)
    frame.wait_for_function("heard.length >= 3")

    messages = frame.evaluate("heard.filter((message) => message.type !== 'visible')")
    assert [message["type"] for message in messages] == ["theme", "range"]
    assert shop.page.console_errors == []

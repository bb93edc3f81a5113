"""The function for tokens of docs/embedding.md, in pages as each framework makes them."""

import pytest

from tests.browser.embed.shop import BOARD, JWT, SCRIPT
from tests.browser.embed.test_attaching import shown_board
from tests.test_embedding_docs import example

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
def test_the_endpoint_gets_the_header_that_it_wants(shop, framework, header, value):
    shop.tokens = [(200, JWT)]
    shop.open(f"<dashapp-board src={BOARD}></dashapp-board>", head=HEAD)
    code = example("javascript").replace("headers.rails", f"headers.{framework}")
    shop.page.evaluate(f"() => {{ {code} }}")
    shown_board(shop.page)

    assert [request.headers[header] for request in shop.asked] == [value]


def test_the_events_and_methods_of_the_docs_work(shop):
    shop.open(f"<dashapp-board src={BOARD} token=/token></dashapp-board>")
    listening = example("js", "board.addEventListener")
    shop.page.evaluate(f"() => {{ {listening} }}")
    frame = shown_board(shop.page)
    frame.wait_for_function("heard.length >= 3")

    told = frame.evaluate("heard.filter((said) => said.type !== 'visible')")
    assert [said["type"] for said in told] == ["theme", "range"]
    assert shop.page.complaints == []

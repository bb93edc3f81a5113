"""A vendor's page on another site, with a token endpoint like the one in examples/vendor_app."""

from collections.abc import Callable
from contextlib import ExitStack

from werkzeug.wrappers import Request, Response

from tests.browser.servers import serving


class Vendor:
    """A server on `localhost`; dashapp is on `127.0.0.1`, so a browser sees two sites."""

    def __init__(self, token: Callable[[], str]) -> None:
        self.token, self.token_requests, self.page, self.status = token, 0, "", 200
        self.sibling = ""
        self._running = ExitStack()
        server = self._running.enter_context(serving(self._respond))
        self.origin = f"http://localhost:{server.server_port}"

    def _respond(self, environ, start_response):
        request = Request(environ)
        if request.path == "/token" and request.method == "POST":
            self.token_requests += 1
            response = Response(self.token(), self.status, mimetype="text/plain")
        elif request.path == "/sibling":
            response = Response(self.sibling, mimetype="text/html")
        elif request.path == "/":
            response = Response(self.page, mimetype="text/html")
        else:
            response = Response("", 204)  # the favicon
        return response(environ, start_response)

    def close(self) -> None:
        self._running.close()


def with_script(base_url: str, extra_html: str = "") -> str:
    """Return a page that embeds the board with the element and its script."""
    return f"""<!doctype html><meta charset="utf-8"><title>Shop</title><h1>Shop</h1>
<script src="{base_url}/embed.js" async></script>
<dashapp-board src="{base_url}/embed/acme/operations" token="/token"></dashapp-board>{extra_html}"""


def without_script(
    base_url: str, token: str, path: str = "/embed/acme/operations?time_range=7d"
) -> str:
    return f"""<!doctype html><meta charset="utf-8"><title>Shop</title><h1>Shop</h1>
<iframe src="{base_url}{path}#token={token}" width="1200" height="900"></iframe>"""


READY = '[data-panel="users-time-series"][data-state="ready"]'


def board_frame(page):
    page.wait_for_selector("iframe")
    frame = page.frame_locator("iframe")
    frame.locator(READY).wait_for()
    return frame


def embed_requests(page):
    return [
        request
        for request in page.requests
        if "/embed/" in request.url and not request.url.endswith("embed.js")
    ]


def sent_headers(request) -> dict[str, str]:
    return request.all_headers()

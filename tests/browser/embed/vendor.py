"""A vendor's page on another site, with a token endpoint, as examples/vendor_app shows it."""

import threading
from collections.abc import Callable

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


class Vendor:
    """Serves on `localhost`, while dashapp is on `127.0.0.1`: two sites for a browser."""

    def __init__(self, token: Callable[[], str]) -> None:
        self.token, self.asked, self.page, self.status = token, 0, "", 200
        self.sibling = ""
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.origin = f"http://localhost:{self._server.server_port}"

    def _answer(self, environ, start_response):
        request = Request(environ)
        if request.path == "/token" and request.method == "POST":
            self.asked += 1
            answer = Response(self.token(), self.status, mimetype="text/plain")
        elif request.path == "/sibling":
            answer = Response(self.sibling, mimetype="text/html")
        elif request.path == "/":
            answer = Response(self.page, mimetype="text/html")
        else:
            answer = Response("", 204)  # its icon
        return answer(environ, start_response)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def with_script(base: str, more: str = "") -> str:
    """The five lines of docs/embedding.md."""
    return f"""<!doctype html><meta charset="utf-8"><title>Shop</title><h1>Shop</h1>
<script src="{base}/embed.js" async></script>
<dashapp-board src="{base}/embed/acme/operations" token="/token"></dashapp-board>{more}"""


def without_script(
    base: str, token: str, path: str = "/embed/acme/operations?time_range=7d"
) -> str:
    return f"""<!doctype html><meta charset="utf-8"><title>Shop</title><h1>Shop</h1>
<iframe src="{base}{path}#token={token}" width="1200" height="900"></iframe>"""


READY = '[data-panel="users-time-series"][data-state="ready"]'


def frame_of(page):
    page.wait_for_selector("iframe")
    frame = page.frame_locator("iframe")
    frame.locator(READY).wait_for()
    return frame


def embed_requests(page):
    return [r for r in page.requests if "/embed/" in r.url and not r.url.endswith("embed.js")]


def sent(request) -> dict[str, str]:
    return request.all_headers()

"""A vendor's page and a stub of a board, served by browser routes: tests need no server."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Error

from dashapp.settings import resource

SHOP, DASH = "https://shop.example", "https://dash.example"
BOARD = f"{DASH}/embed/acme/operations"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmVk"
SCRIPT = f'<script src="{DASH}/embed.js"></script>'
ELEMENT = f'<dashapp-board src="{BOARD}" token="/token"></dashapp-board>'

# Announces itself as the real page does; `heard` collects the messages that it receives.
FRAME = """<!doctype html><body><script>
const say = (type, fields) => parent.postMessage({dashapp: 1, type, ...fields}, "*");
window.heard = []; addEventListener("message", (event) => heard.push(event.data));
const query = new URLSearchParams(location.search);
if (!query.has("silent")) { say("loading"); }
if (!query.has("silent") && !query.has("unready")) { say("ready", {title: "Operations"}); }
</script>"""


class Shop:
    """The vendor's site.

    `pages` are its pages by path. `tokens` are the responses of its token endpoint, in order; None
    never responds.
    """

    def __init__(self, page) -> None:
        self.page, self.headers, self.frame_headers = page, {}, {}
        self.pages: dict[str, str] = {}
        self.scripts: dict[str, str | Path] = {}
        self.tokens: list[tuple[int, str] | None] = []
        self.token_requests, self.frame_urls = [], []
        page.route("**/*", self._respond)

    def open(self, body: str = "", path: str = "/", head: str = SCRIPT) -> None:
        self.pages[path] = f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body>"
        self.page.goto(SHOP + path)

    def _respond(self, route) -> None:
        request, url = route.request, urlsplit(route.request.url)
        if url.path.endswith("token"):
            self.token_requests.append(request)
            self._send_token(route)
        elif f"{url.scheme}://{url.netloc}" == SHOP and url.path in self.scripts:
            route.fulfill(body=_source(self.scripts[url.path]), content_type="text/javascript")
        elif f"{url.scheme}://{url.netloc}" == SHOP and url.path in self.pages:
            route.fulfill(body=self.pages[url.path], content_type="text/html", headers=self.headers)
        elif url.path == "/embed.js":
            route.fulfill(
                path=resource("assets") / "packed" / "embed.js", content_type="text/javascript"
            )
        elif url.path.startswith("/embed/"):
            self.frame_urls.append(request.url)
            route.fulfill(body=FRAME, content_type="text/html", headers=self.frame_headers)
        else:
            route.fulfill(status=204)

    def _send_token(self, route) -> None:
        response = self.tokens.pop(0) if self.tokens else (200, JWT)
        if response is not None:  # None: leave the request unanswered
            route.fulfill(status=response[0], body=response[1], content_type="text/plain")

    def record_events(self, *names: str) -> None:
        """Record the element's events in `window.events`, as pairs of name and detail."""
        self.page.evaluate(
            """names => { window.events = []; for (const name of names)
              addEventListener("dashapp-" + name, (event) => events.push([name, event.detail]), true); }""",
            list(names),
        )


def _source(script: str | Path) -> str:
    return script.read_text() if isinstance(script, Path) else script


def board_frames(page):
    """Return the frames of boards that are in the page."""
    return [frame for frame in page.frames if "/embed/" in frame.url]


def has_been_shown(frame) -> bool:
    """Check that the element has sent the frame the part of it that is visible."""
    try:
        return frame.evaluate(
            "heard.some((message) => message.type === 'visible' && message.height > 0)"
        )
    except Error:  # the frame was removed
        return False


def wait_for_board(page):
    for _ in range(200):
        frames = board_frames(page)
        if len(frames) == 1 and has_been_shown(frames[0]):
            return frames[0]
        page.wait_for_timeout(20)
    raise AssertionError([frame.url for frame in board_frames(page)])


def is_gone(page) -> bool:
    """Check that no frame of a board is left, waiting up to two seconds."""
    for _ in range(100):
        if not board_frames(page):
            return True
        page.wait_for_timeout(20)
    return False

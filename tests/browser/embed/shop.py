"""A vendor's page and a stub of a board, answered by routes: what the element does, without servers."""

from pathlib import Path
from urllib.parse import urlsplit

from dashapp.settings import resource

SHOP, DASH = "https://shop.example", "https://dash.example"
BOARD = f"{DASH}/embed/acme/operations"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmVk"
SCRIPT = f'<script src="{DASH}/embed.js"></script>'
ELEMENT = f'<dashapp-board src="{BOARD}" token="/token"></dashapp-board>'

# Says that it is there, as the real page does; `heard` is what it was told.
FRAME = """<!doctype html><body><script>
const say = (type, more) => parent.postMessage({dashapp: 1, type, ...more}, "*");
window.heard = []; addEventListener("message", (event) => heard.push(event.data));
const asked = new URLSearchParams(location.search);
if (!asked.has("silent")) { say("loading"); }
if (!asked.has("silent") && !asked.has("unready")) { say("ready", {title: "Operations"}); }
</script>"""


class Shop:
    """`pages` are the shop's own by path, `tokens` what its endpoint answers, one after the other."""

    def __init__(self, page) -> None:
        self.page, self.headers, self.frame_headers = page, {}, {}
        self.pages: dict[str, str] = {}
        self.scripts: dict[str, str | Path] = {}
        self.tokens: list[tuple[int, str] | None] = []
        self.asked, self.framed = [], []
        page.route("**/*", self._answer)

    def open(self, body: str = "", path: str = "/", head: str = SCRIPT) -> None:
        self.pages[path] = f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body>"
        self.page.goto(SHOP + path)

    def _answer(self, route) -> None:
        request, url = route.request, urlsplit(route.request.url)
        if url.path.endswith("token"):
            self.asked.append(request)
            self._token(route)
        elif f"{url.scheme}://{url.netloc}" == SHOP and url.path in self.scripts:
            route.fulfill(body=_text(self.scripts[url.path]), content_type="text/javascript")
        elif f"{url.scheme}://{url.netloc}" == SHOP and url.path in self.pages:
            route.fulfill(body=self.pages[url.path], content_type="text/html", headers=self.headers)
        elif url.path == "/embed.js":
            route.fulfill(path=resource("assets") / "embed.min.js", content_type="text/javascript")
        elif url.path.startswith("/embed/"):
            self.framed.append(request.url)
            route.fulfill(body=FRAME, content_type="text/html", headers=self.frame_headers)
        else:
            route.fulfill(status=204)

    def _token(self, route) -> None:
        answer = self.tokens.pop(0) if self.tokens else (200, JWT)
        if answer is not None:  # None: it never comes
            route.fulfill(status=answer[0], body=answer[1], content_type="text/plain")

    def hear(self, *names: str) -> None:
        """Keeps the element's events, in `window.events`, as pairs of name and detail."""
        self.page.evaluate(
            """names => { window.events = []; for (const name of names)
              addEventListener("dashapp-" + name, (event) => events.push([name, event.detail]), true); }""",
            list(names),
        )


def _text(script: str | Path) -> str:
    return script.read_text() if isinstance(script, Path) else script

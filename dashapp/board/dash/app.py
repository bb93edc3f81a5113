"""The one Dash app, and the views that lend it an org and a dashboard by the address.

Dash itself is mounted under `/_dash/`, where only its scripts and our assets may be asked for. A
board's page tells Dash's renderer its own address as the prefix, so that every request of a page
names the org and the dashboard, and two tabs can show two orgs.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from dash import Dash
from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from dashapp.board import callbacks
from dashapp.board.board import Board
from dashapp.board.dash import guard
from dashapp.board.dash.bundle import Bundle
from dashapp.board.layout import nothing
from dashapp.domain.access.dashboard import current_dashboard
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import NotFound
from dashapp.domain.language import _
from dashapp.settings import resource

PREFIX = "/_dash/"
EMBED_SHELL = "embed.shell"
_LIBRARY = f"{PREFIX}_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
_PRIVATE_CONFIG = ("python_version", "dash_version", "plotly_version", "dash_version_url")


class Views(NamedTuple):
    """What a board's address answers with."""

    page: Callable[..., ResponseReturnValue]
    shell: Callable[..., ResponseReturnValue]
    layout: Callable[..., ResponseReturnValue]
    dependencies: Callable[..., ResponseReturnValue]
    update: Callable[..., ResponseReturnValue]


class BoardDash(Dash):
    """Dash, with our page in the place of its own, and one script in the place of fifteen."""

    bundle: Bundle  # once Dash has set itself up

    def index(self, *_args: Any, shapes: Sequence[str] = (), **_kwargs: Any) -> str:
        """A member's page knows whose board it is; the shell of an embed knows nothing."""
        org, dashboard = request.view_args["org"], request.view_args["dashboard"]  # type: ignore[index]
        kind = "embed" if request.endpoint == EMBED_SHELL else "app"
        parts = {
            "config": self._page_config(f"/{kind}/{org}/{dashboard}/"),
            "dependencies": self._callback_list,
            "bundle": self.bundle,
        }
        if kind == "embed":
            return render_template("embed.html", dash=parts)
        return render_template("board.html", dash=parts, scope=current_scope(), shapes=shapes)

    def _page_config(self, prefix: str) -> dict[str, Any]:
        """Dash's configuration with the page's own prefix, and without versions for strangers."""
        config: dict[str, Any] = self._config()  # type: ignore[no-untyped-call]
        private = {name: "" for name in _PRIVATE_CONFIG if name in config}
        return {**config, **private, "requests_pathname_prefix": prefix}


def build(server: Flask, board: Board) -> tuple[BoardDash, Views]:
    """The Dash app on the server, and the views of a board's address."""
    dash_app = BoardDash(
        "dashapp",
        server=server,  # type: ignore[arg-type]  # Dash's annotation forgot Flask
        routes_pathname_prefix=PREFIX,
        requests_pathname_prefix=PREFIX,
        assets_folder=str(resource("assets")),
        assets_ignore=r"arrange\..*|embed.*\.js",  # of other pages
        suppress_callback_exceptions=True,
        update_title=None,  # type: ignore[arg-type]  # None leaves the title alone
        use_async=False,
        enable_mcp=False,
        websocket_callbacks=False,
    )
    dash_app.layout = lambda: _layout(board)
    callbacks.register(dash_app, board)
    return dash_app, _views(server, dash_app, board)


def library_views(server: Flask) -> dict[str, Callable[..., Any]]:
    """Dash's view that holds nobody's data, its scripts and styles, by endpoint."""
    return {_LIBRARY: partial(_library, server.view_functions[_LIBRARY])}


def _library(view: Callable[..., Any], **args: str) -> Response:
    """Dash answers 500 for a script that does not exist, and names those that do in the log."""
    try:
        answer: Response = view(**args)
        answer.make_conditional(request)
    except HTTPException:
        raise
    except Exception as error:
        raise NotFound(_("File not found.")) from error
    return answer


def _views(server: Flask, dash_app: BoardDash, board: Board) -> Views:
    own: dict[str, Any] = server.view_functions
    (refresh,) = (name for name, found in dash_app.callback_map.items() if "callback" in found)

    def page(**_: str) -> ResponseReturnValue:
        search = request.query_string.decode("utf-8", "replace")
        return make_response(dash_app.index(shapes=board.shapes(current_dashboard(), search)))

    def shell(**_: str) -> ResponseReturnValue:
        return make_response(dash_app.index())

    def layout(**_: str) -> Any:
        return own[f"{PREFIX}_dash-layout"]()

    def dependencies(**_: str) -> Any:
        return own[f"{PREFIX}_dash-dependencies"]()

    def update(**_: str) -> Any:
        guard.check(request, refresh)
        return own[f"{PREFIX}_dash-update-component"]()

    return Views(page, shell, layout, dependencies, update)


def _layout(board: Board) -> Any:
    """Dash asks once without a request, to validate; then once a page."""
    if not request or not request.view_args or "org" not in request.view_args:
        return nothing()
    return board.layout(current_dashboard(), request.query_string.decode("utf-8", "replace"))

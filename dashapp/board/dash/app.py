"""The Dash app, and the views that serve it at the URL of each dashboard.

Dash is mounted under `/_dash/`, where only its scripts and our assets can be requested. A board's
page gives the renderer its own URL as the prefix: every request names the org and the dashboard,
and two tabs can show two orgs.
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
from dashapp.board.island import page_limits
from dashapp.board.layout import empty_layout
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
    """The views below a board's URL."""

    page: Callable[..., ResponseReturnValue]
    shell: Callable[..., ResponseReturnValue]
    layout: Callable[..., ResponseReturnValue]
    dependencies: Callable[..., ResponseReturnValue]
    update: Callable[..., ResponseReturnValue]


class BoardDash(Dash):
    """Dash with our own page template, which loads one bundled script."""

    bundle: Bundle  # set by dashapp/app.py after Dash's setup

    def index(self, *_args: Any, shapes: Sequence[str] = (), **_kwargs: Any) -> str:
        """Return the page for a member, or the shell of an embedded board, which has no data."""
        org, dashboard = request.view_args["org"], request.view_args["dashboard"]  # type: ignore[index]
        kind = "embed" if request.endpoint == EMBED_SHELL else "app"
        parts = {
            "config": self._page_config(f"{request.script_root}/{kind}/{org}/{dashboard}/"),
            "dependencies": self._callback_list,
            "bundle": self.bundle,
            "limits": page_limits(),
        }
        if kind == "embed":
            return render_template("embed.html", dash=parts)
        return render_template("board.html", dash=parts, scope=current_scope(), shapes=shapes)

    def _page_config(self, prefix: str) -> dict[str, Any]:
        """Return Dash's configuration with the page's own prefix and without versions."""
        config: dict[str, Any] = self._config()  # type: ignore[no-untyped-call]
        private = {name: "" for name in _PRIVATE_CONFIG if name in config}
        return {**config, **private, "requests_pathname_prefix": prefix}


def build(server: Flask, board: Board) -> tuple[BoardDash, Views]:
    """Return the Dash app, and the views of a board's URL."""
    dash_app = BoardDash(
        "dashapp",
        server=server,  # type: ignore[arg-type]  # Dash's type lacks Flask
        routes_pathname_prefix=PREFIX,
        requests_pathname_prefix=PREFIX,
        assets_folder=str(resource("assets")),
        include_assets_files=False,  # they are in the bundle
        suppress_callback_exceptions=True,
        update_title=None,  # type: ignore[arg-type]  # None keeps the title
        use_async=False,
        enable_mcp=False,
        websocket_callbacks=False,
    )
    dash_app.layout = lambda: _layout(board)
    callbacks.register(dash_app, board)
    return dash_app, _views(server, dash_app, board)


def library_views(server: Flask) -> dict[str, Callable[..., Any]]:
    """Return Dash's view of its scripts and styles, which have no data, by endpoint."""
    return {_LIBRARY: partial(_library, server.view_functions[_LIBRARY])}


def _library(view: Callable[..., Any], **args: str) -> Response:
    """Serve a file of Dash. A missing file is a 404; Dash alone would respond with a 500."""
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
    (refresh,) = (name for name, entry in dash_app.callback_map.items() if "callback" in entry)

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
    """Return the layout. Dash also calls this once at startup, without a request."""
    if not request or not request.view_args or "org" not in request.view_args:
        return empty_layout()
    return board.layout(current_dashboard(), request.query_string.decode("utf-8", "replace"))

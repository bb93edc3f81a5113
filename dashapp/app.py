"""Assemble a Flask server from settings."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from dashapp.board.board import Board
from dashapp.board.dash import app as board_app
from dashapp.board.dash import bundle
from dashapp.domain.secrets.sealing import derived_key
from dashapp.domain.time.instant import utc_now
from dashapp.settings import Settings
from dashapp.store.boards.loading import DefinitionsCache
from dashapp.store.engine import Store
from dashapp.web.access import guard, people, policies, request_session
from dashapp.web.api import dashboards, events, metrics, openapi, sent_events
from dashapp.web.api.control import routes as control
from dashapp.web.api.control.data import embed_sessions, exports, persons, usage
from dashapp.web.http import (
    assets,
    compression,
    errors,
    headers,
    health,
    inline,
    language,
    logs,
    scraping,
    slashes,
)
from dashapp.web.http.mounting import Mounted
from dashapp.web.pages import (
    arranging,
    chrome,
    embed,
    landing,
    login,
    presenting,
    second_factor,
    sign_on,
    sign_on_start,
    switching,
    viewing,
)
from dashapp.web.pages.account import account, confirm, factors
from dashapp.web.pages.editing import routes as editing
from dashapp.web.pages.links import invitation, reset
from dashapp.web.pages.saved import views as saved_views
from dashapp.web.pages.settings import navigation
from dashapp.web.services import EXTENSION, Services
from dashapp.widgets.catalog import Catalog, load_catalog
from dashapp.widgets.library import CurrentLibrary

if TYPE_CHECKING:
    from flask.json.provider import DefaultJSONProvider

_MAX_BODY = 1_048_576
_PARTS = (
    logs,
    scraping,
    errors,
    headers,
    slashes,
    compression,
    health,
    people,
    guard,
    request_session,
    language,
    login,
    chrome,
    inline,
    assets,
    navigation,
)
_BLUEPRINTS = (
    landing,
    invitation,
    reset,
    arranging,
    editing,
    saved_views,
    switching,
    sign_on,
    sign_on_start,
    second_factor,
    account,
    confirm,
    factors,
    embed,
    dashboards,
    sent_events,
    metrics,
    events,
    openapi,
    control,
    health,
    scraping,
    usage,
    embed_sessions,
    persons,
    exports,
)


def create_app(
    settings: Settings,
    *,
    store: Store | None = None,
    catalog: Catalog | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Flask:
    """Create a server. It is warmed up, so the first request takes no longer than the second."""
    server = Flask("dashapp", static_folder=None, template_folder=str(_templates()))
    _configure(server, settings)
    store = store or Store(
        settings.database_url,
        role=settings.database_role,
        read_url=settings.database_read_url,
        cache=settings.cache,
    )
    catalog = load_catalog() if catalog is None else catalog
    library = CurrentLibrary(catalog, DefinitionsCache(store))
    server.extensions[EXTENSION] = Services(
        settings, store, clock, library, policies.scope_of_org, catalog.locales
    )
    for part in _PARTS:
        part.init_app(server)
    for part in _BLUEPRINTS:
        server.register_blueprint(part.blueprint)
    _add_board(
        server,
        Board(
            request_session.read,
            library,
            clock,
            settings.public_url,
            derived_key(settings.secret_key, "revisions"),
        ),
        settings.public_path,
    )
    assets.add_plugin_files(server, catalog.assets)
    return server


def _configure(server: Flask, settings: Settings) -> None:
    server.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=settings.secrets.oldest_first[:-1],
        WTF_CSRF_SECRET_KEY=settings.secrets.oldest_first,  # Flask-WTF knows no fallbacks
        MAX_CONTENT_LENGTH=_MAX_BODY,
        MAX_FORM_MEMORY_SIZE=65_536,
        TRUSTED_HOSTS=settings.trusted_hosts,
        TEMPLATES_AUTO_RELOAD=False,
    )
    # JSON keys have the order of the CSV's columns.
    cast("DefaultJSONProvider", server.json).sort_keys = False
    server.wsgi_app = Mounted(  # type: ignore[method-assign,assignment]
        server.wsgi_app, settings.public_path
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        server.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            server.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )


def _add_board(server: Flask, board: Board, public_path: str) -> None:
    dash_app, views = board_app.build(server, board)
    for endpoint, view in board_app.library_views(server).items():
        server.view_functions[endpoint] = policies.public(view)
    _add_routes(server, "board", "/app/<org>/<dashboard>", views, policies.board_call)
    _add_routes(server, "embed", "/embed/<org>/<dashboard>", views, policies.embedded)
    with server.test_client() as client:  # Dash's setup in the first request is not thread-safe
        icon = f"{public_path}{board_app.PREFIX}assets/favicon.svg"
        client.get(icon, environ_base={logs.WARM_UP: "1"}).close()
    dash_app.bundle = bundle.build(dash_app)
    assets.files(server).add(assets.File(assets.BUNDLE, dash_app.bundle.script))
    assets.files(server).add(assets.File("bundle.css", dash_app.bundle.style))


def _add_routes(
    server: Flask,
    name: str,
    address: str,
    views: board_app.Views,
    allow: Callable[[Callable[..., Any]], Callable[..., Any]],
) -> None:
    """Add a board's page, and the endpoints that Dash's renderer calls, guarded by `allow`."""
    page = presenting.presentable(viewing.counted(views.page))
    pages = {
        "board": ("board.page", policies.board_page(page)),
        "embed": (board_app.EMBED_SHELL, policies.public(embed.framed(views.shell))),
    }
    server.add_url_rule(address, *pages[name])
    for part, path, view, method in (
        ("layout", "_dash-layout", views.layout, "GET"),
        ("dependencies", "_dash-dependencies", views.dependencies, "GET"),
        ("update", "_dash-update-component", views.update, "POST"),
    ):
        guarded_view = allow(partial(view))  # a new object per route: the policy is stored on it
        server.add_url_rule(f"{address}/{path}", f"{name}.{part}", guarded_view, methods=[method])


def _templates() -> Path:
    return Path(__file__).resolve().parent / "templates"

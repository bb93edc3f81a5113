"""The bundle: one script and one stylesheet for a board's page, from Dash's files and ours.

Dash would load about fifteen scripts. The bundle joins them, from the same lists that Dash creates
its tags from. The order is: React, our scripts, the renderer, the components.
"""

# ruff: noqa: SLF001 - Dash has no other list of its files; tests/board/dash/test_internals.py

import pkgutil
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from dash import Dash, _dash_renderer, dcc, html
from dash._utils import format_tag
from markupsafe import Markup

Resource = Mapping[str, Any]

PLOTLY = "vendor/plotly-basic.min.js"  # not in the bundle: docs/adr/0010-one-script.md
SCRIPTS = ("vendor/regenerator.min.js", "packed/board.js")  # the first is used by dcc
STYLES = (
    "css/tokens.css",
    "css/page.css",
    "css/board.css",
    "css/picker.css",
    "css/time.css",
    "css/drawings.css",
    "css/sheet.css",
    "css/dialog.css",
    "css/views.css",
    "css/print.css",
    "css/embed.css",
)
_POLYFILL = "deps/polyfill"  # for browsers of 2017; dcc only needs the regenerator
_LOADED_BY_EVERY_BOARD = ("dcc/async-graph.js", "dcc/async-dropdown.js")
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)
_SEPARATOR = b"\n;\n"  # a script may end without a semicolon and begin with its own "use strict"


class Bundle(NamedTuple):
    """What a board's page loads: two files, and tags for third-party component libraries."""

    script: bytes
    style: bytes
    more_scripts: Markup
    more_styles: Markup


def build(dash_app: Dash) -> Bundle:
    """Return the bundle. Call it after Dash's setup: before, Dash has no lists of its files."""
    assets = Path(dash_app.config.assets_folder)
    return Bundle(
        script=_joined(
            chain(
                map(_dash_file, _react()),
                ((assets / name).read_bytes() for name in SCRIPTS),
                map(_dash_file, _renderer_and_components()),
                [_start(dash_app)],
            )
        ),
        style=b"\n".join((assets / name).read_bytes() for name in STYLES),
        more_scripts=_tags(dash_app, dash_app.scripts.get_all_scripts(), "script", "src"),
        more_styles=_tags(dash_app, dash_app.css.get_all_css(), "link", "href", rel="stylesheet"),
    )


def _react() -> list[str]:
    (react,) = _dash_renderer._js_dist_dependencies
    return [path for path in react["relative_package_path"]["prod"] if _POLYFILL not in path]


def _renderer_and_components() -> list[str]:
    """Return the files of the renderer, then those of the components, which need it to load."""
    paths = (_loaded_at_once(module._js_dist) for module in (_dash_renderer, dcc, html))
    return [*chain.from_iterable(paths), *_LOADED_BY_EVERY_BOARD]


def _start(dash_app: Dash) -> bytes:
    """Return the script that starts Dash's renderer, after all third-party scripts have run."""
    start = f'document.addEventListener("DOMContentLoaded",function(){{{dash_app.renderer}}});'
    return start.encode()


def _loaded_at_once(resources: Iterable[Resource]) -> list[str]:
    """Return the paths of files that a page loads at once, without lazy and debug files."""
    return [
        resource["relative_package_path"]
        for resource in resources
        if "relative_package_path" in resource
        and not resource.get("dynamic")
        and not resource.get("async")
    ]


def _tags(
    dash_app: Dash, resources: Sequence[Resource], tag: str, address: str, **more: str
) -> Markup:
    """Return the tags of component libraries that third-party widgets import."""
    others = [resource for resource in resources if resource.get("namespace", "dash") != "dash"]
    urls = dash_app._collect_and_register_resources(others, url_attr=address)
    attributes = [url if isinstance(url, dict) else {address: url} for url in urls]
    tags = (format_tag(tag, {**more, **named}, opened=tag == "link") for named in attributes)
    return Markup("\n".join(tags))  # noqa: S704 - addresses on this server


def _dash_file(path: str) -> bytes:
    content = pkgutil.get_data("dash", path)
    if content is None:
        raise FileNotFoundError(path)
    return content


def _joined(scripts: Iterable[bytes]) -> bytes:
    return b"".join(_SEPARATOR + _SOURCE_MAP.sub(b"", script).strip() for script in scripts)

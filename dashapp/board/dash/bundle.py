"""One script and one style for a board's page, from Dash's own files and ours.

Dash would name some fifteen scripts. Which files, it says itself: in the lists that its own tags
are made from. The order too is Dash's: React, our assets, the renderer, components.
"""

# ruff: noqa: SLF001 - Dash has no other list of its files; its version is held below the next

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

PLOTLY = "00-plotly-basic.min.js"  # beside the bundle: docs/adr/0010-one-script.md
_NOT_NEEDED = "deps/polyfill"  # for browsers of 2017; what dcc takes from it is in our assets
_EVERY_BOARD = ("dcc/async-graph.js", "dcc/async-dropdown.js")  # else loaded by the first of them
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)
_BETWEEN = b"\n;\n"  # a script may end without a semicolon, and begin with "use strict" for itself


class Bundle(NamedTuple):
    """What a board's page loads: two files, and tags for what third parties' widgets brought."""

    script: bytes
    style: bytes
    more_scripts: Markup
    more_styles: Markup


def build(dash_app: Dash) -> Bundle:
    """Of an app that has set itself up: before, Dash does not know what there is."""
    scripts: Sequence[Resource] = dash_app.scripts.get_all_scripts()
    styles: Sequence[Resource] = dash_app.css.get_all_css()
    folder = Path(dash_app.config.assets_folder)
    return Bundle(
        script=_joined(
            chain(
                map(_of_dash, _react()),
                (_asset(folder, one) for one in scripts if _is_own(one)),
                map(_of_dash, _renderer_and_components()),
                [_start(dash_app)],
            )
        ),
        style=b"\n".join(_asset(folder, one) for one in styles if _is_own(one)),
        more_scripts=_tags(dash_app, scripts, "script", "src"),
        more_styles=_tags(dash_app, styles, "link", "href", rel="stylesheet"),
    )


def _react() -> list[str]:
    (react,) = _dash_renderer._js_dist_dependencies
    return [path for path in react["relative_package_path"]["prod"] if _NOT_NEEDED not in path]


def _renderer_and_components() -> list[str]:
    """In this order: components look at load for what the renderer offers them."""
    found = (_at_once(one._js_dist) for one in (_dash_renderer, dcc, html))
    return [*chain.from_iterable(found), *_EVERY_BOARD]


def _start(dash_app: Dash) -> bytes:
    """Dash's one line of script, which starts it: once those of third parties are read, too."""
    start = f'document.addEventListener("DOMContentLoaded",function(){{{dash_app.renderer}}});'
    return start.encode()


def _at_once(resources: Iterable[Resource]) -> list[str]:
    """Those that are not loaded when they are first needed, nor only by Dash's developers."""
    return [
        one["relative_package_path"]
        for one in resources
        if "relative_package_path" in one and not one.get("dynamic") and not one.get("async")
    ]


def _is_own(resource: Resource) -> bool:
    return "asset_path" in resource and resource["asset_path"] != PLOTLY


def _tags(
    dash_app: Dash, resources: Iterable[Resource], tag: str, address: str, **more: str
) -> Markup:
    """Of component libraries that somebody's widgets have imported, as Dash would write them."""
    theirs = [one for one in resources if one.get("namespace", "dash") != "dash"]
    found = dash_app._collect_and_register_resources(theirs, url_attr=address)
    named = [one if isinstance(one, dict) else {address: one} for one in found]
    tags = (format_tag(tag, {**more, **one}, opened=tag == "link") for one in named)
    return Markup("\n".join(tags))  # noqa: S704 - addresses on this server


def _of_dash(path: str) -> bytes:
    content = pkgutil.get_data("dash", path)
    if content is None:
        raise FileNotFoundError(path)
    return content


def _asset(folder: Path, resource: Resource) -> bytes:
    path: str = resource["asset_path"]
    return (folder / path).read_bytes()


def _joined(parts: Iterable[bytes]) -> bytes:
    return b"".join(_BETWEEN + _SOURCE_MAP.sub(b"", part).strip() for part in parts)

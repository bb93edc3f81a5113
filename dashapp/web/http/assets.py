"""Scripts, styles and the icon: from memory, packed, at addresses that change with their content.

A page names its files by `asset("page.css")`, and the browser keeps those for good. The plain
name works too and is asked about each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain
from pathlib import Path, PurePath
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, request

from dashapp.settings import resource
from dashapp.web.access.policies import public
from dashapp.web.http.compression import ENCODINGS, compress_static, preferred_encoding

EXTENSION = "dashapp-files"
BUNDLE = "bundle.js"
_FOLDER = "/_dash/assets/"
# Dash's components look for those that come later beside the script that they came in.
_BUNDLES_FOLDER = "/_dash/_dash-component-suites/dash/dcc/"
_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_MARK_LENGTH = 16
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FOLDERS = ("", "css", "packed", "vendor")  # of assets; the others are sources

blueprint = Blueprint("files", __name__)


@dataclass(frozen=True)
class File:
    """One file, and perhaps its brotli made ahead."""

    name: str
    content: bytes
    brotli: bytes | None = None

    @cached_property
    def mark(self) -> str:
        return sha256(self.content).hexdigest()[:_MARK_LENGTH]

    @cached_property
    def marked_name(self) -> str:
        name = PurePath(self.name)
        return f"{name.stem}-{self.mark}{name.suffix}"

    def packed(self, encoding: str | None) -> bytes:
        """The bytes that go over the wire."""
        if encoding is None:
            return self.content
        if encoding == "br" and self.brotli is not None:
            return self.brotli
        return compress_static(self.content, encoding)


class Files:
    """Those of the folder `assets`, and what is added."""

    def __init__(self, folder: Path) -> None:
        self._plain: dict[str, File] = {}
        self._marked: dict[str, File] = {}
        for file in _read(folder):
            self.add(file)

    def add(self, file: File) -> None:
        self._plain[file.name] = self._marked[file.marked_name] = file

    def address(self, name: str) -> str:
        """Where a page finds it. Raises KeyError for what is not there."""
        folder = _BUNDLES_FOLDER if name == BUNDLE else _FOLDER
        return folder + self._plain[name].marked_name

    def pack(self) -> None:
        """Pack everything now, so that nobody waits for it."""
        for file in self._plain.values():
            for encoding in ENCODINGS:
                file.packed(encoding)

    def answer(self, name: str) -> Response:
        """By marked or plain name. 404 for any other."""
        if name in self._marked:
            return _answer(self._marked[name], _FOR_GOOD)
        if name not in self._plain:
            abort(404)
        return revalidated(self._plain[name])

    def plain(self, name: str) -> File:
        return self._plain[name]


def init_app(server: Flask) -> None:
    server.extensions[EXTENSION] = Files(resource("assets"))
    server.jinja_env.globals["asset"] = lambda name: files().address(name)
    server.register_blueprint(blueprint)


def files(server: Flask | None = None) -> Files:
    return cast("Files", (server or current_app).extensions[EXTENSION])


@blueprint.get(f"{_FOLDER}<name>")
@public
def asset(name: str) -> Response:
    return files().answer(name)


@blueprint.get(f"{_BUNDLES_FOLDER}bundle-<mark>.js")
@public
def bundle(mark: str) -> Response:
    return files().answer(f"bundle-{mark}.js")


def revalidated(file: File, cache_control: str = _ASK_AGAIN) -> Response:
    """At a name that stays when the content changes: with a tag to ask by."""
    response = _answer(file, cache_control)
    response.set_etag(f"{file.mark}-{response.content_encoding or 'plain'}")
    return cast("Response", response.make_conditional(request))


def _answer(file: File, cache_control: str) -> Response:
    encoding = preferred_encoding()
    kind = _KINDS.get(PurePath(file.name).suffix, "application/octet-stream")
    response = Response(file.packed(encoding), mimetype=kind)
    response.headers["Cache-Control"] = cache_control
    response.vary.add("Accept-Encoding")
    if encoding is not None:
        response.content_encoding = encoding
    return response


def _read(folder: Path) -> Iterator[File]:
    for path in chain.from_iterable(sorted((folder / name).iterdir()) for name in _FOLDERS):
        if path.suffix in _KINDS:
            ahead = path.with_name(f"{path.name}.br")
            yield File(path.name, path.read_bytes(), ahead.read_bytes() if ahead.exists() else None)

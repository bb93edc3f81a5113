"""Scripts, styles and the icon, served compressed from memory.

Templates get the URL of a file from `asset("page.css")`. It contains a hash of the content, so
browsers cache the file forever. The plain name works too; browsers revalidate it each time.
"""

from collections.abc import Iterator, Sequence
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
from dashapp.widgets.packaged import Asset

EXTENSION = "dashapp-files"
BUNDLE = "bundle.js"
_FOLDER = "/_dash/assets/"
# Dash loads its lazy components from the folder of the script that it is in itself.
_BUNDLES_FOLDER = "/_dash/_dash-component-suites/dash/dcc/"
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
_FINGERPRINT_LENGTH = 16
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_PLUGIN_KINDS = (".css", ".js")
_FOLDERS = ("", "css", "packed", "vendor")  # of assets; the others are sources

blueprint = Blueprint("files", __name__)


@dataclass(frozen=True)
class File:
    """One file. `brotli` is its content compressed in advance, if there is such a file."""

    name: str
    content: bytes
    brotli: bytes | None = None

    @cached_property
    def fingerprint(self) -> str:
        """The start of the content's SHA-256 in hex."""
        return sha256(self.content).hexdigest()[:_FINGERPRINT_LENGTH]

    @cached_property
    def fingerprinted_name(self) -> str:
        name = PurePath(self.name)
        return f"{name.stem}-{self.fingerprint}{name.suffix}"

    def encoded(self, encoding: str | None) -> bytes:
        """Return the content in an encoding; None means uncompressed."""
        if encoding is None:
            return self.content
        if encoding == "br" and self.brotli is not None:
            return self.brotli
        return compress_static(self.content, encoding)


class Files:
    """The files of the folder `assets`, and files that are added later."""

    def __init__(self, folder: Path) -> None:
        self._plain: dict[str, File] = {}
        self._fingerprinted: dict[str, File] = {}
        for file in _read(folder):
            self.add(file)

    def add(self, file: File) -> None:
        self._plain[file.name] = self._fingerprinted[file.fingerprinted_name] = file

    def address(self, name: str) -> str:
        """Return the URL path of a file. Raises KeyError for an unknown name."""
        folder = _BUNDLES_FOLDER if name == BUNDLE else _FOLDER
        return folder + self._plain[name].fingerprinted_name

    def precompress(self) -> None:
        """Compress all files now, so that no request waits for it."""
        for file in self._plain.values():
            for encoding in ENCODINGS:
                file.encoded(encoding)

    def respond(self, name: str) -> Response:
        """Serve a file by its fingerprinted or plain name; 404 for any other name."""
        if name in self._fingerprinted:
            return _respond(self._fingerprinted[name], _IMMUTABLE)
        if name not in self._plain:
            abort(404)
        return revalidated(self._plain[name])

    def find(self, name: str) -> File:
        return self._plain[name]


def init_app(server: Flask) -> None:
    server.extensions[EXTENSION] = Files(resource("assets"))
    server.jinja_env.globals["asset"] = lambda name: request.script_root + files().address(name)
    server.register_blueprint(blueprint)


def files(server: Flask | None = None) -> Files:
    return cast("Files", (server or current_app).extensions[EXTENSION])


def add_plugin_files(server: Flask, plugin_assets: Sequence[Asset]) -> None:
    """Serve the files of plug-ins, and let the pages of boards load them."""
    for asset in plugin_assets:
        files(server).add(File(asset.name, asset.content))
    server.jinja_env.globals["plugin_files"] = {
        kind: [asset.name for asset in plugin_assets if asset.name.endswith(kind)]
        for kind in _PLUGIN_KINDS
    }


@blueprint.get(f"{_FOLDER}<name>")
@public
def asset(name: str) -> Response:
    return files().respond(name)


@blueprint.get(f"{_BUNDLES_FOLDER}bundle-<fingerprint>.js")
@public
def bundle(fingerprint: str) -> Response:
    return files().respond(f"bundle-{fingerprint}.js")


def revalidated(file: File, cache_control: str = _REVALIDATE) -> Response:
    """Serve a file under a name that does not change with its content, with an ETag."""
    response = _respond(file, cache_control)
    response.set_etag(f"{file.fingerprint}-{response.content_encoding or 'plain'}")
    return cast("Response", response.make_conditional(request))


def _respond(file: File, cache_control: str) -> Response:
    encoding = preferred_encoding()
    kind = _KINDS.get(PurePath(file.name).suffix, "application/octet-stream")
    response = Response(file.encoded(encoding), mimetype=kind)
    response.headers["Cache-Control"] = cache_control
    response.vary.add("Accept-Encoding")
    if encoding is not None:
        response.content_encoding = encoding
    return response


def _read(folder: Path) -> Iterator[File]:
    for path in chain.from_iterable(sorted((folder / name).iterdir()) for name in _FOLDERS):
        if path.suffix in _KINDS:
            compressed = path.with_name(f"{path.name}.br")
            yield File(
                path.name,
                path.read_bytes(),
                compressed.read_bytes() if compressed.exists() else None,
            )

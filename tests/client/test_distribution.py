"""`dashapp-client` is built, and works where nothing else is installed."""

import subprocess
import sys
import threading
import venv
import zipfile
from pathlib import Path

import pytest
from werkzeug.serving import make_server

import dashapp
from dashapp.domain.secrets.keys import KeyKind
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
SEND = """
import sys
from importlib import metadata, util
from dashapp_client import Client

assert util.find_spec("dashapp") is None
assert metadata.requires("dashapp-client") is None
with Client(sys.argv[1], sys.argv[2]) as dash:
    dash.send("order.paid", user="u-17", occurred_at="2026-11-20T09:00:00Z")
assert dash.statistics == (0, 1, 0, 0, 0), dash.statistics
print(metadata.version("dashapp-client"))
"""


def run(*words: object, folder: Path = ROOT) -> str:
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built_wheel(source: Path, folder: Path) -> Path:
    pip = (sys.executable, "-m", "pip", "-q", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def files_below(wheel: Path, package: str) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(f"{package}/")]
        return {name.removeprefix(f"{package}/"): archive.read(name) for name in names}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    build = (sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder)
    run(*build, folder=ROOT / "clients/python")
    (path,) = folder.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory) -> Path:
    return built_wheel(sdist, tmp_path_factory.mktemp("wheel"))


def test_it_sends_where_nothing_else_is_installed(wheel, tmp_path, store, acme):
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv/bin/python"
    pip = (sys.executable, "-m", "pip", "-q", "--disable-pip-version-check")
    run(*pip, "--python", python, "install", "--no-index", wheel)
    _, secret = factories.add_key(store, acme, KeyKind.INGEST)
    http = make_server("127.0.0.1", 0, factories.app(store), threaded=True)
    threading.Thread(target=http.serve_forever, daemon=True).start()

    version = run(python, "-I", "-c", SEND, f"http://127.0.0.1:{http.server_port}", secret)
    http.shutdown()

    assert version.strip() == dashapp.__version__
    assert len(factories.event_types(store, acme)) == 1


def test_both_distributions_have_the_same_code(wheel, tmp_path):
    """In a checkout, one is a link to the other."""
    code = files_below(wheel, "dashapp_client")

    assert {"__init__.py", "client.py", "py.typed"} <= set(code)
    assert files_below(built_wheel(ROOT, tmp_path / "server"), "dashapp/client") == code
    assert files_below(built_wheel(ROOT / "clients/python", tmp_path), "dashapp_client") == code


def test_both_distributions_have_the_same_license():
    license_text = (ROOT / "LICENSE").read_text()

    assert (ROOT / "clients/python/LICENSE").read_text() == license_text

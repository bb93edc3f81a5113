"""The signing examples of docs/embedding.md, as a vendor would copy them, and the example shop."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dashapp.domain.access.theme import theme_of
from dashapp.domain.time.instant import utc_now
from tests import factories
from tests.embedding import Signer, bearer

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "embedding.md"
DATA = "/api/v1/dashboards/operations/data"


def example(language: str, part: str = "") -> str:
    """The first one in this language that has this part."""
    found = re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(), re.DOTALL)
    return next(code for code in found if part in code)


@pytest.fixture
def signer(store, acme):
    return Signer(store, acme)


@pytest.fixture
def opens(store, acme):
    client = factories.app(store, utc_now).test_client()

    def asked(token: str) -> int:
        return client.get(DATA, headers=bearer(token)).status_code

    return asked


def test_the_python_example_opens_the_dashboard(signer, opens):
    names: dict = {}
    exec(compile(example("python"), "embedding.md", "exec"), names)

    assert opens(names["dashapp_token"](signer.key_id, signer.secret, "ada")) == 200


def test_the_node_example_opens_the_dashboard(signer, opens):
    node = shutil.which("node")
    if node is None:
        assert not os.environ.get("CI"), "CI needs Node"
        pytest.skip("Node is not installed")
    call = f"console.log(dashappToken({json.dumps(signer.key_id)}, {json.dumps(signer.secret)}, 'ada'))"
    done = subprocess.run(
        [node, "-e", example("js") + call], capture_output=True, text=True, check=True
    )

    assert opens(done.stdout.strip()) == 200


def test_the_theme_of_the_docs_is_one():
    theme = theme_of(json.loads(example("json")))

    assert theme.series == ("#c2571a", "#1a6fc2")


def test_every_code_of_the_element_is_in_the_docs():
    script = (ROOT / "assets" / "embed.js").read_text()
    codes = {*re.findall(r'(?:fault\(|code: )"([a-z-]+)"', script), "session-ended"}

    assert len(codes) == 7
    for code in codes:
        assert f"| `{code}` |" in DOCS.read_text()


def test_the_examples_in_other_languages_say_the_same_claims():
    for language in ("php", "ruby"):
        for name in (
            "dashapp-embed",
            "operations",
            "300",
            "session",
            "HS256",
            "jti",
            "sub",
            "iat",
            "exp",
        ):
            assert name in example(language)


def test_the_example_shop_signs_for_the_customer_who_is_logged_in(
    tmp_path, signer, opens, monkeypatch
):
    keys = tmp_path / "vendor.json"
    keys.write_text(
        json.dumps(
            {
                "dashapp": "http://127.0.0.1:1",
                "acme": {"id": signer.key_id, "secret": signer.secret},
            }
        )
    )
    monkeypatch.setenv("VENDOR_KEYS", str(keys))
    path = ROOT / "examples" / "vendor_app" / "app.py"
    spec = importlib.util.spec_from_file_location("vendor_app", path)
    shop = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(shop)
    client = shop.app.test_client()

    assert client.post("/token").status_code == 401
    client.get("/as/acme")
    assert opens(client.post("/token").text) == 200
    assert 'src="http://127.0.0.1:1/embed/acme/operations?time_range=30d"' in client.get("/").text
    assert len(path.read_text().splitlines()) <= 65

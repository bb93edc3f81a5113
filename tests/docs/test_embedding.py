"""The signing examples of docs/embed.md, as a vendor would copy them, and the sample shop."""

import importlib.util
import json
import os
import re
import shutil
import subprocess

import pytest

from dashapp.domain.access.theme import parse_theme
from dashapp.domain.time.instant import utc_now
from tests import factories
from tests.docs.pages import ROOT, example
from tests.embedding import Signer, bearer

DATA = "/api/v1/dashboards/operations/data"
CLAIMS = ("dashapp-embed", "operations", "300", "session", "HS256", "jti", "sub", "iat", "exp")


@pytest.fixture
def signer(store, acme):
    return Signer(store, acme)


@pytest.fixture
def status(store, acme):
    """The status of a request with a token."""
    client = factories.app(store, utc_now).test_client()
    return lambda token: client.get(DATA, headers=bearer(token)).status_code


@pytest.fixture
def shop(tmp_path, signer, monkeypatch):
    """The sample shop, with the key of an org."""
    keys = {
        "dashapp": "http://127.0.0.1:1",
        "acme": {"id": signer.key_id, "secret": signer.secret},
    }
    (tmp_path / "vendor.json").write_text(json.dumps(keys))
    monkeypatch.setenv("VENDOR_KEYS", str(tmp_path / "vendor.json"))
    path = ROOT / "examples" / "vendor_app" / "app.py"
    spec = importlib.util.spec_from_file_location("vendor_app", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app.test_client()


def test_the_python_example_opens_the_dashboard(signer, status):
    names: dict = {}
    exec(compile(example("python"), "embed.md", "exec"), names)

    assert status(names["dashapp_token"](signer.key_id, signer.secret, "ada")) == 200


def test_the_node_example_opens_the_dashboard(signer, status):
    node = shutil.which("node")
    if node is None:
        assert not os.environ.get("CI"), "CI needs Node"
        pytest.skip("Node is not installed")
    arguments = ", ".join(json.dumps(text) for text in (signer.key_id, signer.secret, "ada"))
    code = f"{example('js')}\nconsole.log(dashappToken({arguments}));"
    token = subprocess.run([node, "-e", code], capture_output=True, text=True, check=True).stdout

    assert status(token.strip()) == 200


@pytest.mark.parametrize("language", ["php", "ruby"])
@pytest.mark.parametrize("claim", CLAIMS)
def test_the_other_examples_have_the_same_claims(language, claim):
    assert claim in example(language)


def test_the_parse_theme_the_reference_is_valid():
    theme = parse_theme(json.loads(example("json", "accent")))

    assert theme.series == ("#c2571a", "#1a6fc2")


def test_the_reference_has_every_error_code():
    script = (ROOT / "assets" / "embed" / "embed.js").read_text()
    codes = {*re.findall(r'(?:fault\(\s*|code: )"([a-z-]+)"', script), "session-ended"}
    reference = (ROOT / "docs" / "reference" / "embedding.md").read_text()

    assert len(codes) == 7
    assert [code for code in codes if f"| `{code}` |" not in reference] == []


def test_the_sample_shop_signs_for_the_customer_who_is_signed_in(shop, status):
    assert shop.post("/token").status_code == 401
    shop.get("/as/acme")
    assert status(shop.post("/token").text) == 200


def test_the_sample_shop_embeds_the_dashboard_of_its_customer(shop):
    shop.get("/as/acme")

    board = 'src="http://127.0.0.1:1/embed/acme/operations?time_range=30d"'
    assert board in shop.get("/").text


def test_the_sample_shop_stays_short():
    lines = (ROOT / "examples" / "vendor_app" / "app.py").read_text().splitlines()

    assert len(lines) <= 65

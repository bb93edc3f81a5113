"""A metric that is changed by a command: running servers take it within five seconds."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_of
from dashapp.domain.time.instant import utc_now
from dashapp.store.boards.loading import definitions_of
from tests import factories
from tests.boards import apply
from tests.browser.board_page import panel

pytestmark = pytest.mark.browser
SECONDS = 5  # until the change is shown
FILE = """version = 1

[metrics]
orders = { title = "Orders", events = ["order.paid"] }

[boards.shop]
title = "Shop"
panels = [{ metric = "orders", show = "number" }]
"""
CHANGED = FILE.replace(
    '"Orders", events = ["order.paid"]',
    '"German orders", events = ["order.paid"], where = { "properties.country" = ["DE"] }',
)
COUNTRIES = ("DE", "DE", "AT", "FR", "FR")


def command(*arguments: str, database_url: str) -> subprocess.Popen:
    env = {**os.environ, "DASHAPP_DATABASE_URL": database_url, "DASHAPP_SECRET_KEY": factories.SECRET}  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "dashapp", *arguments], env=env)


@pytest.fixture
def board_url(site, sqlite_url):
    """The board of FILE on a server with two workers, in processes of their own."""
    apply(site.store, FILE)
    template = template_of(definitions_of(site.store).boards["shop"])
    provision(site.store, site.acme_scope, template, now=2)
    at = utc_now() - timedelta(minutes=1)
    orders = [factories.event("order.paid", at, properties={"country": c}) for c in COUNTRIES]
    factories.send(site.store, site.acme_scope, orders)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = command("serve", "--port", str(port), "--workers", "2", database_url=sqlite_url)
    try:
        yield f"http://127.0.0.1:{port}/app/acme/shop?time_range=7d"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def orders_of_api(site, board_url):
    """Return a function that asks the server over a new connection for the number of orders."""
    _, secret = factories.add_key(site.store, site.acme_scope)
    url = f"{board_url.partition('/app/')[0]}/api/v1/dashboards/shop/data?time_range=7d"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {secret}"})

    def orders_of_api() -> int:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)["panels"][0]["rows"][0]["value"]

    for _ in range(300):
        try:
            orders_of_api()
        except OSError:
            time.sleep(0.1)
        else:
            return orders_of_api
    raise AssertionError("the server does not start")


def test_a_changed_metric_is_shown_within_five_seconds_without_a_restart(
    orders_of_api, board_url, page, sign_in, sqlite_url, tmp_path
):
    sign_in(board_url)
    value, title = (panel(page, "orders").locator(name) for name in (".val", "h2"))
    expect(value).to_have_text("5")
    (tmp_path / "shop.toml").write_text(CHANGED)
    applying = command("boards", "apply", str(tmp_path / "shop.toml"), database_url=sqlite_url)
    assert applying.wait(30) == 0
    applied_at = time.monotonic()

    while title.text_content() != "German orders" and time.monotonic() < applied_at + SECONDS:
        page.keyboard.press("r")
        page.wait_for_timeout(250)
    expect(title).to_have_text("German orders")
    expect(value).to_have_text("2")
    assert time.monotonic() < applied_at + SECONDS
    page.wait_for_timeout(1000 * max(0, applied_at + SECONDS - time.monotonic()))

    assert {orders_of_api() for _ in range(20)} == {2}
    assert page.console_errors == []

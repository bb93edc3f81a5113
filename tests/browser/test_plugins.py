"""Pages load the scripts and styles of plug-ins, and the browser allows them."""

import pytest

from dashapp.widgets.catalog import Catalog
from tests.factories import event, place, send
from tests.widgets.plugin import baskets

pytestmark = pytest.mark.browser
AT = "2026-11-20T09:00:00Z"
BOARD = "/app/acme/operations?time_range=7d"
COLOR = "element => getComputedStyle(element).color"


def test_the_files_of_a_drawing_take_effect(site, sign_in, page):
    orders = [{"total": 25, "country": "DE"}, {"total": 2500, "country": "FR"}]
    send(site.store, site.acme_scope, [event("order.paid", AT, properties=sent) for sent in orders])
    place(site.store, site.acme_scope, ["baskets"])

    sign_in(f"{site.serve(catalog=Catalog([baskets.WIDGET]))}{BOARD}")

    small, large = page.locator("p.small"), page.locator("p.large")
    small.wait_for()
    assert (small.inner_text(), large.inner_text()) == ("DE: 25.00", "FR: 2,500.00")
    assert small.evaluate(COLOR) != large.evaluate(COLOR)
    assert page.evaluate("document.documentElement.dataset.baskets") == "loaded"
    assert page.console_errors == []

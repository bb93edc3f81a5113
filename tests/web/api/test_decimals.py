"""Sums are exact decimal numbers, without an exponent, in every format."""

import pytest

from tests.embedding import bearer
from tests.factories import event, send
from tests.web.api.questions import URL, open_shop

AT = "2026-11-20T05:15:00Z"


@pytest.fixture(autouse=True)
def shop(store, acme):
    open_shop(store, acme)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("totals", "text"),
    [
        ((0.1, 0.2), "0.3"),
        ((0.000001,), "0.000001"),
        ((-0.000002, 0.000001), "-0.000001"),
        ((123456789.123456, 123456789.123456), "246913578.246912"),
        ((2**62, 2**62, 0.5), "9223372036854775808.5"),
        ((1e15, 1e15), "2000000000000000"),
    ],
)
def test_sums(store, acme, get, client, signer, totals, text):
    send(store, acme, [event("order.paid", AT, properties={"total": n}) for n in totals])
    base = "/api/v1/dashboards/shop"
    search = "from=2026-11-20T05:10:00Z&to=2026-11-20T05:20:00Z"
    body = {"metric": "revenue", "shape": "total", "from": "2026-11-20T05:10:00Z",
            "to": "2026-11-20T05:20:00Z"}  # fmt: skip

    answer = client.post(URL, headers=bearer(signer.token(dashboard="shop")), json=body)

    expected = f'{{"value":{text},"previous":'
    assert expected in answer.text
    assert expected in get(f"{base}/data?{search}").text
    assert expected in get(f"{base}/panels/revenue.json?{search}").text
    assert get(f"{base}/panels/revenue.csv?{search}").text.startswith(f"value,previous\r\n{text},")

"""Views that cannot be written wait for the next one; what is dropped is logged."""

from types import SimpleNamespace

from sqlalchemy.exc import TimeoutError as PoolTimeout

from dashapp.store.usage.views import View
from dashapp.web.pages import viewing
from dashapp.web.pages.viewing import Unwritten

BOARD = "/app/acme/operations"


def test_views_after_a_pool_timeout_wait_for_the_next_one(browser, server, monkeypatch, log):
    def fail(*_arguments):
        raise PoolTimeout("no connection")

    client = browser("ada@example.com")
    unwritten = server.extensions[viewing._UNWRITTEN] = Unwritten()
    monkeypatch.setattr(viewing, "add_views", fail)
    monkeypatch.setattr(viewing, "_MOST_OF_ORG", 2)
    for _ in range(3):
        assert client.get(BOARD).status_code == 200

    assert len(unwritten.take(SimpleNamespace(org_id=1))) == 2
    (line,) = [line for line in log.lines if line["message"].startswith("views are not counted")]
    assert (line["org"], line["views"], line["level"]) == ("acme", 1, "warning")


def test_orgs_beyond_the_limit_are_dropped_and_counted(monkeypatch):
    monkeypatch.setattr(viewing, "_MOST_ORGS", 1)
    unwritten, views = Unwritten(), [View(1, None)] * 3

    dropped = [unwritten.put_back(SimpleNamespace(org_id=number), views) for number in (1, 2, 1)]
    assert dropped == [0, 3, 0]

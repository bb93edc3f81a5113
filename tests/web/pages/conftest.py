"""Fixtures for the tests of pages."""

import pytest

from tests import factories
from tests.factories import event, send
from tests.web.pages.arranging import (
    FOUR_WIDGETS,
)
from tests.web.pages.embed_data import OCCURRED_AT


@pytest.fixture
def embed_events(store, acme, rival):
    """Two runs from the web and three from the API for Acme, seven for Rival."""
    for channel, count in (("web", 2), ("api", 3)):
        send(store, acme, [
            event("validation_run.created", OCCURRED_AT, channel=channel, user="u",
                  properties={"store": channel, "term": channel})
            for _ in range(count)
        ])  # fmt: skip
    send(
        store,
        rival,
        [event("validation_run.created", OCCURRED_AT, user="rival-only") for _ in range(7)],
    )


@pytest.fixture
def bea(browser, store, acme):
    """The browser of an author in Acme, whose dashboard has four panels."""
    factories.place(store, acme, FOUR_WIDGETS)
    return browser("bea@example.com")

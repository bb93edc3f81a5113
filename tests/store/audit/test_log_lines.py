"""Each entry of the audit is also a log line, once its act is committed."""

import io
import json
import logging

import pytest

from dashapp.domain.access.actors import Action
from dashapp.store.audit.entries import add_entry, add_installation_entry
from dashapp.web.http.logs import JsonHandler
from tests.factories import OPERATOR


@pytest.fixture
def lines():
    """Return a function that returns the lines of the audit so far."""
    stream = io.StringIO()
    handler, logger = JsonHandler(stream), logging.getLogger("dashapp.audit")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_a_line_is_written_after_the_commit(store, acme, lines):
    with store.write(acme) as session:
        add_entry(
            session, acme, OPERATOR, Action.ROLE_CHANGED, "ada@example.com",
            before={"role": "ADMIN"}, after={"role": "OWNER"}, now=1_000_000,
        )  # fmt: skip
        assert lines() == []

    (line,) = lines()
    assert line["logger"] == "dashapp.audit"
    assert line["org"] == "acme"
    assert line["acted_at"] == "1970-01-01T00:00:01Z"
    assert line["action"] == "role_changed"
    assert line["target"] == "ada@example.com"
    assert (line["before"], line["after"]) == ('{"role":"ADMIN"}', '{"role":"OWNER"}')
    assert line["actor_kind"] == "operator"
    assert len(line["mark"]) == 8


def test_an_act_that_is_rolled_back_leaves_no_line(store, acme, lines):
    with store.write(acme) as session:
        add_entry(session, acme, OPERATOR, Action.EXPORTED, now=1)
        session.rollback()
    with store.write(acme) as session:
        add_entry(session, acme, OPERATOR, Action.KEY_ADDED, now=2)

    assert [line["action"] for line in lines()] == ["key_added"]


def test_acts_on_the_installation_are_logged_too(store, lines):
    with store.write_shared() as session:
        add_installation_entry(session, OPERATOR, Action.ORG_REMOVED, org="acme", now=1)

    assert [(line["org"], line["action"]) for line in lines()] == [("acme", "org_removed")]

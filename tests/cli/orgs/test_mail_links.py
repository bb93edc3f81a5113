"""Links on the command line: mailed with a mail server, printed without one."""

import pytest
from sqlalchemy import text

from dashapp.domain.access.roles import Role
from tests import factories
from tests.mail import peer as peers

PUBLIC = "https://dash.example.com"
INVITE = ("membership", "invite", "zoe@example.com", "--org", "acme", "--role", "ADMIN")


@pytest.fixture
def peer(monkeypatch):
    with peers.running() as running:
        monkeypatch.setenv("DASHAPP_SMTP_URL", f"smtp://127.0.0.1:{running.port}")
        monkeypatch.setenv("DASHAPP_MAIL_FROM", "d@example.com")
        monkeypatch.setenv("DASHAPP_SECRET_KEY", factories.SECRET)
        monkeypatch.setenv("DASHAPP_PUBLIC_URL", PUBLIC)
        yield running


def test_without_a_mail_server_the_link_is_printed(run, acme):
    output = run(*INVITE).output

    assert "Hand this link over:\nhttp://localhost:8050/invitation#" in output


def test_with_a_mail_server_upkeep_sends_the_link(run, acme, peer):
    assert "#" not in run(*INVITE).output
    run("upkeep")

    assert peer.recipients == ["zoe@example.com"]
    assert f"{PUBLIC}/invitation#" in peer.mails[0][1].get_body(("plain",)).get_content()


def test_a_reset_link_is_printed_and_recorded(run, store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))

    assert "http://localhost:8050/reset#" in run("user", "reset-link", "ada@example.com").output
    with store.read_shared() as session:
        statement = text("SELECT action, target FROM installation_audit")
        assert session.execute(statement).all() == [("reset_link_made", "ada@example.com")]


def test_doctor_connects_and_sends_a_mail(run, acme, peer):
    output = run("doctor", "--send-mail", "ops@example.com", exits=1).output  # no proxy in tests

    assert f"ok    mail       127.0.0.1:{peer.port} takes mails from d@example.com" in output
    assert peer.recipients == ["ops@example.com"]


def test_doctor_says_what_the_mail_server_said(run, acme, peer):
    peer.rcpt["ops@example.com"] = ["550 5.1.1 No such user"]
    output = run("doctor", "--send-mail", "ops@example.com", exits=1).output

    assert "550 5.1.1 No such user" in output

"""A mail server is only trusted with a valid certificate, and cannot hold a sender for long."""

import socket
import threading
from email.message import EmailMessage

import pytest

from dashapp.mail.smtp import ServerFault, connected
from dashapp.settings import MailServer
from tests.mail import peer as peers
from tests.mail.peer import PASSWORD, SENDER, USER


def send(server, context=None, **options):
    mail = EmailMessage()
    mail["Subject"] = "Hello"
    with connected(server, context=context, **options) as connection:
        connection.send(mail, "ada@example.com")


def test_a_server_that_is_encrypted_from_the_start(certificate):
    with peers.running(certificate, is_tls_at_once=True) as peer:
        send(peer.server("smtps", user=USER, password=PASSWORD), certificate.trusted())

        assert peer.recipients == ["ada@example.com"]


def test_a_server_that_is_encrypted_by_starttls(certificate):
    with peers.running(certificate) as peer:
        send(peer.server("smtp+starttls", user=USER, password=PASSWORD), certificate.trusted())

        assert peer.recipients == ["ada@example.com"]


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
def test_an_unknown_certificate_is_refused(certificate, security):
    with peers.running(certificate, is_tls_at_once=security == "smtps") as peer:
        with pytest.raises(ServerFault, match="certificate is not valid"):
            send(peer.server(security, user=USER, password=PASSWORD))

        assert peer.mails == []


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
def test_a_certificate_of_another_host_is_refused(tmp_path, security):
    other = peers.certificate(tmp_path, "127.0.0.9")
    with peers.running(other, is_tls_at_once=security == "smtps") as peer:
        with pytest.raises(ServerFault, match="certificate is not valid: IP address mismatch"):
            send(peer.server(security), other.trusted())

        assert peer.mails == []


def test_a_server_whose_starttls_was_taken_away_gets_no_password():
    with peers.running() as peer:
        with pytest.raises(ServerFault, match="STARTTLS"):
            send(peer.server("smtp+starttls", user=USER, password=PASSWORD))

        assert peer.mails == []


def test_a_wrong_password_is_the_operators_fault(peer):
    with pytest.raises(ServerFault, match="535"):
        send(peer.server(user=USER, password="wrong"))


def test_no_server_at_all_is_the_operators_fault(peer):
    with pytest.raises(ServerFault):
        send(peer.server()._replace(port=1))


@pytest.mark.parametrize("line", [b"", b"220 still"])
def test_a_server_that_never_answers_is_given_up(line):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=_greet, args=(silent, line), daemon=True).start()
        port = silent.getsockname()[1]
        server = MailServer("127.0.0.1", port, "smtp", None, None, SENDER)
        with pytest.raises(ServerFault, match="timed out"):
            send(server, most_seconds=0.2)


def _greet(silent: socket.socket, line: bytes) -> None:
    """Send a part of a greeting, and wait until the sender gives up."""
    connection, _address = silent.accept()
    with connection:
        connection.sendall(line)
        connection.recv(1)


def test_a_server_that_answers_a_letter_at_a_time_is_given_up(monkeypatch):
    monkeypatch.setattr("dashapp.mail.smtp._MOST_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as slow:
        threading.Thread(target=_drip, args=(slow,), daemon=True).start()
        port = slow.getsockname()[1]
        server = MailServer("127.0.0.1", port, "smtp", None, None, SENDER)
        with pytest.raises(ServerFault):
            send(server, most_seconds=5)


def _drip(slow: socket.socket) -> None:
    connection, _address = slow.accept()
    with connection:
        connection.settimeout(0.05)
        while True:
            try:
                connection.sendall(b"2")
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

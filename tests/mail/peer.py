"""A mail server for tests, which keeps what it gets, and has faults on demand."""

import asyncio
import ipaddress
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dashapp.settings import MailServer

SENDER = "Dashboards <dashboards@example.com>"
USER, PASSWORD = "mailer", "let-me-in"


class Certificate(NamedTuple):
    """A file with a key and its certificate, and a context that trusts it."""

    path: Path

    def of_server(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.path)
        return context

    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.path))


def certificate(folder: Path, address: str = "127.0.0.1") -> Certificate:
    """Make a certificate for an IP address that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    signed = builder.sign(key, hashes.SHA256())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / f"{address}.pem"
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return Certificate(path)


class Peer:
    """What the server got, and what it answers. `rcpt` has answers to give first, by address."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []
        self.rcpt: dict[str, list[str]] = defaultdict(list)
        self.data: list[str] = []
        self.sender: list[str] = []
        self.pause = 0.0
        self.entered = threading.Event()
        self.port = 0

    def server(self, security: str = "smtp", **values) -> MailServer:
        fields = {"user": None, "password": None, **values}
        return MailServer("127.0.0.1", self.port, security, sender=SENDER, **fields)

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _mail in self.mails]

    async def handle_MAIL(self, _server, _session, envelope, address, options) -> str:  # noqa: N802 - of aiosmtpd
        if self.sender:
            return self.sender.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, options) -> str:  # noqa: N802 - of aiosmtpd
        if self.rcpt[address]:
            return self.rcpt[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - of aiosmtpd
        self.entered.set()
        await asyncio.sleep(self.pause)
        if self.data:
            return self.data.pop(0)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.extend((recipient, mail) for recipient in envelope.rcpt_tos)
        return "250 OK"


def _check(_server, _session, _envelope, _mechanism, data) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and data == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@contextmanager
def running(tls: Certificate | None = None, *, is_tls_at_once: bool = False) -> Iterator[Peer]:
    """Run the server. With a certificate, it offers STARTTLS, or is encrypted at once."""
    peer, loop = Peer(), asyncio.new_event_loop()
    context = tls.of_server() if tls else None
    offers = (
        {"tls_context": context, "require_starttls": True} if tls and not is_tls_at_once else {}
    )

    def protocol() -> SMTP:
        return SMTP(
            peer, loop=loop, authenticator=_check, auth_require_tls=False, timeout=30, **offers
        )

    async def listen() -> asyncio.Server:
        return await loop.create_server(
            protocol, "127.0.0.1", 0, ssl=context if is_tls_at_once else None
        )

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        asyncio.run_coroutine_threadsafe(_stopped(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stopped(server: asyncio.Server) -> None:
    """End the server and what its connections still do."""
    server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)

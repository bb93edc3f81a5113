"""A connection to the mail server: encrypted and verified, and bounded in time."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr

from dashapp.domain.deadline import Deadline
from dashapp.settings import MailServer

_READ_SECONDS = 20.0  # for one answer
_MOST_SECONDS = 60.0  # for one mail, or to sign in: an answer can drip
_OPERATORS_CODES = frozenset({530, 534, 535, 538})  # "sign in first", although for a recipient


class NotSent(Exception):
    """A mail was not sent. The message is the server's answer, for operators."""


class ServerFault(NotSent):
    """The mail server, or how it is set up: it concerns all mails, and an operator mends it."""


class NotYet(NotSent):
    """The server refused this mail for now."""


class Refused(NotSent):
    """The server says that the recipient does not exist: another try is of no use."""


class Connection:
    """A connection that is signed in."""

    def __init__(self, client: smtplib.SMTP, sender: str) -> None:
        self._client = client
        self._sender = parseaddr(sender)[1]

    def send(self, mail: EmailMessage, recipient: str) -> None:
        """Send one mail. Raises ServerFault, NotYet or Refused."""
        with _bounded(self._client), _explained():
            self._client.sendmail(self._sender, [recipient], mail.as_bytes())


@contextmanager
def connected(
    server: MailServer,
    *,
    context: ssl.SSLContext | None = None,
    most_seconds: float = _READ_SECONDS,
) -> Iterator[Connection]:
    """Yield a connection that is encrypted and signed in. Raises ServerFault.

    `context` says which certificates to trust; the default is the system's. `starttls()` without a
    context would not verify anything.
    """
    trusted = context or ssl.create_default_context()
    client = (
        smtplib.SMTP_SSL(timeout=most_seconds, context=trusted)
        if server.security == "smtps"
        else smtplib.SMTP(timeout=most_seconds)
    )
    # The constructor connects if it gets the host, and then nothing can end it.
    client._host = server.host  # type: ignore[attr-defined] # noqa: SLF001 - verified by TLS
    try:
        with _bounded(client), _explained(is_opening=True):
            client.connect(server.host, server.port)
            if server.security == "smtp+starttls":
                client.starttls(context=trusted)
            if server.user is not None:
                client.login(server.user, server.password or "")
            else:
                client.ehlo_or_helo_if_needed()
        yield Connection(client, server.sender)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            client.quit()
        client.close()


def _bounded(client: smtplib.SMTP) -> AbstractContextManager[None]:
    """End the connection if the block takes too long."""
    return Deadline(_MOST_SECONDS, lambda: client.sock).running()


@contextmanager
def _explained(*, is_opening: bool = False) -> Iterator[None]:
    """Turn errors of the library into ours."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise _refusal(code, answer) from None
    except smtplib.SMTPDataError as error:
        raise NotYet(_said(error.smtp_code, error.smtp_error)) from None
    except smtplib.SMTPResponseException as error:  # connecting, signing in, MAIL FROM
        raise ServerFault(_said(error.smtp_code, error.smtp_error)) from None
    except ssl.SSLCertVerificationError as error:
        raise ServerFault(
            f"the server's certificate is not valid: {error.verify_message}"
        ) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        if isinstance(error, ValueError) and not is_opening:
            raise Refused(str(error)) from None
        raise ServerFault(str(error) or type(error).__name__) from None


def _refusal(code: int, answer: bytes) -> NotSent:
    said = _said(code, answer)
    if code in _OPERATORS_CODES:
        return ServerFault(said)
    is_policy = answer.startswith(b"5.7.")  # such as "relay access denied", which can be mended
    return Refused(said) if code >= 500 and not is_policy else NotYet(said)  # noqa: PLR2004


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"

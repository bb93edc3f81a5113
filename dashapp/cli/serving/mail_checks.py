"""What `dashapp doctor` says about mails."""

from collections.abc import Iterator
from email.message import EmailMessage

from dashapp.cli.checks import Check
from dashapp.cli.context import now_us
from dashapp.domain.errors import BadInput
from dashapp.domain.language import ENGLISH
from dashapp.domain.secrets.keys import make_short_id
from dashapp.domain.time.instant import SECOND
from dashapp.mail.message import Envelope, message
from dashapp.mail.smtp import NotSent, connected
from dashapp.mail.texts import Text
from dashapp.settings import MailServer, Settings
from dashapp.store.engine import Store
from dashapp.store.mail.kinds import mailable
from dashapp.store.mail.outbox import FAILED, WAITING, counts, last_error, oldest_waiting

_NAME = "mail"
_LATE = 900 * SECOND


def waiting(store: Store, settings: Settings) -> Iterator[Check]:
    """Look at the outbox: mails that wait for long, or failed."""
    if settings.mail_server is None:
        return
    with store.read_shared() as session:
        numbers, oldest = counts(session), oldest_waiting(session)
        error = last_error(session)
    age = 0 if oldest is None else max(now_us() - oldest, 0)
    detail = f"{numbers[WAITING]:,} mails wait, {numbers[FAILED]:,} failed in the last 30 days"
    if error:
        detail += f". The last error: {error}"
    yield Check(_NAME, age < _LATE, detail)


def server(settings: Settings, address: str | None) -> Iterator[Check]:
    """Connect to the mail server, and send a mail if there is an address."""
    mail_server = settings.mail_server
    if mail_server is None:
        yield Check(_NAME, address is None, "no mail server: set DASHAPP_SMTP_URL to send mails")
        return
    if settings.public_url is None:
        yield Check(_NAME, False, "links of mails need DASHAPP_PUBLIC_URL: no mails are sent")
        return
    place = f"{mail_server.host}:{mail_server.port}"
    try:
        with connected(mail_server) as connection:
            yield Check(_NAME, True, f"{place} takes mails from {mail_server.sender}")
            if address is not None:
                recipient = mailable(address)
                connection.send(_trial(mail_server, recipient, settings.public_url), recipient)
                yield Check(_NAME, True, f"{place} took a mail to {recipient}")
    except (NotSent, BadInput, ValueError) as error:
        yield Check(_NAME, False, f"{place}: {error}")


def _trial(mail_server: MailServer, recipient: str, public_url: str) -> EmailMessage:
    envelope = Envelope(make_short_id(), mail_server.sender, recipient, now_us())
    text = Text(
        "A mail of dashapp",
        ["This is a trial: dashapp can send mails to you."],
        "Open dashapp",
        "/",
        [],
    )
    return message(envelope, text, ENGLISH, public_url)

"""A mail as it is sent: text and HTML, with inline styles, for light and dark mail programs."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, Template

from dashapp.domain.language import Language
from dashapp.domain.time.instant import from_us
from dashapp.mail.texts import Text
from dashapp.settings import resource


class Envelope(NamedTuple):
    """Who a mail is from and to. `created_at` in microseconds."""

    mail_id: str
    sender: str
    recipient: str
    created_at: int


def message(envelope: Envelope, text: Text, language: Language, public_url: str) -> EmailMessage:
    """Return the mail. The Message-ID is the same at each try, so that copies can be recognized.

    Raises ValueError if a header would have a line break.
    """
    name, address = parseaddr(envelope.sender)
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = text.subject
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=envelope.recipient)
    mail["Date"] = format_datetime(from_us(envelope.created_at))
    mail["Message-ID"] = f"<{envelope.mail_id}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    link = public_url + text.path
    mail.set_content(_plain(text, link), cte="quoted-printable")
    html = _template().render(text=text, link=link, tag=language.tag, public_url=public_url)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = language.tag  # before, it would become one of the first part
    return mail


def _plain(text: Text, link: str) -> str:
    return "\n\n".join([*text.paragraphs, f"{text.button}:\n{link}", *text.notes]) + "\n"


@cache
def _template() -> Template:
    loader = FileSystemLoader(resource("templates"))
    return Environment(loader=loader, autoescape=True).get_template("mail.html")

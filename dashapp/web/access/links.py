"""Links that work once, and where mails with them are put.

The secret is in the fragment of the address (`/invitation#SECRET`), which browsers never send: it
is in no log, of no proxy, and in no Referer header. See docs/adr/0023-links-with-secrets.md.
"""

from flask import request

from dashapp.store.mail.outbox import Outbox
from dashapp.web.services import services


def outbox() -> Outbox | None:
    """Return the outbox; None if the installation sends no mails."""
    settings = services().settings
    if settings.mail_server is None or settings.public_url is None:
        return None
    return Outbox(settings.secrets)


def invitation_link(secret: str) -> str:
    """Return the link that accepts an invitation, to hand over."""
    return f"{_public_url()}/invitation#{secret}"


def _public_url() -> str:
    """Return the public address. Without one, only this machine connects, with a known Host."""
    return services().settings.public_url or request.url_root.rstrip("/")

"""The links of invitations, and where mails are put."""

from dashapp.store.mail.outbox import Outbox
from dashapp.web.services import services


def outbox() -> Outbox | None:
    """Return the outbox, None if the installation has no mail server."""
    settings = services().settings
    return None if settings.mail_server is None else Outbox(settings.secret_key)


def invitation_link(secret: str) -> str:
    """Return the link that an invited person opens."""
    raise NotImplementedError

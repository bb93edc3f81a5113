"""Sends mails while upkeep runs, on a thread of its own: mails do not wait for other work."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from dashapp.cli.context import now_us, open_store
from dashapp.mail.sending import Postman
from dashapp.settings import from_env, mail_server

_PAUSE = 2.0  # seconds between looks at the outbox
_PAUSE_OF_ERRORS = 30.0
_MOST_SECONDS = 300.0  # of one run of `dashapp upkeep`
_log = logging.getLogger(__name__)


def keep_sending() -> None:
    """Send mails within seconds, until the process ends. Without a mail server, do nothing."""
    while mail_server(os.environ) is not None:
        try:
            with _postman() as postman:
                while postman is not None:
                    if not postman.send_due(now=now_us()):
                        sleep(_PAUSE)
                return
        except Exception:  # noqa: BLE001 - the database may answer again
            _log.exception("mails could not be sent")
            sleep(_PAUSE_OF_ERRORS)


def send_waiting() -> None:
    """Send the mails that are due now, if there is a mail server."""
    if mail_server(os.environ) is None:
        return
    started = monotonic()
    with _postman() as postman:
        while postman is not None and postman.send_due(now=now_us()):
            if monotonic() - started > _MOST_SECONDS:
                return


@contextmanager
def _postman() -> Iterator[Postman | None]:
    """Yield what sends mails, None if links could not lead anywhere."""
    settings = from_env(os.environ)
    if settings.mail_server is None or settings.public_url is None:
        _log.error("no mails are sent: set DASHAPP_PUBLIC_URL, which their links need")
        yield None
        return
    with open_store() as store:
        yield Postman(store, settings.mail_server, settings.secrets, settings.public_url)

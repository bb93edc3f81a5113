"""Sends the mails of the outbox, outside of transactions.

Many senders can run at once: each mail is leased by one of them. What happens to a mail:

- it is sent, and its text is forgotten
- its recipient is refused for good: it fails
- it is refused for now: after 8 tries, it fails
- the mail server has a fault: all mails wait, until an operator has mended it
"""

import logging
import os
import random
import ssl
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import NamedTuple

import orjson

from dashapp.domain.errors import BadInput, ConfigurationError
from dashapp.domain.secrets.sealing import Purpose, Secrets, unseal
from dashapp.domain.time.instant import SECOND
from dashapp.mail.languages import language_of
from dashapp.mail.message import Envelope, message
from dashapp.mail.smtp import Connection, NotYet, Refused, ServerFault, connected
from dashapp.mail.texts import text_of
from dashapp.settings import MailServer
from dashapp.store.engine import Store
from dashapp.store.mail import leases
from dashapp.store.mail.kinds import MailKind, mailable
from dashapp.store.mail.leases import Leased
from dashapp.store.mail.resets import begin_reset

MAX_TRIES = 8
_AT_ONCE = 20  # mails over one connection
_MOST_SECONDS = 300.0  # for a round; its last mail may take a minute longer
_FIRST_PAUSE, _MAX_PAUSE = 30.0, 6 * 3600.0  # seconds
_MAX_PAUSE_OF_FAULTS = 900.0  # seconds: after a repair, mails are sent soon
_log = logging.getLogger(__name__)


class Postman(NamedTuple):
    """What is needed to send mails. `context` says which certificates to trust."""

    store: Store
    server: MailServer
    secrets: Secrets
    public_url: str
    context: ssl.SSLContext | None = None
    name: str = ""

    def send_due(self, *, now: int) -> int:
        """Send mails that are due, at most 20; return how many the mail server took."""
        with self.store.read_shared() as session:
            if not leases.has_due(session, now=now):
                return 0
        with self.store.write_shared() as session:
            leased = leases.lease(session, self.name or _name(), _AT_ONCE, now=now)
        if not leased:
            return 0
        return _Round(self, now).send(leased)


class _Round(NamedTuple):
    """One connection, and the mails that are sent over it."""

    postman: Postman
    now: int

    def send(self, leased: Sequence[Leased]) -> int:
        waiting = list(leased)
        sent = 0
        try:
            with connected(self.postman.server, context=self.postman.context) as connection:
                started = monotonic()
                while waiting and monotonic() - started < _MOST_SECONDS:  # else, leases would end
                    sent += self._send_one(connection, waiting[0])
                    waiting.pop(0)
        except ServerFault as error:
            _log.error("the mail server has a fault: %s", error, extra={"waiting": len(waiting)})
            for mail in waiting:
                self._put_off(mail, str(error), is_fault=True)
        return sent

    def _send_one(self, connection: Connection, mail: Leased) -> bool:
        """Send one mail and settle it. Raises ServerFault."""
        try:
            params = self._params(mail)
            if params is None:
                with self.postman.store.write_shared() as session:
                    leases.forget(session, mail)
                return False
            self._deliver(connection, mail, params)
        except NotYet as error:
            self._put_off(mail, str(error))
        except (Refused, BadInput, ConfigurationError, ValueError) as error:
            self._fail(mail, str(error))
        else:
            with self.postman.store.write_shared() as session:
                leases.settle_sent(session, mail, now=self.now)
            return True
        return False

    def _deliver(self, connection: Connection, mail: Leased, params: Mapping[str, str]) -> None:
        postman, recipient = self.postman, mailable(mail.address)
        language = language_of(mail.locale)
        text = text_of(MailKind(mail.kind), params, language, postman.public_url)
        envelope = Envelope(mail.id, postman.server.sender, recipient, mail.created_at)
        connection.send(message(envelope, text, language, postman.public_url), recipient)

    def _params(self, mail: Leased) -> Mapping[str, str] | None:
        """Return what fills in the text; None if the mail need not be sent. Raises Refused."""
        postman = self.postman
        params: dict[str, str] = orjson.loads(
            unseal(postman.secrets, mail.params, purpose=Purpose.MAIL, context=mail.id)
        )
        if mail.kind == MailKind.PASSWORD_RESET:  # the link is made now, and stored nowhere
            with postman.store.write_shared() as session:
                reset = begin_reset(session, mail.address, now=self.now)
            if reset is None:
                return None
            params |= {"secret": reset.secret, "expires_at": str(reset.expires_at)}
        if int(params.get("expires_at", self.now + 1)) <= self.now:
            raise Refused("the link expired before the mail could be sent")
        return {"address": mail.address, **params}

    def _put_off(self, mail: Leased, error: str, *, is_fault: bool = False) -> None:
        tries = mail.tries + 1
        if tries >= MAX_TRIES and not is_fault:
            self._fail(mail, error)
            return
        most = _MAX_PAUSE_OF_FAULTS if is_fault else _MAX_PAUSE
        kept_tries = min(tries, MAX_TRIES - 2) if is_fault else tries
        due_at = self.now + int(pause_after(tries, most) * SECOND)
        with self.postman.store.write_shared() as session:
            leases.settle_later(session, mail, error, tries=kept_tries, due_at=due_at)

    def _fail(self, mail: Leased, error: str) -> None:
        _log.warning("mail failed", extra={"kind": mail.kind, "mail": mail.id, "error": error})
        with self.postman.store.write_shared() as session:
            leases.settle_failed(session, mail, error, now=self.now)


def pause_after(tries: int, most: float = _MAX_PAUSE) -> float:
    """Return how many seconds to wait: 30 s × 4ⁿ, up to `most`, with 20 % of chance."""
    pause = min(_FIRST_PAUSE * 4.0 ** min(tries - 1, 20), most)
    return pause * (0.8 + 0.2 * random.random())  # noqa: S311 - not a secret


def _name() -> str:
    return f"{os.getpid()}-{os.urandom(6).hex()}"

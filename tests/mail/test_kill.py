"""A sender that is killed loses nothing: another one sends what it had leased."""

import subprocess
import sys
import time

from dashapp.domain.time.instant import SECOND
from dashapp.store.mail import leases
from tests.mail.conftest import URL

ADDRESSES = [f"p{number}@example.com" for number in range(12)]
SENDER = """
import sys
from dashapp.domain.secrets.sealing import Secrets
from dashapp.mail.sending import Postman
from dashapp.settings import MailServer
from dashapp.store.engine import Store
from tests.factories import SECRET

url, port, public_url = sys.argv[1:]
server = MailServer("127.0.0.1", int(port), "smtp", None, None, "d@example.com")
Postman(Store(url), server, Secrets(SECRET), public_url).send_due(now=2)
"""


def test_mails_of_a_killed_sender_are_sent_by_another_one(store, peer, postman, put):
    put(*ADDRESSES)
    peer.pause = 0.05
    url = store.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", SENDER, url, str(peer.port), URL]
    with subprocess.Popen(command) as process:
        while len(peer.mails) < 3:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    peer.pause = 0.0

    assert postman.send_due(now=2 + leases.LEASE) == 0
    postman.send_due(now=3 + leases.LEASE + SECOND)
    assert set(peer.recipients) == set(ADDRESSES)
    # Only the mail that was on its way can arrive twice, and then it has the same Message-ID.
    ids = {mail["Message-ID"] for _recipient, mail in peer.mails}
    assert len(ids) == len(ADDRESSES)
    assert len(peer.mails) <= len(ADDRESSES) + 1

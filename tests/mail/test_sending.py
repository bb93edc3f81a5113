"""What happens to a mail: it is sent once, put off, or fails, and is never lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from dashapp.domain.secrets.sealing import Secrets
from dashapp.domain.time.instant import SECOND
from dashapp.mail.sending import Postman, pause_after
from dashapp.store.mail import leases
from dashapp.store.mail.outbox import counts, oldest_waiting
from tests.factories import SECRET
from tests.mail.conftest import URL

ADA, BOB = "ada@example.com", "bob@example.com"
LATER = 86_400 * SECOND


def rows(store) -> list[tuple]:
    with store.read_shared() as session:
        statement = text("SELECT state, address, params, tries, error FROM outbox ORDER BY id")
        return [tuple(row) for row in session.execute(statement)]


def numbers(store) -> dict:
    with store.read_shared() as session:
        return dict(counts(session))


def test_a_mail_is_sent_once_and_forgotten(store, peer, postman, put):
    put(ADA)
    with store.read_shared() as session:
        assert oldest_waiting(session) == 1

    assert postman.send_due(now=2) == 1
    assert postman.send_due(now=LATER) == 0
    assert peer.recipients == [ADA]
    assert rows(store) == [("sent", "", "", 0, None)]
    assert numbers(store) == {"waiting": 0, "sent": 1, "failed": 0}


def test_params_are_sealed(store, put):
    put(ADA, secret="the-secret")

    assert "the-secret" not in rows(store)[0][2]


def test_a_mail_is_not_sent_before_it_is_due(peer, postman, put):
    put(ADA, now=5)

    assert postman.send_due(now=4) == 0


def test_a_recipient_who_does_not_exist_fails_for_good(store, peer, postman, put):
    peer.rcpt[ADA] = ["550 5.1.1 No such user"]
    put(ADA, BOB)

    assert postman.send_due(now=2) == 1
    assert peer.recipients == [BOB]
    assert ("failed", ADA, "", 0, "550 5.1.1 No such user") in rows(store)


def test_a_recipient_who_is_refused_for_now_gets_the_same_mail_later(store, peer, postman, put):
    peer.rcpt[ADA] = ["451 4.7.1 Greylisted"]
    (mail_id,) = put(ADA)

    assert postman.send_due(now=2) == 0
    assert rows(store)[0][:2] == ("waiting", ADA)
    assert postman.send_due(now=2 + 20 * SECOND) == 0
    assert postman.send_due(now=2 + 30 * SECOND) == 1
    assert peer.mails[0][1]["Message-ID"] == f"<{mail_id}@example.com>"


def test_after_eight_tries_a_mail_fails(store, peer, postman, put):
    peer.rcpt[ADA] = ["451 busy"] * 9
    put(ADA)

    for number in range(8):
        assert numbers(store)["failed"] == 0
        postman.send_due(now=2 + number * LATER)
    assert rows(store) == [("failed", ADA, "", 7, "451 busy")]


@pytest.mark.parametrize("answer", ["530 Authentication required", "550 Sender refused"])
def test_a_fault_of_the_server_keeps_all_mails(store, peer, postman, put, answer, caplog):
    put(ADA, BOB)
    for number in range(12):
        peer.sender = [answer]
        postman.send_due(now=2 + number * LATER)

    assert f"the mail server has a fault: {answer}" in caplog.messages
    assert numbers(store)["waiting"] == 2
    assert postman.send_due(now=13 * LATER) == 2


def test_a_relay_that_is_not_allowed_is_tried_again(store, peer, postman, put):
    peer.rcpt[ADA] = ["554 5.7.1 Relay access denied"]
    put(ADA)
    postman.send_due(now=2)

    assert numbers(store)["waiting"] == 1
    assert postman.send_due(now=LATER) == 1


def test_a_mail_of_another_secret_fails(store, peer, postman, put):
    put(ADA)
    other = postman._replace(secrets=Secrets("o" * 20 + "ther-secret-of-nobody-1234567890"))

    assert other.send_due(now=2) == 0
    assert numbers(store)["failed"] == 1


def test_a_link_that_has_expired_is_not_sent(store, peer, postman, put):
    put(ADA, expires_at="5")

    assert postman.send_due(now=6) == 0
    assert rows(store)[0][4] == "the link expired before the mail could be sent"


def test_a_domain_is_sent_in_ascii_by_the_rules_of_2008(peer, postman, put):
    put("ada@faß.example")

    assert postman.send_due(now=2) == 1
    assert peer.recipients == ["ada@xn--fa-hia.example"]


def test_a_sender_that_lost_its_lease_settles_nothing(store, put):
    put(ADA)
    with store.write_shared() as session:
        (slow,) = leases.lease(session, "slow", 9, now=2)
    with store.write_shared() as session:
        assert leases.lease(session, "quick", 9, now=3) == []
        (quick,) = leases.lease(session, "quick", 9, now=3 + leases.LEASE)
    with store.write_shared() as session:
        assert leases.settle_failed(session, slow, "late", now=4) is False
        assert leases.settle_sent(session, quick, now=4) is True


def test_many_senders_send_each_mail_once(store, peer, put):
    put(*(f"p{number}@example.com" for number in range(40)))
    senders = [Postman(store, peer.server(), Secrets(SECRET), URL, name=f"s{n}") for n in range(4)]

    def work(sender: Postman) -> int:
        return sum(sender.send_due(now=2) for _number in range(4))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, senders)) == 40
    assert sorted(peer.recipients) == sorted(f"p{number}@example.com" for number in range(40))


def test_pauses_grow_to_six_hours():
    assert [
        round(max(pause_after(n) for _ in range(99))) <= most for n, most in ((1, 30), (2, 120))
    ]
    assert all(24 <= pause_after(1) <= 30 for _number in range(50))
    assert all(96 <= pause_after(2) <= 120 for _number in range(50))
    assert all(17_280 <= pause_after(20) <= 21_600 for _number in range(50))

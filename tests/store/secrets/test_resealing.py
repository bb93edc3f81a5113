"""What the old secret has sealed is sealed again under the current one, in steps."""

from itertools import islice

from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.sealing import Purpose, Secrets
from dashapp.store.orgs.sealed_keys import sealed_keys
from dashapp.store.secrets import resealing
from dashapp.store.secrets.resealing import count_sealed, reseal
from tests import factories

OLD, NEXT = factories.SECRET, "the-next-secret-of-it-abcdefghijklm"
BOTH, AFTER = Secrets(NEXT, OLD), Secrets(NEXT)


def add_keys(store, owner, count: int) -> None:
    for _ in range(count):
        factories.add_key(store, owner, KeyKind.EMBED)


def counted(store, secrets) -> tuple[int, int, int]:
    return count_sealed(store, secrets)[0][1:]


def test_afterwards_the_current_secret_opens_everything(store, acme, rival):
    add_keys(store, acme, 2)
    add_keys(store, rival, 1)
    assert counted(store, BOTH) == (0, 3, 0)

    assert list(reseal(store, BOTH)) == [(Purpose.EMBED_KEY, 3)]

    assert counted(store, AFTER) == (3, 0, 0)
    with store.read_shared() as session:
        assert sealed_keys(session, AFTER).fault is None
    assert list(reseal(store, BOTH)) == []


def test_an_interrupted_run_goes_on_with_what_is_left(store, acme, monkeypatch):
    monkeypatch.setattr(resealing, "_STEP", 2)
    add_keys(store, acme, 5)

    assert list(islice(reseal(store, BOTH), 1)) == [(Purpose.EMBED_KEY, 2)]
    assert counted(store, BOTH) == (2, 3, 0)

    assert sum(count for _purpose, count in reseal(store, BOTH)) == 3
    assert counted(store, AFTER) == (5, 0, 0)


def test_what_nobody_can_read_is_counted_and_left_as_it_is(store, acme):
    add_keys(store, acme, 1)

    assert counted(store, AFTER) == (0, 0, 1)
    assert list(reseal(store, AFTER)) == []
    assert counted(store, BOTH) == (0, 1, 0)

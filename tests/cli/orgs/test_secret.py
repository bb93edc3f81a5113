"""`dashapp secret`: from the old secret to the new one."""

import pytest

from dashapp.domain.secrets.keys import KeyKind
from tests import factories

NEXT = "the-next-secret-of-it-abcdefghijklm"


@pytest.fixture(autouse=True)
def rotating(monkeypatch):
    monkeypatch.setenv("DASHAPP_SECRET_KEY", NEXT)
    monkeypatch.setenv("DASHAPP_SECRET_KEY_OLD", factories.SECRET)


def embed_line(run) -> list[str]:
    output = run("secret", "status").stdout
    (line,) = [line for line in output.splitlines() if line.startswith("embed keys")]
    return line.split()[2:]


def test_everything_is_sealed_again(run, store, acme, monkeypatch):
    for _ in range(3):
        factories.add_key(store, acme, KeyKind.EMBED)
    assert embed_line(run) == ["0", "3", "0"]
    assert "Run: dashapp secret reseal" in run("secret", "status").stdout

    output = run("secret", "reseal").stdout

    assert output == (
        "embed keys: 3 encrypted again.\nNothing is encrypted under the old secret key.\n"
    )  # fmt: skip
    monkeypatch.delenv("DASHAPP_SECRET_KEY_OLD")
    assert embed_line(run) == ["3", "0", "0"]


def test_a_lost_secret_is_reported(run, store, acme, monkeypatch):
    factories.add_key(store, acme, KeyKind.EMBED)
    monkeypatch.delenv("DASHAPP_SECRET_KEY_OLD")

    assert embed_line(run) == ["0", "0", "1"]
    assert "cannot be read" in run("secret", "status").stdout


def test_without_the_old_secret_nothing_can_be_sealed_again(run, monkeypatch):
    monkeypatch.delenv("DASHAPP_SECRET_KEY_OLD")

    assert "DASHAPP_SECRET_KEY_OLD" in run("secret", "reseal", exits=1).stderr


def test_the_doctor_says_what_is_left_of_a_rotation(run, store, acme):
    factories.add_key(store, acme, KeyKind.EMBED)

    assert "dashapp secret reseal" in run("doctor", exits=1).stdout

    run("secret", "reseal")
    assert "remove DASHAPP_SECRET_KEY_OLD" in run("doctor", exits=1).stdout

"""`dashapp origin`, `dashapp embed log` and `dashapp embed doctor`."""

import re

import pytest

from dashapp.domain.time.instant import utc_now
from dashapp.store.orgs import keys
from tests.embedding import Signer, allow
from tests.factories import SECRET, event, send


@pytest.fixture
def signer(store, acme, monkeypatch):
    monkeypatch.setenv("DASHAPP_SECRET_KEY", SECRET)
    signer = Signer(store, acme)
    signer.now = lambda *omitted, **extra: signer.token(
        *omitted, now=utc_now().timestamp(), **extra
    )
    return signer


def doctor(run, token, *options, exits=0):
    command = ("embed", "doctor", "--org", "acme", "--dashboard", "operations", "--token", "-")
    return run(*command, *options, stdin=token, exits=exits).stdout


def test_an_embed_key_is_printed_once_and_needs_the_secret_key(run, acme, monkeypatch):
    monkeypatch.delenv("DASHAPP_SECRET_KEY", raising=False)
    refused = run("key", "add", "--org", "acme", "--kind", "embed", exits=1)
    assert "DASHAPP_SECRET_KEY is not set" in refused.stderr

    monkeypatch.setenv("DASHAPP_SECRET_KEY", SECRET)
    lines = run("key", "add", "--org", "acme", "--kind", "embed").stdout.splitlines()
    assert re.fullmatch(r"id: k\w{11}", lines[0])
    assert re.fullmatch(r"dash_embed_\w{49}", lines[-1])
    assert lines[-1] not in run("key", "list", "--org", "acme").stdout


@pytest.mark.both_databases
def test_origins_are_added_listed_and_removed(run, acme, rival):
    run("origin", "add", "--org", "acme", "https://Shop.example/")
    run("origin", "add", "--org", "acme", "http://localhost:8060")
    assert run("origin", "list", "--org", "acme").stdout.split() == [
        "http://localhost:8060", "https://shop.example",
    ]  # fmt: skip
    assert run("origin", "list", "--org", "rival").stdout == ""

    run("origin", "add", "--org", "acme", "https://shop.example:443", exits=1)  # the same origin
    run("origin", "remove", "--org", "acme", "https://shop.example")
    assert run("origin", "list", "--org", "acme").stdout.split() == ["http://localhost:8060"]
    run("origin", "remove", "--org", "acme", "https://shop.example", exits=1)


@pytest.mark.parametrize(
    "origin",
    ["", "*", "shop.example", "http://shop.example", "https://shop.example/path",
     "https://shop.example?x", "https://user@shop.example", "javascript:alert(1)", "null", "https://",
     "https://shop.example;script-src *", "https://shop.example 'unsafe-eval'", "https://x:99999"],
)  # fmt: skip
def test_an_invalid_origin_is_rejected(run, acme, origin):
    result = run("origin", "add", "--org", "acme", origin, exits=1)

    assert "Invalid origin" in result.stderr


@pytest.mark.parametrize(
    ("origin", "normal"),
    [
        ("https://*.Shop.example/", "https://*.shop.example"),
        ("https://*.shop.example:8443", "https://*.shop.example:8443"),
        ("https://*.customers.github.io", "https://*.customers.github.io"),
    ],
)
def test_an_origin_with_a_star_is_added(run, acme, origin, normal):
    run("origin", "add", "--org", "acme", origin)

    assert run("origin", "list", "--org", "acme").stdout.split() == [normal]


@pytest.mark.parametrize(
    "name",
    ["com", "github.io", "co.uk", "example", "localhost", "0.0.1", "xn--55qx5d.cn", "shop.ck"],
)
def test_names_below_which_anybody_gets_a_host_are_rejected(run, acme, name):
    result = run("origin", "add", "--org", "acme", f"https://*.{name}", exits=1)

    assert f"Hosts below {name} do not all belong to one owner" in result.stderr
    assert run("origin", "list", "--org", "acme").stdout == ""


def test_the_doctor_passes_a_valid_token(run, signer, store, acme):
    allow(store, acme, "https://shop.example")
    send(store, acme, [event(at=utc_now())])

    report = doctor(run, signer.now(), "--origin", "https://shop.example")

    assert "FAIL" not in report
    names = [line.split()[1] for line in report.splitlines()]
    assert names[:6] == ["origin", "key", "signature", "clock", "claims", "dashboard"]
    assert names[6:] == ["panel"] * 8


@pytest.mark.parametrize(
    ("make_token", "check", "reason"),
    [
        (lambda s: s.sign(s.claims(now=utc_now().timestamp()), secret="x"), "signature", "invalid signature; sign the token with this key's secret"),
        (lambda s: s.token(now=utc_now().timestamp() - 4_000), "clock", "expired 3"),
        (lambda s: s.token(now=utc_now().timestamp() + 4_000), "clock", "in the future"),
        (lambda s: s.now(filter={}), "claims", "unknown claim 'filter'"),
        (lambda s: s.now("sub"), "claims", "missing claim 'sub'"),
        (lambda s: s.now(dashboard="sales"), "dashboard", "the token is for dashboard sales"),
        (lambda s: s.now(header={"kid": "k00000000000"}), "key", "no embed key"),
        (lambda s: s.now(header={"alg": "none"}), "header", "alg must be HS256"),
        (lambda _s: "nonsense", "token", "not a JWT"),
    ],
)  # fmt: skip
def test_the_doctor_reports_the_failed_check_and_why(
    run, signer, store, acme, make_token, check, reason
):
    allow(store, acme, "https://shop.example")

    report = doctor(run, make_token(signer), exits=1)

    (failed,) = [line for line in report.splitlines() if line.startswith("FAIL")]
    assert failed.split()[1] == check
    assert reason in failed


def test_the_doctor_checks_origins(run, signer, store, acme):
    assert "no page may embed this dashboard yet" in doctor(run, signer.now(), exits=1)
    allow(store, acme, "https://shop.example")
    assert "is not allowed; use" in doctor(run, signer.now(), "--origin", "https://evil.example", exits=1)  # fmt: skip
    allow(store, acme, "https://*.shop.example")
    assert "is allowed" in doctor(run, signer.now(), "--origin", "https://eu.shop.example")
    assert "is not allowed; use" in doctor(run, signer.now(), "--origin", "https://eshop.example", exits=1)  # fmt: skip


def test_the_doctor_reports_a_key_of_another_org_and_a_revoked_key(run, signer, store, rival, acme):
    allow(store, acme, "https://shop.example")
    other = Signer(store, rival)
    assert "the key belongs to org rival, not acme" in doctor(run, other.token(now=utc_now().timestamp()), exits=1)  # fmt: skip

    with store.write_shared() as session:
        keys.revoke_key(session, signer.owner, signer.key_id, now=2)
    assert "was revoked on 1970-01-01" in doctor(run, signer.now(), exits=1)


def test_the_doctor_reports_a_changed_secret_key(run, signer, store, acme, monkeypatch):
    allow(store, acme, "https://shop.example")
    monkeypatch.setenv("DASHAPP_SECRET_KEY", "another-secret-of-this-installation-1234")

    assert "a different DASHAPP_SECRET_KEY" in doctor(run, signer.now(), exits=1)


@pytest.mark.both_databases
def test_the_log_lists_accepted_and_refused_tokens(run, signer, store, acme):
    from tests import factories

    client = factories.app(store, utc_now).test_client()
    for token in (signer.now(), signer.now(exp="x")):
        client.post("/embed/acme/operations/token", headers={"Authorization": f"Bearer {token}"}, json={})  # fmt: skip

    lines = run("embed", "log", "--org", "acme").stdout.splitlines()
    assert lines[0].split() == ["TIME", "RESULT", "DASHBOARD", "KEY", "VIEWER", "REASON"]
    assert "exp must be a number of seconds" in lines[1]
    assert "viewer-7" in lines[2]
    assert "taken" in lines[2]

"""What the server fetches from providers is bounded, and only from where it may."""

import socket
import threading
from contextlib import ExitStack

import pytest

from dashapp.domain.errors import Unavailable
from dashapp.domain.sign_on.addresses import is_public
from dashapp.domain.sign_on.providers import is_safe_url
from dashapp.web.access.sign_on import connections, fetching
from dashapp.web.access.sign_on.fetching import NoAnswer, Question, fetch


def problem(url: str, *, allows_private: bool = True) -> str:
    with pytest.raises(NoAnswer) as raised:
        fetch(Question(url), allows_private=allows_private)
    return str(raised.value)


def metadata_of(provider) -> str:
    return f"{provider.issuer}/.well-known/openid-configuration"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff0e::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "2002:a00:1::1",
        "2001:0:a00:1:0:0:0:0",
        "2001:0:0808:0808:0:0:f5ff:fffe",
        "nonsense",
    ],
)
def test_private_addresses_are_refused_in_all_their_forms(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_allowed(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example",
        "ftp://login.example",
        "https://user:password@login.example",
        "https://login.example#part",
        "https://login.example:0",
        "https://login.example:port",
        "https:///path",
        "https://login.example\\@evil.example",
        "https://login.example/a b",
        "https://login.exämple",
        "//login.example",
        "javascript:alert(1)",
        None,
        7,
    ],
)
def test_only_plain_https_addresses_are_used(url):
    assert not is_safe_url(url, allows_private=True)


def test_http_is_for_this_computer_only_and_if_allowed():
    assert is_safe_url("http://127.0.0.1:8080/x", allows_private=True)
    assert not is_safe_url("http://127.0.0.1:8080/x", allows_private=False)
    assert not is_safe_url("http://10.0.0.1/x", allows_private=True)


def test_a_name_that_leads_into_a_private_network_is_not_connected_to(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        port = listening.getsockname()[1]
        answer = problem(f"https://localhost:{port}/x", allows_private=False)

        assert answer.startswith("Its address is in a private network")
        with pytest.raises(TimeoutError):
            listening.accept()


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 443)) for host in ("8.8.8.8", "10.0.0.1")]  # fmt: skip
    monkeypatch.setattr(connections.socket, "getaddrinfo", lambda *_args, **_options: addresses)

    assert problem("https://login.example", allows_private=False).startswith("Its address is in")


def test_the_name_is_resolved_once_and_the_checked_address_is_used(monkeypatch, provider):
    """A name that leads elsewhere a moment later does not matter."""
    resolved = []
    real = socket.getaddrinfo

    def resolve(host, *args, **options):
        resolved.append(host)
        return real("127.0.0.1", *args, **options)

    monkeypatch.setattr(connections.socket, "getaddrinfo", resolve)
    port = provider.issuer.rpartition(":")[2]

    answer = fetch(
        Question(f"http://localhost:{port}/.well-known/openid-configuration"), allows_private=True
    )

    assert answer.fields["issuer"] == provider.issuer
    assert resolved == ["localhost"]


def test_redirects_are_not_followed(provider):
    provider.fault = "metadata_redirects"

    assert problem(metadata_of(provider)) == (
        "It redirects to another address, which is not followed."
    )
    assert provider.requests["/elsewhere"] == 0


def test_large_answers_are_cut_off(provider):
    provider.fault = "huge"

    assert problem(metadata_of(provider)) == "Its answer is larger than 256 KB."


def test_an_answer_that_drips_ends_in_time(provider, monkeypatch):
    """Each byte comes soon, so a timeout per read would never end."""
    monkeypatch.setattr(fetching, "MAX_SECONDS", 0.3)
    provider.fault = "drips"

    assert problem(metadata_of(provider)).startswith("It did not answer within")


def test_a_silent_server_ends_in_time_also_during_the_handshake(monkeypatch):
    monkeypatch.setattr(fetching, "MAX_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        assert problem(f"https://127.0.0.1:{port}/x").startswith("It did not answer within")


def test_the_environment_chooses_no_proxy(provider, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)

    assert fetch(Question(metadata_of(provider)), allows_private=True).status == 200


def test_each_provider_is_asked_by_one_thread_and_keeps_no_other_waiting(provider, monkeypatch):
    monkeypatch.setattr(fetching, "_WAIT_SECONDS", 0.01)
    with fetching._turns.turn("slow.example", 0):
        assert fetch(Question(metadata_of(provider)), allows_private=True).status == 200
        with pytest.raises(Unavailable):
            fetch(Question("https://SLOW.example/x"), allows_private=True)


def test_slow_providers_do_not_take_all_threads(provider, monkeypatch):
    monkeypatch.setattr(fetching, "_WAIT_SECONDS", 0.01)
    with ExitStack() as slow:
        for number in range(3):
            slow.enter_context(fetching._turns.turn(f"{number}.example", 0))
        with pytest.raises(Unavailable):
            fetch(Question(metadata_of(provider)), allows_private=True)
    assert fetch(Question(metadata_of(provider)), allows_private=True).status == 200


def test_a_server_without_a_valid_certificate_is_refused(tls_server):
    assert problem(f"https://127.0.0.1:{tls_server}/x") == "Its TLS certificate is not valid."


@pytest.fixture
def tls_server(tmp_path):
    """A TLS server with a certificate that nobody signed; yields its port."""
    import ssl

    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        try:
            connection, _address = listening.accept()
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    listening.close()
    thread.join(timeout=5)


def self_signed(folder):
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"

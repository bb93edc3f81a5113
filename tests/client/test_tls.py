"""The Python client over TLS."""

import gzip
import ipaddress
import json
import logging
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dashapp.client import Client

LOCALHOST = ipaddress.ip_address("127.0.0.1")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with a key, and its certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "dashapp")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(LOCALHOST)])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return path


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        batch = json.loads(gzip.decompress(self.rfile.read(int(self.headers["Content-Length"]))))
        rejected = [{"index": 0, "message": "no" * 50_000}]  # a response of several TLS records
        body = {"accepted": len(batch) - 1, "duplicates": 0, "rejected": rejected}
        content = json.dumps(body).encode()
        self.send_response(207)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args) -> None:
        """Log nothing."""


class TlsServer(ThreadingHTTPServer):
    connections = 0

    def process_request(self, request, client_address) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, *_args) -> None:
        """Print nothing."""


@pytest.fixture
def server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    http = TlsServer(("127.0.0.1", 0), Handler)
    http.socket = context.wrap_socket(http.socket, server_side=True)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    yield http
    http.shutdown()
    http.server_close()


def test_large_batches_and_responses_go_over_one_connection(server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Client(f"https://127.0.0.1:{server.server_port}", "k", batch=10, every=60) as dash:
        for number in range(50):
            text = "".join(chr(33 + (number * i * i + i) % 90) for i in range(30_000))
            dash.send("page.viewed", properties={"text": text})

    assert dash.statistics == (0, 45, 0, 5, 0)
    assert server.connections == 1


def test_an_unknown_certificate_is_refused(server, caplog):
    dash = Client(f"https://127.0.0.1:{server.server_port}", "k")
    with caplog.at_level(logging.INFO):
        dash.send("page.viewed")
        assert dash.flush(timeout=0.3) is False

    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
    assert dash.statistics == (1, 0, 0, 0, 0)
    dash.close(timeout=0)

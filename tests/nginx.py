"""nginx in front of a server, as docs/operate.md configures it."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pooler import wait_for

PROGRAM = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
_CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream servers {{
    {servers}
  }}
  server {{
    listen 127.0.0.1:{port}{tls};
    location {path}/ {{
      proxy_pass http://servers;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      {more}
    }}
  }}
}}
"""
_TLS = " ssl;\n    ssl_certificate {folder}/cert.pem;\n    ssl_certificate_key {folder}/key.pem"


@contextmanager
def nginx(
    port: int, *upstreams: int, path: str = "", more: str = "", has_tls: bool = False
) -> Iterator[None]:
    """Pass requests for a path on to servers on other ports."""
    folder = Path(tempfile.mkdtemp(prefix="dashapp-nginx-"))
    if has_tls:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
             "-subj", "/CN=dash.example", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
            check=True, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    configuration = folder / "nginx.conf"
    tls = _TLS.format(folder=folder) if has_tls else ""
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            port=port,
            servers=" ".join(f"server 127.0.0.1:{each} max_fails=0;" for each in upstreams),
            path=path,
            more=more,
            tls=tls,
        )
    )
    process = subprocess.Popen([PROGRAM, "-c", configuration, "-e", folder / "error.log"])
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)

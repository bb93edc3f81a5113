"""Free ports, and servers that run in a child process."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str = "/readyz") -> None:
    """Wait until the server is ready, for half a minute at most."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not become ready")


@contextmanager
def running(
    module: Sequence[str], env: Mapping[str, str] | None = None, path: str = "/readyz"
) -> Iterator[str]:
    """Run `python -m MODULE` on a free port; yield its URL and stop it after the block."""
    port = free_port()
    command = [sys.executable, "-m", *module, "--port", str(port)]
    process = subprocess.Popen(
        command,
        env={**os.environ, **(env or {})},
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl+C reaches only this process, which stops it
    )
    try:
        wait_for(port, path)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

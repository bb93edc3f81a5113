"""Free ports, and servers that run in a child process."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

_SECRET = "benchmarks-use-this-and-nobody-else-does-1a2b3c"


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


@contextmanager
def serving(url: str, workers: int = 2, log: Path | None = None) -> Iterator[tuple[int, list[int]]]:
    """Yield the port of a server and the process ids of its workers. It logs to a file, if any."""
    port = free_port()
    command = [
        sys.executable, "-m", "dashapp", "serve", "--port", str(port), "--workers", str(workers),
    ]  # fmt: skip
    env = {**os.environ, "DASHAPP_DATABASE_URL": url, "DASHAPP_SECRET_KEY": _SECRET, "DASHAPP_LOG_LEVEL": "error"}  # fmt: skip
    with nullcontext() if log is None else log.open("wb") as errors:
        process = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
        )
        try:
            wait_for(port)
            yield port, _child_pids(process.pid)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _child_pids(pid: int) -> list[int]:
    pids = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            is_child = int(stat.read_text().rsplit(")", 1)[1].split()[1]) == pid
            if is_child and b"upkeep" not in stat.with_name("cmdline").read_bytes():
                pids.append(int(stat.parent.name))
        except OSError:
            continue
    return pids

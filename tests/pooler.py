"""PgBouncer in front of a PostgreSQL server, and a proxy that can fall silent."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

from sqlalchemy import make_url

from tests.postgresql import free_port

PROGRAM = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")


@contextmanager
def pgbouncer(url: str, mode: str) -> Iterator[str]:
    """Run PgBouncer in a pool mode; yield the URL of the same database."""
    target, port = make_url(url), free_port()
    few = "default_pool_size = 3\n" if mode == "transaction" else ""  # so that clients share them
    folder = Path(tempfile.mkdtemp(prefix="dashapp-pooler-"))
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    (folder / "users.txt").write_text(f'"{target.username}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={target.host} port={target.port}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {folder}/users.txt\npool_mode = {mode}\n"
        f"logfile = {folder}/log\npidfile = {folder}/pid\n{few}"
    )
    if user:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)
    process = subprocess.Popen([PROGRAM, "-q", f"{folder}/pgbouncer.ini"], user=user, cwd="/")
    try:
        wait_for(port)
        yield target.set(port=port).render_as_string(hide_password=False)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("it does not listen")


class SilentProxy:
    """Passes bytes on in both directions until it falls silent; connections stay open."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._silent, self._ended = Event(), Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._thread = Thread(target=self._accept)

    def fall_silent(self) -> None:
        self._silent.set()

    def speak(self) -> None:
        self._silent.clear()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        threads = []
        while not self._ended.is_set():
            with suppress(TimeoutError):
                client, _address = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for pair in ((client, server), (server, client)):
                    threads.append(Thread(target=self._pass_on, args=pair))
                    threads[-1].start()
        for thread in threads:
            thread.join()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        source.settimeout(0.05)
        with closing(source), suppress(OSError):
            while not self._ended.is_set():
                try:
                    data = source.recv(65_536)
                except TimeoutError:
                    continue
                if not data:
                    break
                if not self._silent.is_set():
                    target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

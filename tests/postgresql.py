"""A temporary PostgreSQL cluster, on a free port and in a temporary folder."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FAST = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=64MB"


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server programs, or None."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    candidates = [*installed, *([Path(on_path)] if on_path else [])]
    return candidates[0].parent if candidates else None


def _processes() -> dict[int, tuple[int, str]]:
    """Return the parent and the state of each process. "Z" is the state of one that has ended."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(") ")[2].split()[:2]
            found[int(stat.parent.name)] = (int(parent), state)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A cluster in a temporary folder. `url` is for its superuser and has no database name."""

    def __init__(self, options: str = FAST) -> None:
        folder = programs()
        assert folder is not None
        self.bin = folder
        self.folder = Path(tempfile.mkdtemp(prefix="dashapp-pg-"))
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.port = free_port()
        self.options = options
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}"
        self.stop_with_this_process()

    def run(self, program: str, *arguments: str, check: bool = True) -> int:
        return subprocess.run(
            [f"{self.bin}/{program}", *arguments], check=check, user=self.user, cwd=self.folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**os.environ, "HOME": str(self.folder)},
        ).returncode  # fmt: skip

    def init(self) -> None:
        self.run("initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", "postgres")

    def copy(self, primary: "Cluster") -> None:
        """Become a streaming replica of another cluster."""
        self.run(
            "pg_basebackup", "-d", f"{primary.url}/postgres", "-D", f"{self.folder}/data",
            "-R", "-X", "stream", "-c", "fast",
        )  # fmt: skip

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 "
            f"-c unix_socket_directories={self.folder} {self.options}"
        )
        command = ("-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o", options)
        for _ in range(50):  # after a crash, its child processes must end first
            if self.run("pg_ctl", *command, "start", check=False) == 0:
                return
            time.sleep(0.2)
        raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def stop_with_this_process(self) -> None:
        """Let a watchdog stop the cluster when this process ends, also if it is killed.

        The watchdog waits for the end of a pipe that only this process writes to.
        """
        stop = f'"{self.bin}/pg_ctl" -D "{self.folder}/data" -m immediate stop'
        self.watchdog = subprocess.Popen(
            ["sh", "-c", f'cat >/dev/null; {stop}; rm -rf "{self.folder}"'],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=self.user, cwd="/", start_new_session=True,
        )  # fmt: skip

    def kill(self) -> None:
        """Kill the server without a clean shutdown, as a crash would, and wait until no connection is answered.

        The processes of connections end by themselves, and can still answer until they do.
        """
        pid = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        children = [child for child, (parent, _) in _processes().items() if parent == pid]
        os.kill(pid, signal.SIGKILL)
        for _ in range(500):
            processes = _processes()
            if all(processes.get(child, (0, "Z"))[1] == "Z" for child in children):
                return
            time.sleep(0.02)
        raise RuntimeError(f"Processes of the killed server still run: {children}")

    def stop(self) -> None:
        """Stop the cluster and remove its folder."""
        self.watchdog.communicate()


@contextmanager
def cluster() -> Iterator[str]:
    """Run a cluster; yield its superuser's URL, without a database name."""
    running = Cluster()
    running.init()
    running.start()
    try:
        yield running.url
    finally:
        running.stop()

"""Runs `dashapp` commands for the shell blocks of the docs, each in a fork of one warm process.

Importing dashapp takes a second, and the docs have a hundred commands. Each runs as it would from a
shell: with its own arguments, environment, folder, standard streams, and exit status. The warm
process has no database open, so forking it is safe.
"""

import json
import os
import signal
import socket
import sys
from pathlib import Path

CLIENT = """#!{python} -IS
import json, os, signal, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    words = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
    request = json.dumps([words, os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [len(request).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(request)
    process = int.from_bytes(server.recv(4), "big")
    signal.signal(signal.SIGTERM, lambda *_: os.kill(process, signal.SIGTERM))
    sys.exit(server.recv(1)[0])
"""


def write_clients(folder: Path, address: str, names: tuple[str, ...]) -> None:
    """Programs that pass their command on to the server at this address."""
    for name in names:
        client = folder / name
        client.write_text(CLIENT.format(python=sys.executable, address=address))
        client.chmod(0o755)


def serve(address: str) -> None:
    """Answer each connection with the exit status of its command."""
    import dashapp.app
    import dashapp.cli  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        while True:
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    listener.close()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _answer(connection)


def _answer(connection: socket.socket) -> None:
    """In a fork: run the command, report its exit status, and end."""
    length, files, _, _ = socket.recv_fds(connection, 4, 3)
    request = b""
    while len(request) < int.from_bytes(length, "big"):
        request += connection.recv(65_536)
    connection.sendall(os.getpid().to_bytes(4, "big"))
    status = _run(*json.loads(request), files)
    connection.sendall(bytes([status & 255]))
    os._exit(0)


def _run(words: list[str], folder: str, environment: dict[str, str], files: list[int]) -> int:
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    try:
        _main(words)
    except SystemExit as error:
        code = error.code
        return code if isinstance(code, int) else int(code is not None)
    except BaseException:  # noqa: BLE001 - as Python itself would report it
        sys.excepthook(*sys.exc_info())
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _main(words: list[str]) -> None:
    if words[0] == "dashapp":
        from dashapp.cli import main

        main(words[1:], prog_name="dashapp")
    else:
        exec(compile(sys.stdin.read(), "<documentation>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    serve(sys.argv[1])

"""Servers on loopback, each on a free port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Response

_POLL_SECONDS = 0.02  # ending a server takes as long
not_found = Response("No test is running.", 404)


@contextmanager
def serving(app) -> Iterator[BaseWSGIServer]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def base_url_of(server: BaseWSGIServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"

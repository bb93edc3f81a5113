"""The server below the path of its public address, and health checks below none.

The proxy passes paths on as they are: `/analytics/login` for `https://example.com/analytics`.
"""

from collections.abc import Callable, Iterable
from typing import Any

HEALTH_CHECKS = ("/livez", "/readyz")
PROBES = (*HEALTH_CHECKS, "/metrics")
ASKED_HOST = "dashapp.asked_host"  # in the environment of a probe
_ANY_TRUSTED_HOST = "localhost"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def path_below(path: str, public_path: str) -> str | None:
    """Return the server's own part of a path; None if the path is not below the public one."""
    if path == public_path or path.startswith(f"{public_path}/"):
        return path[len(public_path) :]
    return path if path in PROBES else None


class Mounted:
    """A WSGI application below a path, whose probes work under any host name.

    Probes use addresses that nobody has to configure.
    """

    def __init__(self, application: Application, public_path: str) -> None:
        self._application = application
        self._public_path = public_path

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        own_path = path_below(path, self._public_path)
        if own_path is None:
            return self._not_here(start)
        environ["PATH_INFO"] = own_path or "/"
        environ["SCRIPT_NAME"] = path[: len(path) - len(own_path)]
        if own_path in PROBES:
            environ[ASKED_HOST] = environ.get("HTTP_HOST", "")
            environ["HTTP_HOST"] = _ANY_TRUSTED_HOST
        return self._application(environ, start)

    def _not_here(self, start: Callable[..., Any]) -> Iterable[bytes]:
        body = (
            f"Nothing is here. This server’s addresses begin with {self._public_path}/\n".encode()
        )
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start("404 NOT FOUND", headers)
        return [body]

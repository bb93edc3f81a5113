"""Names of cookies. Browsers send a host's cookies to all of its ports and, if told, its paths.

So the name says which server a cookie is for: two on one host do not log each other's people out.
"""

from hashlib import sha256
from urllib.parse import urlsplit

from dashapp.settings import Settings

_USUAL_PORTS = frozenset({"", "80", "443"})


def cookie_name(settings: Settings, kind: str, host: str) -> str:
    """Return a cookie's name. `host` is the request's, which counts if there is no public address.

    `__Host-` binds a cookie to this host and https: no other host of the domain can set it.
    """
    address = urlsplit(settings.public_url or f"http://{host}")
    port = address.netloc.rpartition("]")[2].partition(":")[2]
    parts = [f"dashapp-{kind}"]
    if port.isdigit() and port not in _USUAL_PORTS:
        parts.append(port)
    if address.path:
        parts.append(sha256(address.path.encode()).hexdigest()[:8])
    return ("__Host-" if settings.is_https else "") + "-".join(parts)

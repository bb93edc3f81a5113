"""`GET /metrics` for Prometheus: the counts of all workers, and the state of the installation.

It answers programs of this machine, and those that show DASHAPP_METRICS_TOKEN. A request that a
proxy has passed on comes from this machine, too, if the proxy runs here: it needs the token.
"""

from hmac import compare_digest
from time import perf_counter
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from dashapp.settings import LOOPBACK, Settings
from dashapp.web.access import bearer, security_log
from dashapp.web.access.addresses import is_loopback
from dashapp.web.access.bearer import Unauthorized
from dashapp.web.access.guard import allow
from dashapp.web.access.security_log import Event
from dashapp.web.http.logs import WARM_UP
from dashapp.web.http.mounting import ASKED_HOST
from dashapp.web.monitoring.counters import NO_ROUTE, counters
from dashapp.web.monitoring.gauges import InstallationGauges
from dashapp.web.monitoring.places import shared_folder
from dashapp.web.monitoring.sampling import sample_connections
from dashapp.web.services import services

blueprint = Blueprint("scraping", __name__)
_FORWARDED = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip"})
_REFUSED = (
    "Metrics are for programs on the server's machine. From elsewhere, or through a proxy, send "
    "Authorization: Bearer and the value of DASHAPP_METRICS_TOKEN."
)


def init_app(server: Flask) -> None:
    server.after_request(_count)


def _count(response: Response) -> Response:
    if WARM_UP not in request.environ:
        rule = request.url_rule
        counters().count_request(
            request.method,
            NO_ROUTE if rule is None else rule.rule,
            response.status_code,
            perf_counter() - g.get("started", perf_counter()),
        )
    return response


def _scraper() -> None:
    """Let in programs of this machine, or with the token. A wrong token is never overlooked."""
    token = services().settings.metrics_token
    if "Authorization" in request.headers:
        if token and compare_digest((bearer.secret() or "").encode(), token.encode()):
            return
        security_log.record(Event.KEY_REFUSED, "unknown")
        raise Unauthorized(_REFUSED)
    if not _is_from_this_machine(services().settings):
        security_log.record(Event.KEY_REFUSED, "missing")
        raise Unauthorized(_REFUSED)


@blueprint.get("/metrics")
@allow(_scraper)
def scrape() -> Response:
    app = services()
    sample_connections(app.store)
    registry = CollectorRegistry()
    folder = shared_folder()
    if folder is None:
        registry.register(counters().registry)
    else:
        MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    registry.register(InstallationGauges(app))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = Response(encode(registry), content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_from_this_machine(settings: Settings) -> bool:
    """Return whether a program of this machine asks, and no proxy has passed the request on.

    Behind a public address without trusted proxies, nobody can tell: a proxy may add no header.
    """
    public_host = urlsplit(settings.public_url or "").hostname or LOOPBACK[0]
    knows_proxies = settings.trusted_proxies > 0 or public_host in LOOPBACK
    is_passed_on = any(
        name.lower() in _FORWARDED or name.lower().startswith("x-forwarded-")
        for name, _value in request.headers
    )
    host = urlsplit(f"//{request.environ.get(ASKED_HOST, '')}").hostname
    return (
        knows_proxies and not is_passed_on and host in LOOPBACK and is_loopback(request.remote_addr)
    )

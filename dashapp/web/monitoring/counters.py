"""What the server counts while it works. docs/reference/monitoring.md lists the metrics.

Labels have few values, which the code knows: never an org, a person, or text of a request.
"""

from functools import cache, partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from dashapp.domain.time.instant import SECOND
from dashapp.store.health.progress import Progress, SealedTotals

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
NO_ROUTE = "none"  # an address that does not exist


class Counters:
    """Counts of this process and, with `share_counts`, of all workers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        counter = partial(Counter, registry=self.registry)
        gauge = partial(Gauge, registry=self.registry, multiprocess_mode="sum")
        self._requests = counter(
            "dashapp_http_requests", "Requests answered.", ["method", "route", "status"]
        )
        self._durations = Histogram(
            "dashapp_http_request_duration_seconds",
            "Time to answer a request, without the time that it waited for its turn.",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._refused = counter(
            "dashapp_http_requests_refused", "Requests that got no thread.", ["reason"]
        )
        self._events = counter("dashapp_ingest_events", "Events received.", ["verdict"])
        self._sign_ins = counter("dashapp_sign_ins", "Sign-ins.", ["method", "outcome"])
        self._tokens = counter("dashapp_embed_tokens", "Embed tokens shown.", ["outcome"])
        self._running = gauge("dashapp_http_requests_running", "Requests that have a thread.")
        self._waiting = gauge("dashapp_http_requests_waiting", "Requests that wait for a thread.")
        self._connections = gauge(
            "dashapp_database_connections", "Database connections in use.", ["pool"]
        )
        self._overflow = gauge(
            "dashapp_database_connections_overflow", "Those beyond the pool's size.", ["pool"]
        )
        self._wanted = gauge(
            "dashapp_database_connections_waiting", "Threads that wait for a connection.", ["pool"]
        )
        self._upkeep = _Upkeep(self.registry)
        self._request = cache(self._requests.labels)
        self._duration = cache(self._durations.labels)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request. `route` is a template of addresses, such as `/app/<org>`."""
        known_method = method if method in _METHODS else "OTHER"
        self._request(known_method, route, str(status)).inc()
        self._duration(route).observe(seconds)

    def count_refused(self, reason: str) -> None:
        self._refused.labels(reason).inc()

    def count_events(self, verdict: str, events: int) -> None:
        if events:
            self._events.labels(verdict).inc(events)

    def count_sign_in(self, method: str, outcome: str) -> None:
        self._sign_ins.labels(method, outcome).inc()

    def count_embed_token(self, outcome: str) -> None:
        self._tokens.labels(outcome).inc()

    def set_requests(self, *, running: int, waiting: int) -> None:
        """Record what the front does now."""
        self._running.set(running)
        self._waiting.set(waiting)

    def set_connections(self, pool: str, *, used: int, overflow: int, waiting: int) -> None:
        """Record how a pool of database connections is used now."""
        self._connections.labels(pool).set(used)
        self._overflow.labels(pool).set(overflow)
        self._wanted.labels(pool).set(waiting)

    def count_upkeep(self, progress: Progress, *, now: int) -> None:
        """Count what a pass of upkeep has done, and record what it has left."""
        self._upkeep.orgs.labels("done").inc(progress.orgs - progress.failures)
        self._upkeep.orgs.labels("failed").inc(progress.failures)
        self._upkeep.events.inc(progress.sealed_events)
        self._upkeep.stale_days.set(progress.stale_days)
        since = now if progress.stale_since is None else progress.stale_since
        self._upkeep.stale_seconds.set(max(0, now - since) / SECOND)

    def set_sealed(self, totals: SealedTotals) -> None:
        """Record what is sealed of all orgs together."""
        self._upkeep.sealed_days.set(totals.days)
        self._upkeep.segments.set(totals.segments)
        self._upkeep.bytes.set(totals.size)


class _Upkeep:
    """What the upkeep of this server counts; its process sets the gauges, not the workers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        counter = partial(Counter, registry=registry)
        gauge = partial(Gauge, registry=registry, multiprocess_mode="mostrecent")
        self.orgs = counter("dashapp_upkeep_orgs", "Orgs that upkeep looked at.", ["outcome"])
        self.events = counter("dashapp_upkeep_sealed_events", "Events of days that were sealed.")
        self.stale_days = gauge("dashapp_stale_days", "Days to count again, in all due orgs.")
        self.stale_seconds = gauge(
            "dashapp_stale_oldest_seconds", "Time since the first of these days has changed."
        )
        self.sealed_days = gauge("dashapp_sealed_days", "Sealed days of all orgs.")
        self.segments = gauge("dashapp_segments", "Segments of all orgs.")
        self.bytes = gauge("dashapp_segments_bytes", "Their size in the database.")


@cache
def counters() -> Counters:
    """Return the counters of this process."""
    return Counters()

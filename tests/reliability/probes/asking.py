"""Makes random requests for every route of the server, most of them well-formed."""

import json
import random
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask
from werkzeug.routing import Rule

from dashapp.domain.access.view import NAMES
from dashapp.queries.shapes import SHAPES
from tests.factories import refresh_body
from tests.reliability.probes.cast import (
    AT,
    INTRUDER,
    METRICS,
    PARTS,
    PROPERTIES,
    WORDS,
    Cast,
    ids_of,
)
from tests.reliability.probes.credentials import NOTHING, Credential

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_WITHOUT_VIEW = {"/api/v1/dashboards", "/api/v1/schema", "/api/v1/metrics", "/api/v1/query"}
_FIELDS = ("type", "channel", "user", "project", *(f"properties.{name}" for name in PROPERTIES))
_RANGES = (*("7d", "today", "30d", "24h") * 3, "1h", "12mo", "month", "fortnight", "")
_BY = (None, *_FIELDS, *(f"properties.{word}-key" for word in WORDS))
_MEASURES = ("count", "users", "sum", "p50", "unique", "max")
_ODD = ("", "0", "-1", "null", "%", "../..", "ñ", "a" * 300, "'--", "*")
_RARELY, _SOMETIMES = 0.05, 0.3


PUBLIC = {"openapi.openapi", "embed.shell"}  # the same for everyone: tests/test_tenancy.py


_FOR_THE_VENDOR = ("/api/v1/orgs", "/api/v1/usage", "/api/v1/removals", "/api/v1/audit")


def is_for_the_vendor(path: str) -> bool:
    """Return whether only keys of the installation open a path. No probe has one."""
    return path.startswith(_FOR_THE_VENDOR)


def _is_of_administrators(rule: Rule) -> bool:
    return is_for_the_vendor(rule.rule) or "/settings/" in rule.rule


def is_of_org(endpoint: str, path: str) -> bool:
    """Return whether a route or path answers with what an org owns."""
    return path.startswith(("/app/", "/embed/", "/api/")) and endpoint not in PUBLIC


def _fits(credential: Credential, rule: Rule) -> bool:
    if rule.endpoint == "sending.events":
        return credential.sends
    if not credential.reads:
        return False
    if rule.endpoint == "sent_events.schema":
        return credential.dashboard is None
    if rule.endpoint == "metrics.query":
        return credential.dashboard != "operations"  # its metrics are not asked for
    if rule.rule.startswith("/api/"):
        return True
    return credential.dashboard is not None if "/embed/" in rule.rule else credential.is_cookie


class Request(NamedTuple):
    """A request, the credential that counts for it, and the org that it names."""

    endpoint: str
    method: str
    url: str
    headers: dict[str, str]
    content: dict[str, Any]
    credential: Credential
    org: str | None


class Asker:
    """Makes requests. The same seed makes the same request, except for secrets."""

    def __init__(self, server: Flask, cast: Cast, credentials: list[Credential]) -> None:
        self._rules = [rule for rule in server.url_map.iter_rules() if rule.endpoint != "static"]
        self._cast, self._credentials = cast, credentials
        self._ids = ids_of(cast)
        self.etags = ["W/0"]

    def request(self, rng: random.Random) -> Request:
        rule = self._rule(rng)
        credential = self._credential(rng, rule)
        org, dashboard = self._place(rng, credential)
        arguments = self._arguments(rng, rule, org, dashboard)
        if credential.view and "view_id" in arguments and rng.random() > _SOMETIMES:
            arguments |= {"view_id": credential.view, "dashboard": "shop"}
        path = rule.build(arguments, append_unknown=False)[1]
        method = rng.choice(_METHODS)
        if rng.random() > _RARELY:
            method = rng.choice(sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}))
        params = self._params(rng, path, credential, org)
        headers = {**credential.headers, **self._headers(rng)}
        if rng.random() < _RARELY:  # a second one: it must not widen the first
            headers |= rng.choice(self._credentials).headers
        counts = self._which_counts(path, headers)
        named = arguments.get("org") or dict(params).get("org")
        return Request(
            rule.endpoint,
            method,
            f"{path}?{urlencode(params)}".rstrip("?"),
            headers,
            self._content(rng, rule.endpoint, method, counts, org),
            counts,
            named,
        )

    def _rule(self, rng: random.Random) -> Rule:
        while True:
            rule = rng.choice(self._rules)
            is_usual = is_of_org(rule.endpoint, rule.rule) and not _is_of_administrators(rule)
            if is_usual or rng.random() < _RARELY:
                return rule

    def _credential(self, rng: random.Random, rule: Rule) -> Credential:
        """Choose one of all, or more often a right one of the kind that the route takes."""
        if rng.random() < 0.4:
            return rng.choice(self._credentials)
        return rng.choice([one for one in self._credentials if _fits(one, rule)])

    def _place(self, rng: random.Random, credential: Credential) -> tuple[str, str]:
        """Choose an org and a dashboard: mostly those that the credential is for."""
        word = rng.choice((*WORDS, "nope"))
        homes = sorted(credential.orgs) or [home for home in (credential.home,) if home]
        if homes and rng.random() < 0.6:
            word = rng.choice(homes)
        dashboard = rng.choice((*self._cast.dashboards.get(word, ()), "nope"))
        if credential.dashboard and rng.random() < 0.8:
            dashboard = credential.dashboard
        return word, dashboard

    def _arguments(self, rng, rule: Rule, org: str, dashboard: str) -> dict[str, str]:
        known = {"org": org, "dashboard": dashboard}
        panels = self._cast.dashboards.get(org, {}).get(dashboard) or self._cast.panels
        known["widget"] = rng.choice(panels)
        known |= {name: rng.choice(ids) for name, ids in self._ids.items()}
        return {
            name: known.get(name) or rng.choice(("x.js", "dash.js", f"{org}-file.csv"))
            for name in rule.arguments
        }

    def _params(self, rng, path: str, credential: Credential, org: str) -> list[tuple[str, str]]:
        params = self._view(rng)
        if path.startswith("/api/") and (credential.is_cookie or rng.random() < _SOMETIMES):
            params.append(("org", org))
        if path.endswith(".csv") and rng.random() < _SOMETIMES:
            params.append(("bom", rng.choice("01")))
        if path in _WITHOUT_VIEW:
            params = [param for param in params if param[0] == "org"]
        if path == "/api/v1/events":
            params = []
        if rng.random() < _RARELY:
            name = rng.choice((*NAMES, "org", "org_id", "project", "next", "dashboard", "refresh"))
            params.append((name, rng.choice((*WORDS, *_ODD, "/app/" + rng.choice(WORDS)))))
        return params

    def _view(self, rng) -> list[tuple[str, str]]:
        params = [("time_range", rng.choice(_RANGES))]
        if rng.random() < _SOMETIMES:
            params.append(("compare", rng.choice(("previous", "weekdays", "year", "off"))))
        if rng.random() < _SOMETIMES / 2:
            params += [("filter", text) for text in self._filters(rng)]
        if rng.random() < _RARELY:
            params.append(("tz", rng.choice(("Europe/Berlin", "Nowhere/None", "Asia/Kathmandu"))))
        return params

    def _filters(self, rng) -> list[str]:
        """Return filters by values that any org has."""
        return [
            f"{field}:{rng.choice(('', '', '!'))}{self._value(rng, field)}"
            for field in rng.sample(_FIELDS, rng.choice((1, 1, 2)))
        ]

    def _value(self, rng, field: str) -> str:
        word, part = rng.choice(WORDS), rng.choice(PARTS)
        if field == "type":
            return rng.choice((f"{word}.happened", "order.paid", "page.viewed"))
        name = {"user": f"u{rng.randrange(3)}"}.get(field, field.removeprefix("properties."))
        return f"{word}-{part}" if field == "project" else f"{word}-{part}-{name}"

    def _headers(self, rng) -> dict[str, str]:
        choices = {
            "If-None-Match": rng.choice(self.etags),
            "Accept-Language": rng.choice(("es", "pt-BR", "en", "*")),
            "Origin": rng.choice(("null", "https://shop.example", "http://localhost")),
            "Sec-Fetch-Site": rng.choice(("same-origin", "cross-site", "none")),
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Host": f"{rng.choice(WORDS)}.example",
            "Accept": rng.choice(("text/html", "application/json", "text/csv")),
            "Referer": f"http://localhost/app/{rng.choice(WORDS)}/operations",
        }
        return {name: value for name, value in choices.items() if rng.random() < 0.08}

    def _which_counts(self, path: str, headers: dict[str, str]) -> Credential:
        """Return the credential that decides: a bearer in embeds and the API, else the cookie."""
        is_api = path.startswith("/api/")
        name = "Cookie"
        if (
            path.startswith("/embed")
            or path == "/api/v1/events"
            or (is_api and "Authorization" in headers)
        ):
            name = "Authorization"
        value = headers.get(name)
        shown = (one for one in self._credentials if value and one.headers.get(name) == value)
        return next(shown, NOTHING)

    def _content(self, rng, endpoint: str, method: str, credential, org: str) -> dict[str, Any]:
        if method not in {"POST", "PUT", "PATCH"}:
            return {}
        own = org if org in credential.orgs else min(credential.orgs, default=INTRUDER)
        email = f"owner@{rng.choice(WORDS)}-mail.example"
        form = {"csrf_token": credential.csrf}
        makers = {
            "update": lambda: {"json": self._refresh(rng, org)},
            "query": lambda: {"json": self._question(rng)},
            "events": lambda: {"json": self._events(rng, own)},
            "save": lambda: {"data": self._layout(rng, credential, org, own)},
            "preview": lambda: {"json": self._previews(rng)},
            "log_in": lambda: {"data": {"email": email, "password": "wrong", **form}},
            "choose": lambda: {"data": {"language": rng.choice(("es", "en")), **form}},
            "add_view": lambda: {"data": self._saved_view(rng, own) | form},
            "change_view": lambda: {"data": self._saved_view(rng, own) | form},
            "delete_view": lambda: {"data": form},
            "theme": lambda: {"json": {"accent": rng.choice(("#2757d0", "#123456", org))}},
        }
        name = endpoint.rpartition(".")[2]
        if name in makers:
            return makers[name]()
        return {"json": rng.choice(({}, [], None, {"org": org}))}

    def _refresh(self, rng, org: str) -> dict:
        every = self._cast.panels
        panels = rng.sample(every, rng.randrange(1, 6))
        search = f"?{urlencode(self._view(rng))}"
        if rng.random() < _RARELY:
            search += f"&org={rng.choice(WORDS)}&dashboard={org}"
        return refresh_body(panels=panels, figures=panels[:2], search=search)

    def _question(self, rng) -> dict:
        metric: Any = rng.choice(METRICS)
        if rng.random() < _SOMETIMES:
            events = rng.choice(("order.*", "page.viewed", "*", f"{rng.choice(WORDS)}.happened"))
            metric = {"events": [events], "measure": rng.choice(_MEASURES)}
            if metric["measure"] not in {"count", "users"}:
                metric["of"] = rng.choice(("properties.total", "properties.dish", "user"))
        asked = {
            "metric": metric,
            "shape": rng.choice(tuple(SHAPES)),
            "by": rng.choice(_BY) if rng.random() < 0.5 else None,
            "time_range": rng.choice(("today", "7d", "30d")),
            "filter": self._filters(rng) if rng.random() < _SOMETIMES else [],
        }
        if metric == "to_door":
            asked["shape"] = "funnel"
        return {name: value for name, value in asked.items() if value}

    def _previews(self, rng) -> dict:
        metric: Any = {"events": [rng.choice(("order.*", "page.viewed"))], "measure": "users"}
        board = {"metric": rng.choice(METRICS), "board": rng.choice(("shop", "operations"))}
        definition = rng.choice(({"metric": metric}, board)) | {
            "show": rng.choice(("line", "list"))
        }
        return {"panels": [{"slug": rng.choice(self._cast.panels)}, {"definition": definition}][: rng.randrange(1, 3)]}  # fmt: skip

    def _events(self, rng, own: str) -> list[dict]:
        """Return an event with an id that some org has. Content and org are the credential's."""
        number = f"{rng.choice(WORDS)}-open-{rng.randrange(9)}-{rng.randrange(3)}"
        sent = {"type": "page.viewed", "occurred_at": AT, "user": f"{own}-shut-sent"}
        return [{"id": f"sent-{number}", "project": f"{own}-shut", **sent}]

    def _saved_view(self, rng, own: str) -> dict[str, str]:
        search = urlencode({"time_range": "7d", "filter": f"channel:{own}-open-channel"})
        sent = {"name": f"{own}-view-{rng.randrange(9)}", "search": search}
        return {name: text for name, text in sent.items() if rng.random() > _RARELY}

    def _layout(self, rng, credential: Credential, org: str, own: str) -> dict[str, Any]:
        panels = self._cast.dashboards.get(org, {}).get("shop") or self._cast.panels[:4]
        chosen = rng.choice(("save", "replace:1", "replace:2", f"up:{panels[0]}", "add"))
        return {
            "csrf_token": credential.csrf,
            "version": str(rng.randrange(4)),
            "do": chosen,
            "add": rng.choice(self._cast.panels),
            "opens_with": "24h",
            "panel": panels,
            "layout": json.dumps({"version": rng.randrange(4), "panels": [{"slug": panels[0]}]}),
            **{f"shown:{slug}": "1" for slug in panels},
            **{f"title:{slug}": f"{own}-title" for slug in panels},
        }

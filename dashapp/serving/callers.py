"""Whose turn a request takes: that of an org or, if the org is not known yet, of a credential."""

from collections import OrderedDict
from contextlib import suppress
from hashlib import blake2b
from typing import Any

from werkzeug.http import parse_cookie

from dashapp.serving.calls import Request, address_of
from dashapp.settings import Settings
from dashapp.web.access.addresses import client_address
from dashapp.web.access.cookies import cookie_name

_MAX_REMEMBERED = 20_000
_SENDING = "/api/v1/events"
Caller = tuple[str, str, Any]
Place = tuple[bytes, str]


class Visit:
    """One request. The application calls it with id and slug of the org that it lets it in to.

    `slug` is that of the org whose turn the request takes, if it is known.
    """

    def __init__(
        self, callers: "Callers", caller: Caller, place: Place | None, slug: str | None = None
    ) -> None:
        self.caller, self.slug = caller, slug
        self._callers, self._place = callers, place
        self._org: tuple[int, str] | None = None

    def __call__(self, org: int, slug: str) -> None:
        self._org = org, slug

    def end(self) -> None:
        """Remember the org. A credential that is let in no more takes no turns of its org."""
        if self._place is not None:
            self._callers.remember(self._place, self._org)


class Callers:
    """Knows the org of each credential that the application has let in before.

    The org in the URL says nothing: a stranger could write any org there, and take its turns.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._orgs: OrderedDict[Place, tuple[int, str]] = OrderedDict()

    def visit(self, request: Request, path: str) -> "Visit":
        """Return whose turn a request takes. The path is below the public address."""
        purpose = "sends" if path.startswith(_SENDING) else "reads"
        credential = self._credential(request)
        if credential is None:
            return Visit(self, (purpose, "address", self.address(request)), None)
        place = (credential, _folder(path))
        org = self._orgs.get(place)
        if org is None:
            return Visit(self, (purpose, "credential", credential), place)
        org_id, slug = org
        return Visit(self, (purpose, "org", org_id), place, slug)

    def remember(self, place: Place, org: tuple[int, str] | None) -> None:
        """Remember the org of a credential, or that it has none. Threads may do so at once."""
        self._orgs.pop(place, None)
        if org is not None:
            self._orgs[place] = org
            if len(self._orgs) > _MAX_REMEMBERED:
                with suppress(KeyError):
                    self._orgs.popitem(last=False)

    def address(self, request: Request) -> str:
        """Return the network address of the client."""
        forwarded = ",".join(_values(request, "x-forwarded-for"))
        proxies = self._settings.trusted_proxies  # each adds the address that it sees
        if proxies and forwarded:
            hops = [hop.strip() for hop in forwarded.split(",")]
            return client_address(hops[max(0, len(hops) - proxies)])
        return client_address(address_of(request))

    def _credential(self, request: Request) -> bytes | None:
        """Return a hash of the key, token or login session that a request shows.

        Nothing else counts, or one person with a new text in each request would be many.
        """
        shown = ",".join(_values(request, "authorization")) or self._session_of(request)
        return blake2b(shown.encode(), digest_size=16).digest() if shown else None

    def _session_of(self, request: Request) -> str | None:
        cookies = parse_cookie("; ".join(_values(request, "cookie")))
        host = "".join(_values(request, "host")[:1])
        return cookies.get(cookie_name(self._settings, "session", host))


def _folder(path: str) -> str:
    """Return the part of a path that names an org: people may belong to several."""
    return "/".join(path.split("/", 3)[1:3])


def _values(request: Request, name: str) -> list[str]:
    return [value for key, value in request.headers.items() if key == name]

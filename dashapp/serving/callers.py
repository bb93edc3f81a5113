"""Whose turn a request takes: that of an org or, if the org is not known yet, of a credential."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from dashapp.serving.calls import Request, address_of

_MAX_REMEMBERED = 20_000
_SENDING = "/api/v1/events"
Caller = tuple[str, str, Any]


class Callers:
    """Knows the org of each credential that the application has let in before.

    The org in the URL says nothing: a stranger could write any org there, and take its turns.
    `trusted_proxies` is how many proxies add the address that they see to X-Forwarded-For.
    """

    def __init__(self, trusted_proxies: int) -> None:
        self._trusted_proxies = trusted_proxies
        self._orgs: OrderedDict[tuple[bytes, str], int] = OrderedDict()

    def caller(self, request: Request) -> tuple[Caller, Callable[[int], None]]:
        """Return the caller, and the function with which the application names its org."""
        purpose = "sends" if request.path.startswith(_SENDING) else "reads"
        credential = self._credential(request)
        if credential is None:
            return (purpose, "address", self._address(request)), _ignore
        place = (credential, _folder(request.path))
        org = self._orgs.get(place)

        def name_org(org: int) -> None:
            self._orgs[place] = org
            self._orgs.move_to_end(place)
            if len(self._orgs) > _MAX_REMEMBERED:
                self._orgs.popitem(last=False)

        if org is None:
            return (purpose, "credential", credential), name_org
        return (purpose, "org", org), name_org

    def _credential(self, request: Request) -> bytes | None:
        shown = request.headers.get("authorization") or request.headers.get("cookie")
        return blake2b(shown.encode(), digest_size=16).digest() if shown else None

    def _address(self, request: Request) -> str:
        forwarded: str | None = request.headers.get("x-forwarded-for")
        if self._trusted_proxies and forwarded:
            hops = [hop.strip() for hop in forwarded.split(",")]
            return hops[max(0, len(hops) - self._trusted_proxies)]
        return address_of(request)


def _folder(path: str) -> str:
    """Return the part of a path that names an org: people may belong to several."""
    return "/".join(path.split("/", 3)[1:3])


def _ignore(_org: int) -> None:
    """Forget the org: a request without a credential has none."""

"""Counts opened dashboards, for billing. It neither delays nor fails a page.

A view that cannot be written at once, because the database is busy, is written with the org's next
one. What a worker has not written is lost if it is killed.
"""

import hmac
import logging
from collections.abc import Callable
from threading import Lock
from typing import Any

from flask import current_app, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dashapp.domain.access.scope import Scope, current_scope
from dashapp.domain.secrets.sealing import derived_key
from dashapp.store.usage.views import View, add_views
from dashapp.web.access.people import person
from dashapp.web.pages.presenting import is_presented
from dashapp.web.services import services

_MOST_OF_ORG, _MOST_ORGS = 1_000, 10_000
_UNWRITTEN = "dashapp-views"
_OK = 200
_log = logging.getLogger(__name__)


class Unwritten:
    """The views that this worker has not written yet, by org."""

    def __init__(self) -> None:
        self._views: dict[int, list[View]] = {}
        self._lock = Lock()

    def take(self, scope: Scope) -> list[View]:
        with self._lock:
            return self._views.pop(scope.org_id, [])

    def put_back(self, scope: Scope, views: list[View]) -> int:
        """Keep views for the org's next one; return how many are dropped: there are too many."""
        with self._lock:
            if scope.org_id not in self._views and len(self._views) >= _MOST_ORGS:
                return len(views)
            all_views = [*views, *self._views.get(scope.org_id, [])]
            self._views[scope.org_id] = all_views[:_MOST_OF_ORG]
            return max(0, len(all_views) - _MOST_OF_ORG)


def counted(page: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Wrap the view of a board's page, so that it counts as a view of the person signed in.

    The boards that a presentation shows in turn do not count: the first one did.
    """

    def counting(**args: Any) -> ResponseReturnValue:
        response = make_response(page(**args))
        user = person()
        is_opened = request.method == "GET" and response.status_code == _OK
        if is_opened and user is not None and not is_presented():
            count_view(current_scope(), f"member:{user.get_id()}")
        return response

    return counting


def count_view(scope: Scope, viewer: str | None) -> None:
    """Count an opened dashboard of the org. `viewer` says who it was, in the org's own words."""
    app = services()
    unwritten: Unwritten = current_app.extensions.setdefault(_UNWRITTEN, Unwritten())
    hashed = None if viewer is None else _hash(app.settings.secret_key, scope, viewer)
    views = [*unwritten.take(scope), View(app.now_us(), hashed)]
    try:
        with app.store.write_at_once(scope) as session:
            add_views(session, scope, views)
    except (OperationalError, PoolTimeout) as error:  # the database is busy
        dropped = unwritten.put_back(scope, views)
        if dropped:
            _log.warning(
                "views are not counted: too many wait for the database",
                extra={"org": scope.org.slug, "views": dropped, "error": type(error).__name__},
            )
    except SQLAlchemyError:
        _log.exception("could not count views", extra={"org": scope.org.slug})


def _hash(secret_key: str, scope: Scope, viewer: str) -> str:
    """Return a hash that tells viewers of an org apart, and says nothing else about them."""
    key = derived_key(secret_key, "viewers")
    message = f"{scope.org_id}:{viewer}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256").hex()[:32]

"""Failed logins of known accounts in the audits of the person's orgs.

They are written after the response was sent: an unknown account must not be faster.
"""

import logging

from flask import Response, after_this_request

from dashapp.domain.access.actors import Action, ActorKind
from dashapp.store.administration.people.people import Recorder
from dashapp.store.people.login_attempts import count_attempt
from dashapp.store.people.users import User
from dashapp.web.access.actors import actor_of
from dashapp.web.services import Services

_log = logging.getLogger(__name__)


def recorder(app: Services) -> Recorder:
    return Recorder(app.store, app.scope_of_org)


def record_failure(app: Services, user: User, reason: str) -> None:
    """Record a wrong password or code of a known account."""
    _record_later(app, user, Action.SIGN_IN_FAILED, reason)


def record_lock(app: Services, user: User, limit: str) -> None:
    """Record that an account is locked: once per 15 minutes."""
    _record_later(app, user, Action.ACCOUNT_LOCKED, limit)


def _record_later(app: Services, user: User, action: Action, reason: str) -> None:
    now, actor = app.now_us(), actor_of(ActorKind.MEMBER, str(user.id), user.email)

    def write() -> None:
        try:
            with app.store.write_shared() as session:
                is_first = action is not Action.ACCOUNT_LOCKED or count_attempt(
                    session, f"recorded-lock:{user.id}", 1, now=now
                )
                if is_first:
                    recorder(app).record(
                        session, user, actor, action, after={"reason": reason}, now=now
                    )
        except Exception:  # noqa: BLE001 - the response was sent, and the security log has it
            _log.exception("could not record a failed login")

    @after_this_request
    def write_after(response: Response) -> Response:
        response.call_on_close(write)
        return response

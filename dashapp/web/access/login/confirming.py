"""Sensitive acts: the person proves again who they are, if that was more than ten minutes ago."""

from urllib.parse import urlencode

from flask import url_for

from dashapp.domain.errors import Forbidden
from dashapp.domain.language import _
from dashapp.domain.time.instant import SECOND
from dashapp.web.access.people import person
from dashapp.web.services import services

CONFIRMED_FOR = 10 * 60 * SECOND


class NotConfirmed(Forbidden):
    """The person must prove again who they are; `path` is where to go afterwards.

    Pages redirect to `/account/confirm` (web/pages/account/confirm.py).
    """

    def __init__(self, path: str) -> None:
        super().__init__(_("Confirm that it is you, and try again."))
        self.path = path


def recently_confirmed() -> bool:
    """Return whether the person proved who they are in the last ten minutes."""
    user = person()
    if user is None or user.session.confirmed_at is None:
        return False
    return services().now_us() - user.session.confirmed_at <= CONFIRMED_FOR


def require_confirmed(path: str) -> None:
    """Raise NotConfirmed unless `recently_confirmed`. `path` is a page, with the script's root."""
    if not recently_confirmed():
        raise NotConfirmed(path)


def confirm_address(path: str) -> str:
    """Return the path of the page that asks for the password or a passkey again."""
    return url_for("account_confirm.form") + "?" + urlencode({"next": path})

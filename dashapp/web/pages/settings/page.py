"""A settings page: how it is declared, shown, and guarded."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import BadInput, Conflict, DashappError, Forbidden
from dashapp.domain.language import _, say
from dashapp.web.access.csrf import require_token
from dashapp.web.access.login.confirming import NotConfirmed
from dashapp.web.access.policies import administrator
from dashapp.web.access.refusals import no_such_page
from dashapp.web.pages.settings.form import NO_FORM, Form

_STATUSES = {Forbidden: HTTPStatus.FORBIDDEN, Conflict: HTTPStatus.CONFLICT}
_DONE = "done"  # the parameter that says what has just happened


class Group(StrEnum):
    """The headings of the navigation, in their order."""

    ORGANIZATION = _("Organization")
    ACCESS = _("Access")
    RECORDS = _("Records")


class Page(NamedTuple):
    """A page of the navigation; texts are marked for translation.

    `name` is the end of its path. `sentence` says below the title what it is for; it may have
    `%(org)s`. `notices` are what the page says after an act: a word in its URL -> a text.
    """

    name: str
    group: Group
    title: str
    sentence: str
    notices: Mapping[str, str] = {}

    def blueprint(self, part: str | None = None) -> Blueprint:
        """Return a blueprint for the routes below `/app/ORG/settings/NAME`.

        `part` names it, if the page has more than one.
        """
        return Blueprint(
            f"settings_{part or self.name.replace('-', '_')}",
            __name__,
            url_prefix=f"/app/<org>/settings/{self.name}",
        )

    def address(self, part: str = "") -> str:
        """Return the path of the page, or of one below it: `/KEY_ID/revoke`."""
        slug = current_scope().org.slug
        return f"{request.script_root}/app/{slug}/settings/{self.name}{part}"

    def show(
        self, template: str, *, form: Form = NO_FORM, status: int = HTTPStatus.OK, **values: Any
    ) -> Response:
        """Render a template that extends `settings/base.html`, with `here`, `form` and `values`."""
        scope = current_scope()
        page = render_template(
            f"settings/{template}",
            scope=scope,
            here=self,
            sentence=say(self.sentence, org=scope.org.name),
            form=form,
            notice=self._notice(),
            **values,
        )
        return make_response(page, status)

    def done(self, word: str = "", part: str = "") -> ResponseReturnValue:
        """Redirect after an act to the page, which says what has happened."""
        return redirect(self.address(part) + (f"?{_DONE}={word}" if word else ""), 303)

    def _notice(self) -> str | None:
        text = self.notices.get(request.args.get(_DONE, "")) if request.method == "GET" else None
        return None if text is None else say(text)


def settings_view(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Declare a view for owners and admins of the org in its path, which becomes the Scope.

    The view does not get the org as an argument. Forms need the token of their page. For a
    sensitive act, `require_confirmed` leads to the page that asks for the password again.
    """

    @administrator
    @wraps(view)
    def guarded(org: str, **arguments: Any) -> ResponseReturnValue:  # noqa: ARG001 - the Scope
        if request.method == "POST":
            require_token()
        texts = [*arguments.values(), *request.args.values()]
        if any("\0" in str(text) for text in texts):  # PostgreSQL has no such text
            raise no_such_page("nul")
        return view(**arguments)

    return guarded


def status_of(error: DashappError) -> int:
    """Return the status of a form that is shown again because of an error.

    Other errors are raised again: a form cannot mend them.
    """
    if isinstance(error, NotConfirmed):
        raise error
    for kind, status in _STATUSES.items():
        if isinstance(error, kind):
            return status
    if isinstance(error, BadInput):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    raise error

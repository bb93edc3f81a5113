"""A change of an org by the person who is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager

from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import Forbidden
from dashapp.domain.language import _
from dashapp.store.administration.change import Change, changing
from dashapp.store.people.members import role_of
from dashapp.web.access.actors import current_actor
from dashapp.web.services import services


@contextmanager
def change() -> Iterator[Change]:
    """Yield a change of the request's org by the person who is signed in.

    The org can be busy for a while: raises Forbidden if the person has another role by then.
    """
    app, scope, actor = services(), current_scope(), current_actor()
    with changing(app.store, scope, actor, now=app.now_us()) as begun:
        if role_of(begun.session, scope, int(actor.id)) is not scope.role:
            raise Forbidden(_("Your role has changed in the meantime. Reload the page."))
        yield begun

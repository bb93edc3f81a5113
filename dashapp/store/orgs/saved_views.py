"""The views that people save of the Scope's dashboard, each for themselves."""

import secrets
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.saved_views import MAX_VIEWS, SavedView, stored_search
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict, NotFound
from dashapp.domain.language import _
from dashapp.store.tables import memberships, saved_views

NAME_TAKEN = "name_taken"
_IS_OF_PERSON = (saved_views.c.org_id == bindparam("org")) & (
    saved_views.c.user_id == bindparam("person")
)
_IS_HERE = _IS_OF_PERSON & (saved_views.c.dashboard == bindparam("board"))
_IS_ONE = _IS_HERE & (saved_views.c.id == bindparam("view"))
_VIEWS = select(*(saved_views.c[name] for name in SavedView._fields))
_COUNT = select(func.count()).select_from(saved_views).where(_IS_OF_PERSON)
_MEMBERSHIP = (
    select(memberships.c.role)
    .where(memberships.c.org_id == bindparam("org"), memberships.c.user_id == bindparam("person"))
    .with_for_update()
)


def list_views(session: Session, scope: Scope, user_id: int) -> Sequence[SavedView]:
    """Return the person's views of the dashboard, by name. `search` has only what views keep."""
    rows = session.execute(_VIEWS.where(_IS_HERE), _place(scope, user_id))
    return sorted(map(_view_from, rows), key=lambda view: (view.name.casefold(), view.name))


def add_view(
    session: Session, scope: Scope, user_id: int, view: SavedView, *, now: int
) -> SavedView:
    """Save a view, and return it with its new id. `now` is in microseconds.

    Raises Conflict if the person has a view with this name here, or too many views in the org.
    """
    place = _locked(session, scope, user_id)
    _require_free(session, place, view)
    if session.execute(_COUNT, place).scalar_one() >= MAX_VIEWS:
        text = _("You have %(most)s saved views here, and cannot have more. Delete one first.")
        raise Conflict(text, code="too_many_views", most=MAX_VIEWS)
    saved = view._replace(id=secrets.token_hex(8))
    session.execute(
        insert(saved_views).values(
            org_id=scope.org_id,
            user_id=user_id,
            dashboard=scope.dashboard,
            created_at=now,
            **saved._asdict(),
        )
    )
    return saved


def change_view(
    session: Session,
    scope: Scope,
    user_id: int,
    view_id: str,
    *,
    name: str | None = None,
    search: str | None = None,
) -> SavedView:
    """Rename a view, or save another search in it; return the new view.

    Raises NotFound, and Conflict if another view of the person has this name here.
    """
    place = _locked(session, scope, user_id) | {"view": view_id}
    row = session.execute(_VIEWS.where(_IS_ONE), place).first()
    if row is None:
        raise _no_such_view()
    before = _view_from(row)
    after = SavedView(
        before.id,
        before.name if name is None else name,
        before.search if search is None else search,
    )
    _require_free(session, place, after)
    changed = update(saved_views).where(_IS_ONE).values(name=after.name, search=after.search)
    session.execute(changed, place)
    return after


def delete_view(session: Session, scope: Scope, user_id: int, view_id: str) -> None:
    """Delete a view of the person. Raises NotFound."""
    place = _place(scope, user_id) | {"view": view_id}
    deleted = delete(saved_views).where(_IS_ONE).returning(saved_views.c.id)
    if session.execute(deleted, place).first() is None:
        raise _no_such_view()


def _place(scope: Scope, user_id: int) -> dict[str, object]:
    return {"org": scope.org_id, "person": user_id, "board": scope.dashboard}


def _locked(session: Session, scope: Scope, user_id: int) -> dict[str, object]:
    """Let no other request of the person save views until the transaction ends."""
    place = _place(scope, user_id)
    if session.execute(_MEMBERSHIP, place).first() is None:  # removed since the request began
        raise _no_such_view()
    return place


def _require_free(session: Session, place: dict[str, object], view: SavedView) -> None:
    """Raise Conflict, with the id of the other view, if it has this name."""
    statement = select(saved_views.c.id).where(_IS_HERE, saved_views.c.name == view.name)
    other = session.execute(statement, place).scalar()
    if other is not None and other != view.id:
        text = _("You have a view named “%(name)s” here already.")
        error = Conflict(text, code=NAME_TAKEN, name=view.name)
        error.id = other
        raise error


def _view_from(row: object) -> SavedView:
    view = SavedView(*row)  # type: ignore[misc]  # a row of `_VIEWS`
    return view._replace(search=stored_search(view.search))


def _no_such_view() -> NotFound:
    return NotFound(_("This view does not exist anymore."))

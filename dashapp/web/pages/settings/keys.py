"""Keys of an org: made, shown once, and revoked."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Response
from flask.typing import ResponseReturnValue

from dashapp.domain.access.actors import Action
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import DashappError
from dashapp.domain.language import _, say
from dashapp.domain.secrets.keys import ORG_KINDS, KeyKind
from dashapp.store.administration import keys as administration
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.orgs import keys
from dashapp.store.orgs.keys import ListedKey
from dashapp.web.access.login.confirming import require_confirmed
from dashapp.web.access.refusals import no_such_page
from dashapp.web.pages.changing import change
from dashapp.web.pages.settings.form import Form, Invalid, sent_form
from dashapp.web.pages.settings.moments import ago, day
from dashapp.web.pages.settings.page import Group, Page, settings_view, status_of
from dashapp.web.services import services

PAGE = Page(
    "keys",
    Group.ACCESS,
    _("Keys"),
    _(
        "Secrets for your programs. Give each program its own key, so that you can revoke one "
        "without stopping the others."
    ),
    {"revoked": _("The key was revoked. Programs that use it are refused from now on.")},
)
KINDS = {
    KeyKind.INGEST: (_("Ingest"), _("sends events, and can read nothing")),
    KeyKind.READ: (_("Read"), _("reads the numbers of all dashboards through the API")),
    KeyKind.EMBED: (_("Embed"), _("signs tokens that show dashboards in your own pages")),
}
_MOST_AUTHORS = 500  # entries of the audit that are read to say who made keys
blueprint = PAGE.blueprint()


class Row(NamedTuple):
    """A key as the page lists it."""

    id: str
    name: str
    kind: str
    hint: str | None
    created: str
    author: str | None
    last_used: str | None
    is_embed: bool


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    return _page(Form({"kind": KeyKind.INGEST.value}))


@blueprint.post("")
@settings_view
def add() -> ResponseReturnValue:
    """Add a key. The answer has its secret, which is neither stored nor shown again."""
    form = sent_form(("name", "kind"))
    try:
        new = _new_key(form)
        if new.kind is KeyKind.EMBED:
            require_confirmed(PAGE.address())
        secrets = services().settings.secrets if new.kind is KeyKind.EMBED else None
        with change() as changing:
            key_id, secret = administration.add_key(changing, new, secrets=secrets)
    except DashappError as error:
        return _page(form.refused(error, "name"), status_of(error))
    return _page(Form({"kind": new.kind.value}), made=(key_id, new, secret))


@blueprint.get("/<key_id>/revoke")
@settings_view
def ask(key_id: str) -> ResponseReturnValue:
    key = _active_key(key_id)
    title, _meaning = KINDS[KeyKind(key.kind)]
    return PAGE.show(
        "confirm_key.html",
        question=say("Revoke the key “%(name)s”?", name=key.name or key.id),
        text=say("Programs that use it are refused at once. This cannot be undone."),
        act=say("Revoke key"),
        kind=say(title),
        last_used=ago(key.last_used_at) if key.last_used_at else None,
        key=key,
    )


@blueprint.post("/<key_id>/revoke")
@settings_view
def revoke(key_id: str) -> ResponseReturnValue:
    if _active_key(key_id).kind == KeyKind.EMBED:
        require_confirmed(PAGE.address(f"/{key_id}/revoke"))
    with change() as changing:
        administration.revoke_key(changing, key_id)
    return PAGE.done("revoked")


@blueprint.get("/rotation")
@settings_view
def rotation() -> ResponseReturnValue:
    """Explain how to replace an embed key without an interruption."""
    return PAGE.show("rotation.html")


def _new_key(form: Form) -> administration.NewKey:
    """Read the form. Raises Invalid."""
    if not form.value("name"):
        raise Invalid("name", _("Enter what uses the key."))
    if form.value("kind") not in ORG_KINDS:
        raise Invalid("kind", _("Choose one from the list."))
    return administration.NewKey(KeyKind(form.value("kind")), form.value("name"))


def _active_key(key_id: str) -> ListedKey:
    """Return an active key of the org. Raises NotFound, also for those of other orgs."""
    for key in _listed():
        if key.id == key_id and key.revoked_at is None:
            return key
    raise no_such_page("no_such_key")


def _listed() -> Sequence[ListedKey]:
    with services().store.read_shared() as session:
        return keys.list_keys(session, current_scope())


def _page(
    form: Form,
    status: int = 200,
    *,
    made: tuple[str, administration.NewKey, str] | None = None,
) -> Response:
    listed, authors = _listed(), _authors()
    return PAGE.show(
        "keys.html",
        form=form,
        status=status,
        made=made,
        kinds=[(kind.value, say(title), say(meaning)) for kind, (title, meaning) in KINDS.items()],
        active=[_row(key, authors) for key in listed if key.revoked_at is None],
        revoked=[(_row(key, authors), day(key.revoked_at)) for key in listed if key.revoked_at],
    )


def _authors() -> dict[str, str]:
    """Return who made each key, as far as the audit knows."""
    scope = current_scope()
    wanted = Wanted(_MOST_AUTHORS, action=Action.KEY_ADDED.value)
    with services().store.read(scope) as session:
        entries = list_entries(session, scope, wanted)
    return {entry.target: entry.actor_name for entry in entries}


def _row(key: ListedKey, authors: dict[str, str]) -> Row:
    return Row(
        key.id,
        key.name or say("Without a name"),
        say(KINDS[KeyKind(key.kind)][0]),
        key.hint,
        day(key.created_at),
        authors.get(key.id),
        ago(key.last_used_at) if key.last_used_at else None,
        key.kind == KeyKind.EMBED,
    )

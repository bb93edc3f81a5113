"""`PUT /api/v1/orgs/SLUG`: add an org, or change it. Sent twice, it changes nothing more."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from msgspec import UNSET

from dashapp.dashboards.adding import FirstRowsCache
from dashapp.dashboards.boards import add_board
from dashapp.dashboards.currencies import require_currency_change
from dashapp.domain.access.scope import find_current_scope, set_current_scope
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.language import LANGUAGES
from dashapp.domain.secrets.keys import KeyScope
from dashapp.domain.time.zones import zone_named
from dashapp.store.administration.change import Change
from dashapp.store.administration.org_settings import change_settings
from dashapp.store.administration.orgs import OrgExists, adding_org
from dashapp.store.administration.origins import replace_vendors_origins
from dashapp.store.orgs import orgs
from dashapp.store.orgs.new_orgs import FirstRows, NewOrg
from dashapp.web.access.actors import current_actor
from dashapp.web.access.policies import of_installation, scope_of_org
from dashapp.web.api.control.answers import OrgAnswer
from dashapp.web.api.control.bodies import OrgBody, read_body
from dashapp.web.api.control.org_state import read_org, require_expected, with_etag
from dashapp.web.api.control.requests import changing_org, in_field, org_scope, require_parameters
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("org", __name__)
_SETTINGS = ("name", "timezone", "locale", "currency", "keep_days")
_NEW = ("timezone", "locale", "currency")
_first_rows = FirstRowsCache()


@blueprint.put("/orgs/<org>")
@of_installation(KeyScope.ORGS)
def put(org: str) -> ResponseReturnValue:
    require_parameters()
    wanted = read_body(OrgBody)
    values = _checked(wanted)
    is_new = find_current_scope() is None
    if is_new:
        try:
            answer = _add(org, wanted, values)
        except OrgExists:  # since the policy looked
            is_new = False
            _find(org)
    if not is_new:
        answer = _change(wanted, values)
    return with_etag(respond(answer, 201 if is_new else 200), answer)


def _find(slug: str) -> None:
    with services().store.read_shared() as session:
        set_current_scope(scope_of_org(orgs.find_org(session, slug)))


def _checked(wanted: OrgBody) -> dict[str, Any]:
    """Return the settings that are given. Raises BadInput with the field."""
    values = {name: getattr(wanted, name) for name in _SETTINGS}
    given = {name: value for name, value in values.items() if value is not UNSET}
    with in_field("name"):
        orgs.check_name(given.get("name", "-"))
    with in_field("timezone"):
        zone_named(given.get("timezone", "UTC"))
    with in_field("locale"):
        if given.get("locale", "en") not in LANGUAGES:
            raise BadInput(
                f"Unknown locale “{excerpt(given['locale'])}”. Use {', '.join(LANGUAGES)}."
            )
    with in_field("currency"):
        orgs.check_currency(given.get("currency"))
    return given


def _add(slug: str, wanted: OrgBody, values: dict[str, Any]) -> OrgAnswer:
    require_expected(None)
    new = NewOrg(slug, values.get("name", slug), **{n: values[n] for n in _NEW if n in values})
    first = _first(wanted)
    with adding_org(services().store, scope_of_org, new, first, current_actor()) as change:
        if values.get("keep_days") is not None:
            change_settings(change, keep_days=values["keep_days"])
        _set_origins(change, wanted)
        return read_org(change.session, change.scope)


def _first(wanted: OrgBody) -> FirstRows:
    definitions, now = services().library.definitions, services().now_us()
    if wanted.boards is UNSET:
        return _first_rows.of(definitions, None, now=now)
    for number, name in enumerate(wanted.boards):
        with in_field("boards", number):
            _first_rows.of(definitions, (name,), now=now)
    return _first_rows.of(definitions, tuple(wanted.boards), now=now)


def _change(wanted: OrgBody, values: dict[str, Any]) -> OrgAnswer:
    scope = org_scope()
    if "currency" in values:
        with in_field("currency"):
            require_currency_change(services().store, scope, values["currency"])
    with changing_org(has_time_limit="timezone" not in values) as change:
        require_expected(read_org(change.session, scope))
        change_settings(change, **values)
        _set_origins(change, wanted)
        if wanted.boards is not UNSET:
            for number, name in enumerate(wanted.boards):
                with in_field("boards", number):
                    add_board(change, services().library.definitions, name)
        return read_org(change.session, scope)


def _set_origins(change: Change, wanted: OrgBody) -> None:
    if wanted.origins is not UNSET:
        with in_field("origins"):
            replace_vendors_origins(change, wanted.origins)

"""The identity provider of an org: set up, tried, made the only way in, and removed by owners."""

from flask import Response
from flask.typing import ResponseReturnValue

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import BadInput, DashappError, TooMany
from dashapp.domain.language import _, say
from dashapp.domain.sign_on import providers as rules
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.administration.people import providers as administration
from dashapp.store.administration.people.providers import Site, Wish
from dashapp.store.people.login_attempts import count_attempt, seconds_until_next_slot
from dashapp.store.sign_on.domains import domains_of
from dashapp.store.sign_on.providers import provider_of
from dashapp.web.access.links import outbox
from dashapp.web.access.login.confirming import require_confirmed
from dashapp.web.access.people import person
from dashapp.web.access.refusals import no_such_page
from dashapp.web.access.sign_on.links import callback_address, own_address, start_path
from dashapp.web.access.sign_on.trying import Trial, try_provider
from dashapp.web.pages.changing import change
from dashapp.web.pages.settings.form import Form, Invalid, sent_form
from dashapp.web.pages.settings.member_page import ROLES
from dashapp.web.pages.settings.page import Group, Page, settings_view, status_of
from dashapp.web.services import services

PAGE = Page(
    "sign-on",
    Group.ACCESS,
    _("Sign-on"),
    _("Let members of %(org)s sign in with your identity provider (OpenID Connect)."),
    {
        "saved": _("Saved. Test the provider, and then sign in with it once."),
        "removed": _("The provider was removed. Members sign in with their passwords again."),
        "only-way": _("Members can sign in with the provider only."),
        "not-only-way": _("Members can sign in with their passwords, too."),
    },
)
FIELDS = ("name", "issuer", "client_id", "secret", "role_claim", "roles", "joins_as")
_TRIALS = 20  # per 15 minutes and org
blueprint = PAGE.blueprint()


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    return _page(_stored_form(_provider()))


@blueprint.post("")
@settings_view
def save() -> ResponseReturnValue:
    form, app = sent_form(FIELDS), services()
    site = Site(app.settings.secrets, allows_private=app.settings.allows_private_providers)
    try:
        require_confirmed(PAGE.address())
        wish = _wish(form)
        with change() as changing:
            administration.set_provider(changing, wish, site)
    except DashappError as error:
        return _page(form.refused(error), status=status_of(error))
    return PAGE.done("saved")


@blueprint.post("/test")
@settings_view
def test() -> ResponseReturnValue:
    """Try the stored provider, and say on the page what is wrong."""
    provider = _provider()
    if provider is None:
        raise no_such_page("no_provider")
    _count_trial()
    trial = try_provider(services(), provider)
    form = _stored_form(provider)
    if trial.problem and trial.field:
        form = form._replace(errors={trial.field: trial.problem})
    return _page(form, trial=trial)


@blueprint.get("/only-way")
@settings_view
def ask_only_way() -> ResponseReturnValue:
    return _only_way_page(Form())


@blueprint.post("/only-way")
@settings_view
def set_only_way() -> ResponseReturnValue:
    form = sent_form(("is_only_way",))
    is_only_way = form.value("is_only_way") == "1"
    user = person()
    assert user is not None  # says the policy
    try:
        require_confirmed(PAGE.address("/only-way"))
        with change() as changing:
            administration.set_only_way(
                changing,
                is_only_way=is_only_way,
                session_provider=user.session.provider,
                mails=outbox(),
            )
    except DashappError as error:
        return _only_way_page(form.refused(error), status_of(error))
    return PAGE.done("only-way" if is_only_way else "not-only-way")


@blueprint.get("/remove")
@settings_view
def ask_removal() -> ResponseReturnValue:
    return _removal_page(Form())


@blueprint.post("/remove")
@settings_view
def remove() -> ResponseReturnValue:
    try:
        require_confirmed(PAGE.address("/remove"))
        with change() as changing:
            administration.remove_provider(changing)
    except DashappError as error:
        return _removal_page(Form().refused(error), status_of(error))
    return PAGE.done("removed")


def _wish(form: Form) -> Wish:
    """Read the form. Raises Invalid. An empty secret keeps the stored one."""
    allows = services().settings.allows_private_providers
    for name, check in (
        ("name", rules.check_name),
        ("issuer", lambda text: rules.check_issuer(text, allows_private=allows)),
        ("client_id", rules.check_client_id),
        ("role_claim", rules.check_role_claim),
        ("roles", rules.parse_roles),
    ):
        try:
            check(form.value(name))
        except BadInput as error:
            raise Invalid(name, error.text, **error.values) from None
    joins_as = form.value("joins_as")
    if joins_as and joins_as not in rules.GIVEN_ROLES:
        raise Invalid("joins_as", _("Choose one from the list."))
    return Wish(
        form.value("name"),
        form.value("issuer"),
        form.value("client_id"),
        form.value("secret") or None,
        form.value("role_claim") or None,
        rules.parse_roles(form.value("roles")),
        Role(joins_as) if joins_as else None,
    )


def _stored_form(provider: Provider | None) -> Form:
    if provider is None:
        return Form()
    return Form(
        {
            "name": provider.name,
            "issuer": provider.issuer,
            "client_id": provider.client_id,
            "role_claim": provider.role_claim or "",
            "roles": "\n".join(f"{value} = {role}" for value, role in provider.roles.items()),
            "joins_as": provider.joins_as or "",
        }
    )


def _provider() -> Provider | None:
    with services().store.read_shared() as session:
        return provider_of(session, current_scope())


def _count_trial() -> None:
    app, now = services(), services().now_us()
    subject = f"sso-trial:{current_scope().org_id}"
    with app.store.write_shared() as session:
        may_try = count_attempt(session, subject, _TRIALS, now=now)
    if not may_try:
        wait = seconds_until_next_slot(now=now)
        text = _("Too many attempts. Try again in %(minutes)s min.")
        raise TooMany(text, retry_after=wait, minutes=-(-wait // 60))


def _page(form: Form, *, status: int = 200, trial: Trial | None = None) -> Response:
    scope, provider, user = current_scope(), _provider(), person()
    with services().store.read_shared() as session:
        domains = domains_of(session, scope)
    return PAGE.show(
        "sign_on.html",
        form=form,
        status=status,
        provider=provider,
        trial=trial,
        domains=domains,
        callback=callback_address(),
        link=own_address(f"/sso/{scope.org.slug}/start"),
        try_it=start_path(provider, PAGE.address()) if provider else None,
        is_through_it=bool(user and provider and user.session.provider == provider.id),
        may_change=scope.role is Role.OWNER,
        joining=[
            ("", say("Nobody")),
            *((role.value, say(ROLES[role])) for role in rules.GIVEN_ROLES),
        ],
    )


def _only_way_page(form: Form, status: int = 200) -> Response:
    provider = _provider()
    if provider is None:
        raise no_such_page("no_provider")
    if provider.is_only_way:
        question = say("Let members sign in with their passwords, too?")
        text = say("%(name)s remains one of the ways to sign in.", name=provider.name)
    else:
        question = say("Make %(name)s the only way to sign in?", name=provider.name)
        text = say(
            "From their next request, members can no longer open %(org)s with passwords or "
            "passkeys. Owners with a second factor still can, in case the provider fails.",
            org=current_scope().org.name,
        )
    return PAGE.show(
        "confirm_only_way.html",
        form=form,
        status=status,
        question=question,
        text=text,
        act=say("Allow passwords") if provider.is_only_way else say("Make it the only way"),
        is_danger=not provider.is_only_way,
        value="" if provider.is_only_way else "1",
    )


def _removal_page(form: Form, status: int = 200) -> Response:
    provider = _provider()
    if provider is None:
        raise no_such_page("no_provider")
    return PAGE.show(
        "confirm.html",
        form=form,
        status=status,
        question=say("Remove %(name)s?", name=provider.name),
        text=say(
            "Sessions that it started end at once. People without a password must choose one to "
            "sign in again."
        ),
        act=say("Remove provider"),
    )

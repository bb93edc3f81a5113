"""Identity providers: what an organization or the vendor says about one, and its checks."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.language import _

MAX_NAME, MAX_ISSUER, MAX_CLIENT_ID, MAX_CLAIM, MAX_SECRET = 100, 400, 255, 100, 1_000
MAX_ROLES, MAX_VALUE = 50, 200
GIVEN_ROLES = tuple(role for role in Role if role is not Role.OWNER)  # a provider makes no owners
METADATA_PATH = "/.well-known/openid-configuration"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Provider(NamedTuple):
    """An identity provider. Without an org, it is the installation's.

    `roles` are the roles of the values of `role_claim`. `joins_as` is the role of people who join
    by themselves, None if nobody does.
    """

    id: str
    org: Org | None
    name: str
    issuer: str
    client_id: str
    sealed: str | None
    role_claim: str | None
    roles: Mapping[str, Role]
    joins_as: Role | None
    is_only_way: bool

    @property
    def metadata_url(self) -> str:
        return self.issuer.rstrip("/") + METADATA_PATH


def check_name(name: str) -> str:
    """Return a name that people read on a button. Raises BadInput."""
    text = " ".join(name.split())
    if not 0 < len(text) <= MAX_NAME or not text.isprintable():
        raise BadInput(_("The name must have 1 to %(most)s printable characters."), most=MAX_NAME)
    return text


def check_client_id(client_id: str) -> str:
    """Return a client id. Raises BadInput."""
    text = client_id.strip()
    if not 0 < len(text) <= MAX_CLIENT_ID or not (text.isascii() and text.isprintable()):
        raise BadInput(
            _("The client ID must have 1 to %(most)s ASCII characters."), most=MAX_CLIENT_ID
        )
    return text


def check_secret(secret: str) -> str:
    """Return a client secret. Raises BadInput."""
    text = secret.strip()
    if not 0 < len(text) <= MAX_SECRET or not (text.isascii() and text.isprintable()):
        raise BadInput(
            _("The client secret must have 1 to %(most)s ASCII characters."), most=MAX_SECRET
        )
    return text


def check_issuer(issuer: str, *, allows_private: bool) -> str:
    """Return the address that a provider calls itself by. Raises BadInput.

    It is compared letter by letter, so it is stored as it is.
    """
    text = issuer.strip().removesuffix(METADATA_PATH)
    if "{" in text or "}" in text:
        raise BadInput(
            _(
                "This issuer has a placeholder because many directories share it. Use the issuer "
                "of your own directory, which has its ID in place of the braces."
            )
        )
    if not is_safe_url(text, allows_private=allows_private) or len(text) > MAX_ISSUER:
        raise BadInput(
            _(
                "“%(issuer)s” is not a valid issuer. Use an address such as "
                "https://login.example.com, without a query."
            ),
            issuer=excerpt(text, 80),
        )
    if urlsplit(text).query:
        raise BadInput(_("An issuer has no query."))
    return text


def is_safe_url(url: object, *, allows_private: bool) -> bool:
    """Return whether the server may connect to a URL, or send a browser there.

    It must use https. Only a provider on this computer may use http, if private ones are allowed.
    """
    if not isinstance(url, str) or not (url.isascii() and url.isprintable()) or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    is_plain = not (parts.username or parts.password or parts.fragment or "\\" in url)
    is_local = allows_private and parts.scheme == "http" and host in _LOOPBACK
    return bool(host) and port != 0 and is_plain and (parts.scheme == "https" or is_local)


def check_role_claim(claim: str | None) -> str | None:
    """Return the name of a claim, None for none. Raises BadInput."""
    text = (claim or "").strip()
    if len(text) > MAX_CLAIM or not text.isprintable():
        raise BadInput(
            _("The name of a claim can have at most %(most)s characters."), most=MAX_CLAIM
        )
    return text or None


def parse_roles(text: str) -> dict[str, Role]:
    """Return the roles of a claim's values, one `VALUE = ROLE` a line. Raises BadInput."""
    roles: dict[str, Role] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        value, equals, role = (part.strip() for part in line.rpartition("="))
        if not (value and equals) or len(value) > MAX_VALUE or not value.isprintable():
            raise BadInput(
                _("“%(line)s” is not a line such as: board-admins = ADMIN"), line=excerpt(line, 60)
            )
        if value in roles:
            raise BadInput(_("“%(value)s” has two roles."), value=excerpt(value, 60))
        roles[value] = given_role(role)
    if len(roles) > MAX_ROLES:
        raise BadInput(_("At most %(most)s values can have a role."), most=MAX_ROLES)
    return roles


def given_role(text: str) -> Role:
    """Return a role that a provider can give: any but OWNER. Raises BadInput."""
    if text not in GIVEN_ROLES:
        raise BadInput(
            _("A provider can give these roles: %(roles)s. Owners are made by owners."),
            roles=", ".join(GIVEN_ROLES),
        )
    return Role(text)

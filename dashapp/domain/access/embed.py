"""Embed grants: the right to see one dashboard, parsed strictly from the claims of a token.

A token with an unknown claim is rejected: a misspelled claim, such as `filter`, must not widen the
view. The reasons go to the org's log; the viewer does not see them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from dashapp.domain.access.filters import MAX_VALUE, Filters, is_field, is_value
from dashapp.domain.access.scope import EVENTS
from dashapp.domain.access.theme import Theme, parse_theme
from dashapp.domain.access.whole_numbers import whole_number
from dashapp.domain.errors import BadInput, DashappError
from dashapp.domain.events.event import is_slug
from dashapp.domain.language import closest_language, is_language_tag
from dashapp.domain.time.presets import NO_LIMITS, TimeLimits, known_presets
from dashapp.domain.time.zones import zone_named

MAX_AGE = 300  # seconds from iat to exp
LEEWAY = 30
MAX_SESSION = 12 * 3600
_REQUIRED = ("aud", "dashboard", "iat", "exp", "jti", "sub")
_OPTIONAL = (
    "nbf", "iss", "project", "filters", "time", "tz", "locale", "theme", "can", "session",
)  # fmt: skip
RIGHTS = (EVENTS,)
_MAX_FIELDS, _MAX_VALUES, _MAX_NAME = 20, 100, 200
_TIME = frozenset({"allowed", "default", "max", "locked"})


class RefusedToken(DashappError):
    """A rejected token: `code` and `message` are for the org's log."""

    code = "refused_token"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, code=code)


class Life(NamedTuple):
    """When a token was issued, when it expires, and until when it can be renewed; epoch seconds."""

    issued_at: float
    expires_at: float
    ends_at: float


@dataclass(frozen=True)
class EmbedGrant:
    """The parsed claims of an embed token. `viewer` is used only for the log."""

    dashboard: str
    viewer: str
    token_id: str
    life: Life
    project: str | None = None
    filters: Filters | None = None
    time: TimeLimits | None = None
    timezone: str | None = None
    locale: str | None = None
    theme: Theme | None = None
    can: tuple[str, ...] = ()

    @property
    def limits(self) -> TimeLimits:
        """The ranges that the viewer may choose, and whether the time zone is fixed."""
        limits = self.time or NO_LIMITS
        return limits._replace(is_zone_fixed=limits.is_locked or self.timezone is not None)


def grant_of(claims: Mapping[str, Any], *, now: float) -> EmbedGrant:
    """Parse the claims of a verified token. Raises RefusedToken that names the bad claim."""
    unknown = claims.keys() - {*_REQUIRED, *_OPTIONAL}
    if unknown:
        raise _bad(f"unknown claim {min(unknown)!r}")
    missing = [name for name in _REQUIRED if name not in claims]
    if missing:
        raise _bad(f"missing claim {missing[0]!r}")
    life = _life(claims, now)
    project = claims.get("project")
    if "project" in claims and not (isinstance(project, str) and is_slug(project)):
        raise _bad("project must be a project's slug")
    if "iss" in claims:
        _name(claims, "iss")
    dashboard = claims["dashboard"]
    if not (isinstance(dashboard, str) and is_slug(dashboard)):
        raise _bad("dashboard must be a dashboard's slug")
    return EmbedGrant(
        dashboard=dashboard,
        viewer=_name(claims, "sub"),
        token_id=_name(claims, "jti"),
        life=life,
        project=project,
        filters=_filters(claims["filters"]) if "filters" in claims else None,
        time=_time(claims["time"]) if "time" in claims else None,
        timezone=_zone(claims["tz"]) if "tz" in claims else None,
        locale=_locale(claims["locale"]) if "locale" in claims else None,
        theme=_theme(claims["theme"]) if "theme" in claims else None,
        can=_rights(claims["can"]) if "can" in claims else (),
    )


def _bad(message: str, code: str = "bad_claim") -> RefusedToken:
    return RefusedToken(code, message)


def _life(claims: Mapping[str, Any], now: float) -> Life:
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    if issued > now + LEEWAY:
        raise _bad(f"iat is {issued - now:.0f} s in the future; check the clock", "clock")
    if "nbf" in claims and _moment(claims, "nbf") > now + LEEWAY:
        raise _bad("nbf is in the future; check the clock", "clock")
    if not 0 < expires - issued <= MAX_AGE:
        raise _bad(f"exp is {expires - issued:.0f} s after iat; the maximum is {MAX_AGE} s")
    if now >= expires + LEEWAY:
        raise _bad(f"expired {now - expires:.0f} s ago", "expired")
    session = whole_number(claims.get("session", 0))
    if session is None or not 0 <= session <= MAX_SESSION:
        raise _bad(f"session must be a whole number of seconds, at most {MAX_SESSION}")
    return Life(issued, expires, max(expires + LEEWAY, issued + session))


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims[name]
    if type(value) not in {int, float} or not 0 < value < 1e11:  # noqa: PLR2004 - year 5138
        raise _bad(f"{name} must be a number of seconds since 1970")
    return float(value)


def _name(claims: Mapping[str, Any], name: str) -> str:
    value = claims[name]
    if not (isinstance(value, str) and 0 < len(value) <= _MAX_NAME and value.isprintable()):
        raise _bad(f"{name} must be a string of 1 to {_MAX_NAME} printable characters")
    return value


def _filters(value: Any) -> Filters:
    if not isinstance(value, dict) or len(value) > _MAX_FIELDS:
        raise _bad(f"filters must be an object with at most {_MAX_FIELDS} fields")
    for field, values in value.items():
        if not is_field(field):
            raise _bad(
                f"filters has an unknown field {field[:80]!r}; use type, channel, user or "
                "properties.NAME"
            )
        if not isinstance(values, list) or len(values) > _MAX_VALUES:
            raise _bad(f"filters.{field} must be a list of at most {_MAX_VALUES} strings")
        if not all(is_value(text) for text in values):
            raise _bad(f"filters.{field} must be strings of at most {MAX_VALUE} characters")
    return tuple((field, tuple(values)) for field, values in value.items())


def _time(value: Any) -> TimeLimits:
    if not isinstance(value, dict) or not value.keys() <= _TIME:
        raise _bad(f"time must be an object with {', '.join(sorted(_TIME))}")
    allowed, locked = value.get("allowed"), value.get("locked", False)
    if "allowed" in value and not (
        isinstance(allowed, list) and allowed and all(_is_preset(word) for word in allowed)
    ):
        raise _bad("time.allowed must be a list of ranges such as 7d")
    for name in ("default", "max"):
        if name in value and not _is_preset(value[name]):
            raise _bad(f"time.{name} must be a range such as 7d")
    if type(locked) is not bool:
        raise _bad("time.locked must be true or false")
    limits = TimeLimits(
        tuple(allowed) if allowed is not None else None,
        value.get("default"),
        value.get("max"),
        is_locked=locked,
    )
    if not limits.words:
        raise _bad("time allows no range: all of time.allowed are longer than time.max")
    if limits.default is not None and limits.default not in limits.words:
        raise _bad("time.default must be one of the allowed ranges")
    return limits


def _is_preset(value: Any) -> bool:
    return isinstance(value, str) and value in known_presets()


def _zone(value: Any) -> str:
    try:
        if isinstance(value, str):
            return str(zone_named(value))
    except BadInput:
        pass
    raise _bad("tz must be a time zone such as Europe/Berlin")


def _locale(value: Any) -> str | None:
    """Return the closest supported language; None, for the org's language, if none is close."""
    if not (isinstance(value, str) and is_language_tag(value)):
        raise _bad("locale must be a language tag such as es or pt-BR")
    return closest_language(value)


def _rights(value: Any) -> tuple[str, ...]:
    if not (isinstance(value, list) and all(right in RIGHTS for right in value)):
        raise _bad(f"can must be a list of {', '.join(RIGHTS)}")
    return tuple(value)


def _theme(value: Any) -> Theme:
    try:
        return parse_theme(value)
    except BadInput as error:
        raise _bad(error.message) from None

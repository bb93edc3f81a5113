"""The JSON islands: elements of the page with data for the board's scripts.

The page contains `words` (web/pages/texts/words.py) and `PageLimits`. The board contains
`OpeningIsland` and `ShownIsland`; each refresh replaces `ShownIsland`. `assets/types.d.ts` has the
same fields.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, MsgspecError, Struct, field

from dashapp.board.opening import Opening
from dashapp.board.rates import DEFAULT_RATE, RATES
from dashapp.domain.access.filters import MAX_FILTERS
from dashapp.domain.errors import UnexpectedInput
from dashapp.domain.language import _, say
from dashapp.domain.secrets.tokens import MAX_LENGTH
from dashapp.domain.time.presets import Choice, known_presets
from dashapp.widgets.drill import offers

MAX_ADDRESS = 16_000  # characters: a URL may have many filters, percent-encoded
UNEXPECTED_REQUEST = _("Unexpected request. Reload the page.")
_MAX_TEXT = 200
Text = Annotated[str, Meta(max_length=_MAX_TEXT)]


class PageLimits(Struct, frozen=True, rename="camel"):
    """Limits that scripts share with the server. `refresh_ms` is by rate; 0 means never."""

    max_filters: int = MAX_FILTERS
    max_token: int = MAX_LENGTH
    refresh_ms: dict[str, int] = field(default_factory=lambda: RATES)
    default_refresh: str = DEFAULT_RATE


class Length(Struct, frozen=True):
    """The length of a preset; one of the fields is set."""

    hours: int
    days: int
    months: int


class FieldOffer(Struct, frozen=True, rename="camel"):
    """A field with its title, how its numbers are written, and the names of some of its values."""

    name: str
    title: str
    format: Any
    names: dict[str, str]


class PanelOffer(Struct, frozen=True, rename="camel"):
    """What is behind the numbers of a panel: see widgets/drill/offers.py."""

    metrics: list[str]
    counts: list[str]
    by: FieldOffer | None
    has_filter: bool
    has_events: bool
    breakdowns: list[FieldOffer]
    columns: list[FieldOffer]
    format: Any


class OpeningIsland(Struct, frozen=True, rename="camel"):
    """Facts that do not change while a board is open."""

    presets: list[str]
    preset_titles: list[str]
    default_preset: str
    org_zone: str
    has_free_ranges: bool
    longest: Length | None
    layout_version: int
    offers: dict[str, PanelOffer] = {}


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """A range as URL parameters. None means that the URL does not have the parameter."""

    time_range: Text | None
    as_of: Text | None
    from_: Text | None = field(name="from")
    to: Text | None


class ShownIsland(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What the board shows. The browser sends it back, so nothing in it can be trusted."""

    layout_version: int
    view: Annotated[str, Meta(max_length=MAX_ADDRESS)] = ""
    revision: Text = ""
    as_of: Text = ""
    start: Text = ""
    end: Text = ""
    zone: Text = ""
    earlier: Step | None = None
    later: Step | None = None
    comparison: Text = ""
    metric: Text = ""


def page_limits() -> dict[str, object]:
    """Return the limits as JSON values, for a template."""
    limits: dict[str, object] = msgspec.to_builtins(PageLimits())
    return limits


def opening_island(opening: Opening) -> str:
    limits = opening.limits
    return encode(
        OpeningIsland(
            presets=list(opening.words),
            preset_titles=[say(known_presets()[word].title) for word in opening.words],
            default_preset=opening.default,
            org_zone=opening.org_zone,
            has_free_ranges=not limits.is_restricted,
            longest=_length(limits.longest),
            layout_version=opening.version,
            offers={slug: _offer(offer) for slug, offer in opening.offers.items()},
        )
    )


def _length(word: str | None) -> Length | None:
    preset = known_presets()[word] if word else None
    return Length(preset.hours, preset.days, preset.months) if preset else None


def _field(field: offers.FieldOffer) -> FieldOffer:
    return FieldOffer(field.name, field.title, field.format, dict(field.names))


def _offer(offer: offers.Offer) -> PanelOffer:
    return PanelOffer(
        [*offer.metrics],
        [*offer.counts],
        _field(offer.by) if offer.by else None,
        offer.has_filter,
        offer.has_events,
        [_field(field) for field in offer.breakdowns],
        [_field(field) for field in offer.columns],
        offer.format,
    )


def step_of(choice: Choice | None) -> Step | None:
    if choice is None:
        return None
    return Step(choice.time_range, choice.as_of, choice.from_, choice.to)


def encode(island: Struct) -> str:
    return msgspec.json.encode(island).decode()


def shown_by_browser(text: str) -> ShownIsland:
    """Parse what the browser says it shows. Raises BadInput."""
    try:
        return msgspec.json.decode(text, type=ShownIsland)
    except (MsgspecError, UnicodeEncodeError):
        raise UnexpectedInput(UNEXPECTED_REQUEST) from None

"""The body of a question: read strictly, because a misspelled key would give wrong numbers."""

from typing import Annotated, Any, Literal

import msgspec
from flask import Request
from msgspec import Meta, Struct, field

from dashapp.domain.access.filters import Filters, parse_filters
from dashapp.domain.access.view import View
from dashapp.domain.choices import advice_on
from dashapp.domain.errors import BadInput, TooLarge, WrongType, excerpt
from dashapp.domain.time.presets import Choice
from dashapp.queries.shapes import MAX_TOP, SHAPES, Shape, Wanted
from dashapp.web.api.parameters import require_known

MAX_BYTES = 65_536
MAX_FILTERS = 50
Hour = Annotated[int, Meta(ge=0, le=23)]
Weekday = Annotated[int, Meta(ge=1, le=7)]
_OF_PANELS = ("dashboard", "value", "within", "hour", "after")
_TIMES = ("time_range", "as_of", "from", "to", "tz", "compare")


class Within(Struct, forbid_unknown_fields=True, frozen=True):
    """A part of the range, such as a bucket: `from` is included, `to` is not."""

    from_: str = field(name="from")
    to: str


class HourOfWeek(Struct, forbid_unknown_fields=True, frozen=True):
    """An hour of the week in the zone of the range; 1 is Monday."""

    weekday: Weekday
    hour: Hour


class Question(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A question about one metric, or about a panel of a dashboard."""

    metric: Annotated[
        str | dict[str, Any] | None,
        Meta(
            description="A name, or a definition with the keys of a metric in a board file. With "
            "panel: one of its metrics, the first one by default."
        ),
    ] = None
    shape: Shape
    by: Annotated[str | None, Meta(description="type, channel, project or properties.NAME.")] = None
    top: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_TOP)] | None,
        Meta(description="The number of series or rows; the rest is together in “other”."),
    ] = None
    time_range: str | None = None
    from_: str | None = field(default=None, name="from")
    to: str | None = None
    as_of: str | None = None
    tz: str | None = None
    filter: Annotated[
        list[str],
        Meta(max_length=MAX_FILTERS, description="FIELD:VALUE, or FIELD:!VALUE for all but it."),
    ] = []
    compare: str | None = None
    dashboard: Annotated[str | None, Meta(description="The panel's. Not for embed tokens.")] = None
    panel: Annotated[
        str | None, Meta(description="Ask about what this panel counts, with its conditions.")
    ] = None
    value: Annotated[
        str | None, Meta(description="Only this value of the field that the panel has.")
    ] = None
    within: Within | None = None
    hour: HourOfWeek | None = None
    after: Annotated[
        str | None, Meta(description="The events that follow a page: “after” of its answer.")
    ] = None
    format: Literal["json", "csv"] = "json"

    @property
    def wanted(self) -> Wanted:
        """The shape of the answer."""
        return Wanted(self.shape, self.by, self.top)

    @property
    def view(self) -> View:
        """The range and the filters. Raises BadInput."""
        given = {
            name: [value]
            for name, value in msgspec.to_builtins(self).items()
            if name in _TIMES and value
        }
        require_known(given)
        choice = Choice(self.time_range, self.as_of, self.from_, self.to, self.tz)
        return View(choice, self.compare or None, _filters(self.filter), "")


def read_question(request: Request) -> Question:
    """Return the question in a request. Raises BadInput, TooLarge or WrongType."""
    if request.mimetype != "application/json":
        raise WrongType("Send JSON with Content-Type: application/json.")
    if (request.content_length or 0) > MAX_BYTES:
        raise _too_large()
    body = request.get_data(cache=False)
    if len(body) > MAX_BYTES:
        raise _too_large()
    try:
        parsed = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadInput("The body is not valid JSON.") from None
    return _question(parsed)


def _too_large() -> TooLarge:
    return TooLarge(f"The body is larger than {MAX_BYTES:,} bytes.")


def _question(parsed: object) -> Question:
    if not isinstance(parsed, dict):
        raise BadInput('Send an object such as {"metric": "orders", "shape": "total"}.')
    _require_keys(parsed)
    if parsed["shape"] not in SHAPES:
        raise BadInput(
            "Unknown shape “%(shape)s”. Use %(shapes)s.",
            shape=excerpt(parsed["shape"]),
            shapes=", ".join(SHAPES),
        )
    try:
        return msgspec.convert(parsed, Question)
    except msgspec.ValidationError as error:
        advice = advice_on(Question, str(error))
        raise BadInput(
            "Invalid body: %(reason)s.%(advice)s", reason=str(error), advice=advice
        ) from None


def _require_keys(parsed: dict[str, Any]) -> None:
    known = Question.__struct_encode_fields__
    for key in parsed:
        if key not in known:
            raise BadInput(
                "Unknown key “%(key)s”. Use %(keys)s.", key=excerpt(key), keys=", ".join(known)
            )
    subject = "panel" if "panel" in parsed else "metric"
    for key in (subject, "shape"):
        if parsed.get(key) is None:
            raise BadInput(f"Missing key “{key}”.")
    if subject == "metric":
        for key in _OF_PANELS:
            if key in parsed:
                raise BadInput(f"“{key}” needs “panel”.")


def _filters(texts: list[str]) -> Filters:
    try:
        return parse_filters(texts, most=MAX_FILTERS)
    except BadInput as error:
        raise BadInput(
            "Invalid filter “%(filter)s”. Write FIELD:VALUE or FIELD:!VALUE. A field is type, "
            "channel, user or properties.NAME.",
            filter=error.values["filter"],
        ) from None

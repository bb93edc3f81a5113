"""The bodies of requests: read strictly, because a misspelled field would be a change not made."""

import json
import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from flask import request
from msgspec import UNSET, Meta, Struct, UnsetType

from dashapp.domain.access.roles import Role
from dashapp.domain.choices import advice_on
from dashapp.domain.errors import BadInput, TooLarge, WrongType, excerpt
from dashapp.domain.language import LANGUAGES
from dashapp.store.orgs.origins import MAX_ORIGINS
from dashapp.web.api.control.requests import at_field

MAX_BYTES = 65_536
MAX_BOARDS = 50
Body = TypeVar("Body", bound=Struct)
_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.?([^.\[\]]+)")

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Origins = Annotated[
    list[Annotated[str, Meta(max_length=255)]],
    Meta(max_length=MAX_ORIGINS, description="Origins, such as https://shop.example."),
]


class OrgBody(Struct, forbid_unknown_fields=True, frozen=True):
    """An org as it should be. What is absent stays."""

    name: Annotated[Name, Meta(description="For a new org, default: its slug.")] | UnsetType = UNSET
    timezone: (
        Annotated[str, Meta(max_length=64, description="An IANA name. New orgs: UTC.")] | UnsetType
    ) = UNSET
    locale: (
        Annotated[str, Meta(max_length=16, description=f"One of {', '.join(LANGUAGES)}.")]
        | UnsetType
    ) = UNSET
    currency: (
        Annotated[str, Meta(max_length=3, description="An ISO 4217 code.")] | UnsetType | None
    ) = UNSET
    boards: (
        Annotated[
            list[Annotated[str, Meta(max_length=63)]],
            Meta(
                max_length=MAX_BOARDS,
                description="Boards that the org should have. Others stay. A new org gets these "
                "instead of those of new orgs.",
            ),
        ]
        | UnsetType
    ) = UNSET
    origins: (
        Annotated[
            Origins,
            Meta(description="Replaces the origins that the vendor set. The org's own ones stay."),
        ]
        | UnsetType
    ) = UNSET
    keep_days: (
        Annotated[int, Meta(ge=1, le=36500, description="null keeps events forever.")]
        | UnsetType
        | None
    ) = UNSET


class KeyBody(Struct, forbid_unknown_fields=True, frozen=True):
    """A key to add to an org."""

    kind: Literal["ingest", "read", "embed"]
    name: Annotated[
        str, Meta(min_length=1, max_length=100, description="Unique among the active keys.")
    ]


class MemberBody(Struct, forbid_unknown_fields=True, frozen=True):
    """The role of a member."""

    role: Role


class OriginsBody(Struct, forbid_unknown_fields=True, frozen=True):
    """All origins that the vendor sets."""

    origins: Origins


def read_body(kind: type[Body]) -> Body:
    """Return the body of the request. Raises BadInput with the field, TooLarge or WrongType."""
    if request.mimetype != "application/json":
        raise WrongType("Send JSON with Content-Type: application/json.")
    if (request.content_length or 0) > MAX_BYTES:
        raise _too_large()
    body = request.get_data(cache=False)
    if len(body) > MAX_BYTES:
        raise _too_large()
    parsed = _parsed(body)
    known = kind.__struct_encode_fields__
    if not isinstance(parsed, dict):
        raise BadInput(f"Send a JSON object with some of: {', '.join(known)}.")
    for name in parsed:
        if name not in known:
            error = BadInput(f"Unknown field “{excerpt(name)}”. Use {', '.join(known)}.")
            raise at_field(error, [name[:100]])
    try:
        return msgspec.convert(parsed, kind)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), kind) from None


def _too_large() -> TooLarge:
    return TooLarge(f"The body is larger than {MAX_BYTES:,} bytes.")


def _parsed(body: bytes) -> object:
    try:
        parsed: object = json.loads(body, object_pairs_hook=_object, parse_constant=_refuse)
        json.dumps(parsed, ensure_ascii=False, allow_nan=False).encode()  # no lone surrogates
    except (ValueError, RecursionError):
        raise BadInput("The body is not valid JSON.") from None
    return parsed


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise at_field(BadInput(f"Duplicate field “{excerpt(twice)}”."), [twice[:100]])
    return fields


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _invalid(message: str, kind: type[Struct]) -> BadInput:
    """Return the error for what msgspec refused: its place is at the end of the message."""
    place = _PLACE.search(message)
    missing = re.fullmatch(r"Object missing required field `(\w+)`", message)
    path = [missing[1]] if missing else _STEP.findall(place["path"]) if place else []
    error = BadInput(f"Invalid body: {_PLACE.sub('', message)}.{advice_on(kind, message)}")
    if path:
        at_field(error, path)
    return error

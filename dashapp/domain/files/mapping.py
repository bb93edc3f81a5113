"""A record -> an event, by a plan."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from dashapp.domain.errors import shown
from dashapp.domain.events.event import KEYS, Event, InvalidEvent, make_event
from dashapp.domain.files.columns import ABSENT, column_value, missing_columns_message
from dashapp.domain.files.json_values import read_object
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.plan import PROPERTY_PREFIX, Plan
from dashapp.domain.files.records import DerivedIds, Record
from dashapp.domain.files.times import Times
from dashapp.domain.files.type_slugs import TypeSlugs, slug_type
from dashapp.domain.files.values import (
    NULL_LIKE,
    Nulls,
    integer_as_text,
    note_null_like,
    parse_number,
)

_NEEDED = {"type": "type", "occurred_at": "time"}
_FEW = 8  # fields of an object around a list of events
_TEXTS = ("id", "user", "project")


class _Mapped(NamedTuple):
    """A key, the column that it is read from, and the same as a path into objects."""

    key: str
    column: str
    path: tuple[str, ...]


class Mapper:
    """Makes events of the records of one file. Knows which named columns no record had so far."""

    def __init__(self, how: Plan, notes: Notes, *, is_sheet: bool = False) -> None:
        options = how.options
        self._how = how
        self._notes = notes
        self._nulls = Nulls(options.nulls, how.columns)
        self._has_nulls = bool(options.nulls)
        self._times = Times(options.time_format, options.timezone, notes, is_local=is_sheet)
        self._slugs = TypeSlugs(notes) if options.slug_types else None
        self._numbers = {key.removeprefix(PROPERTY_PREFIX) for key in options.numbers}
        self._ids = DerivedIds()
        mapped = [
            _Mapped(key, column, tuple(column.split("."))) for key, column in how.columns.items()
        ]
        self._mapped = [one for one in mapped if not one.key.startswith(PROPERTY_PREFIX)]
        self._properties = [
            one._replace(key=one.key.removeprefix(PROPERTY_PREFIX))
            for one in mapped
            if one.key.startswith(PROPERTY_PREFIX)
        ]
        self._set = {k: v for k, v in how.values.items() if not k.startswith(PROPERTY_PREFIX)}
        self._set_properties = {
            key.removeprefix(PROPERTY_PREFIX): value
            for key, value in how.values.items()
            if key.startswith(PROPERTY_PREFIX)
        }
        implicit = KEYS - how.columns.keys() - how.values.keys() - {how.org_column}
        self._implicit = tuple(sorted(implicit))
        self._is_whole = not (how.columns or how.values)  # NDJSON as it is
        self.unseen_columns = set(how.named)

    def to_event(self, record: Record, *, received_at: datetime) -> Event:
        """Raises InvalidEvent."""
        if record.fault:
            raise InvalidEvent(record.fault, code="unreadable")
        raw = self._raw(record)
        self._require("type", raw, record)
        if self._slugs and isinstance(raw["type"], str):
            raw["type"] = self._slugs.read(raw["type"], record.line)
        event_id = raw.get("id")
        if event_id is None or event_id == "":
            raw["id"] = self._ids.next_id(record.raw)
        self._require("occurred_at", raw, record)
        raw["occurred_at"] = self._times.read(raw["occurred_at"], record.line)
        try:
            return make_event(raw, received_at=received_at)
        except InvalidEvent as error:
            raise self._with_hint(error, raw) from None

    def _require(self, key: str, raw: Mapping[str, Any], record: Record) -> None:
        """What a file must say of each event. Raises InvalidEvent."""
        value = raw.get(key)
        if value is not None and value != "":
            return
        code = "invalid_time" if key == "occurred_at" else "invalid_type"
        if key in raw:
            raise InvalidEvent(
                f"“{key}” is empty. A file needs the {_NEEDED[key]} of each event.", code=code
            )
        said = missing_columns_message([key], record.fields, self._how, "There is no")
        raise InvalidEvent(_of_inside(record) or said, code=code)

    def org_of(self, record: Record) -> str:
        """The slug in the org column. Raises InvalidEvent where there is none."""
        column = self._how.org_column or ""
        slug = None
        if not record.fault:
            slug = integer_as_text(column_value(record.fields, column, tuple(column.split("."))))
            self.note_columns(record)
        if not isinstance(slug, str) or not slug or self._nulls.is_null(column, slug):
            raise InvalidEvent(
                record.fault or f"The column “{shown(column)}” is empty.",
                code="unreadable" if record.fault else "no_org",
            )
        return slug

    def note_columns(self, record: Record) -> None:
        """Cross off the columns that this record has."""
        if self.unseen_columns:
            fields = record.fields
            self.unseen_columns -= {
                column
                for column in self.unseen_columns
                if column_value(fields, column, tuple(column.split("."))) is not ABSENT
            }

    def _raw(self, record: Record) -> dict[str, Any]:
        """Event keys as they are, then what was mapped and set under its own name.

        Columns that nothing names are left out of a CSV, and of NDJSON when anything is mapped; an
        NDJSON line without a plan is an event as it is, and what is unknown in it is refused.
        """
        fields = record.fields
        if self.unseen_columns:
            self.note_columns(record)
        if self._is_whole and not record.is_csv:
            raw = {key: value for key, value in fields.items() if key != self._how.org_column}
        else:
            raw = {key: fields[key] for key in self._implicit if key in fields}
        if self._has_nulls:
            raw = {k: None if self._nulls.is_null(k, value) else value for k, value in raw.items()}
        for key, column, path in self._mapped:
            value = column_value(fields, column, path)
            is_nothing = value is ABSENT or (self._has_nulls and self._nulls.is_null(column, value))
            raw[key] = None if is_nothing else value
        raw |= self._set
        self._read_texts(raw, record)
        self._add_properties(raw, record)
        return raw

    def _read_texts(self, raw: dict[str, Any], record: Record) -> None:
        if not record.is_csv:
            for key in _TEXTS:
                if key in raw:
                    raw[key] = integer_as_text(raw[key])
        user = raw.get("user")
        if user.__class__ is str and user in NULL_LIKE:
            note_null_like(self._notes, record.line, self._how.columns.get("user", "user"), user)

    def _add_properties(self, raw: dict[str, Any], record: Record) -> None:
        properties = raw.get("properties")
        if record.is_csv and isinstance(properties, str):
            properties = raw["properties"] = _object(properties)
        if not (self._properties or self._set_properties or self._numbers):
            return
        if not isinstance(properties, Mapping | None):
            return  # refused with its reason
        named = dict(properties or {})
        for name, column, path in self._properties:
            value = column_value(record.fields, column, path)
            if value is None or value is ABSENT:
                continue
            if self._has_nulls and self._nulls.is_null(column, value):
                continue
            if value.__class__ is str and value in NULL_LIKE:
                note_null_like(self._notes, record.line, column, value)
            named[name] = value
        named |= self._set_properties
        if self._numbers:
            self._make_numbers(named)
        raw["properties"] = named

    def _make_numbers(self, named: dict[str, Any]) -> None:
        for name in self._numbers & named.keys():
            value = named[name]
            if isinstance(value, str):
                if value.strip():
                    named[name] = parse_number(
                        value, PROPERTY_PREFIX + name, is_comma=self._how.options.decimal_comma
                    )
                else:
                    del named[name]

    def _with_hint(self, error: InvalidEvent, raw: Mapping[str, Any]) -> InvalidEvent:
        name = raw.get("type")
        if error.code != "invalid_type" or self._slugs or not isinstance(name, str):
            return error
        slug = slug_type(name)
        if not slug or slug == name:
            return error
        return InvalidEvent(
            f"“{shown(name)}” is not a type: those are dotted lower-case words. To take it as "
            f"{slug}, say --slug-types.",
            code=error.code,
        )


def _of_inside(record: Record) -> str | None:
    """What to do with an object that has the events in a list of its own."""
    lists = [name for name, value in record.fields.items() if _is_list_of_objects(value)]
    if not lists or len(record.fields) > _FEW:
        return None
    name = shown(lists[0])
    return (
        f"It is no event; are the events in “{name}”? Take them out first, as with: "
        f"jq -c '.{name}[]' FILE > events.ndjson"
    )


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _object(text: str) -> object:
    """A cell of a CSV that is a JSON object; nothing where it is empty."""
    if not text.strip():
        return None
    try:
        return read_object(text)
    except ValueError:
        raise InvalidEvent(
            '“properties” must be a JSON object, such as {"store": "7"}.',
            code="invalid_properties",
        ) from None

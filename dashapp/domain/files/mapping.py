"""Turn records into events according to a plan."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from dashapp.domain.errors import excerpt
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
_MAX_WRAPPER_FIELDS = 8  # of an object that wraps a list of events
_TEXTS = ("id", "user", "project")


class _MappedColumn(NamedTuple):
    """An event key, its column, and the column as a path into objects."""

    key: str
    column: str
    path: tuple[str, ...]


class Mapper:
    """Turns the records of one file into events. Tracks planned columns that no record had yet."""

    def __init__(self, plan: Plan, notes: Notes, *, is_sheet: bool = False) -> None:
        options = plan.options
        self._plan = plan
        self._notes = notes
        self._nulls = Nulls(options.nulls, plan.columns)
        self._has_nulls = bool(options.nulls)
        self._times = Times(options.time_format, options.timezone, notes, is_local=is_sheet)
        self._slugs = TypeSlugs(notes) if options.slug_types else None
        self._numbers = {key.removeprefix(PROPERTY_PREFIX) for key in options.numbers}
        self._ids = DerivedIds()
        mapped_columns = [
            _MappedColumn(key, column, tuple(column.split(".")))
            for key, column in plan.columns.items()
        ]
        self._mapped = [
            column for column in mapped_columns if not column.key.startswith(PROPERTY_PREFIX)
        ]
        self._properties = [
            column._replace(key=column.key.removeprefix(PROPERTY_PREFIX))
            for column in mapped_columns
            if column.key.startswith(PROPERTY_PREFIX)
        ]
        self._set = {k: v for k, v in plan.values.items() if not k.startswith(PROPERTY_PREFIX)}
        self._set_properties = {
            key.removeprefix(PROPERTY_PREFIX): value
            for key, value in plan.values.items()
            if key.startswith(PROPERTY_PREFIX)
        }
        implicit = KEYS - plan.columns.keys() - plan.values.keys() - {plan.org_column}
        self._implicit = tuple(sorted(implicit))
        self._has_fields = bool(plan.columns or plan.values)  # without: NDJSON lines are events
        self.unseen_columns = set(plan.named)

    def to_event(self, record: Record, *, received_at: datetime) -> Event:
        """Return the event of a record. Raises InvalidEvent."""
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
        """Raise InvalidEvent if an event lacks a value that files must have."""
        value = raw.get(key)
        if value is not None and value != "":
            return
        code = "invalid_time" if key == "occurred_at" else "invalid_type"
        if key in raw:
            raise InvalidEvent(f"“{key}” is empty. Every event needs a {_NEEDED[key]}.", code=code)
        message = missing_columns_message([key], record.fields, self._plan, "There is no")
        raise InvalidEvent(_hint_for_wrapped_events(record) or message, code=code)

    def org_of(self, record: Record) -> str:
        """Return the slug in the org column. Raises InvalidEvent if there is none."""
        column = self._plan.org_column or ""
        slug = None
        if not record.fault:
            slug = integer_as_text(column_value(record.fields, column, tuple(column.split("."))))
            self.note_columns(record)
        if not isinstance(slug, str) or not slug or self._nulls.is_null(column, slug):
            raise InvalidEvent(
                record.fault or f"The column “{excerpt(column)}” is empty.",
                code="unreadable" if record.fault else "no_org",
            )
        return slug

    def note_columns(self, record: Record) -> None:
        """Remove the columns of this record from `unseen_columns`."""
        if self.unseen_columns:
            fields = record.fields
            self.unseen_columns -= {
                column
                for column in self.unseen_columns
                if column_value(fields, column, tuple(column.split("."))) is not ABSENT
            }

    def _raw(self, record: Record) -> dict[str, Any]:
        """Return the fields of an event: its own keys, then mapped columns and set values.

        With a plan, and in a table, columns that the plan does not name are ignored. An NDJSON line
        without a plan is taken as an event, so that `make_event` rejects unknown keys.
        """
        fields = record.fields
        if self.unseen_columns:
            self.note_columns(record)
        if not self._has_fields and not record.is_row:
            raw = {key: value for key, value in fields.items() if key != self._plan.org_column}
        else:
            raw = {key: fields[key] for key in self._implicit if key in fields}
        if self._has_nulls:
            raw = {k: None if self._nulls.is_null(k, value) else value for k, value in raw.items()}
        for key, column, path in self._mapped:
            value = column_value(fields, column, path)
            is_null = value is ABSENT or (self._has_nulls and self._nulls.is_null(column, value))
            raw[key] = None if is_null else value
        raw |= self._set
        self._read_texts(raw, record)
        self._add_properties(raw, record)
        return raw

    def _read_texts(self, raw: dict[str, Any], record: Record) -> None:
        for key in _TEXTS:
            if key in raw:
                raw[key] = integer_as_text(raw[key])
        user = raw.get("user")
        if user.__class__ is str and user in NULL_LIKE:
            note_null_like(self._notes, record.line, self._plan.columns.get("user", "user"), user)

    def _add_properties(self, raw: dict[str, Any], record: Record) -> None:
        properties = raw.get("properties")
        if record.is_row and isinstance(properties, str):
            properties = raw["properties"] = _json_object(properties)
        if not (self._properties or self._set_properties or self._numbers):
            return
        if not isinstance(properties, Mapping | None):
            return  # make_event rejects it
        merged = dict(properties or {})
        for name, column, path in self._properties:
            value = column_value(record.fields, column, path)
            if value is None or value is ABSENT:
                continue
            if self._has_nulls and self._nulls.is_null(column, value):
                continue
            if value.__class__ is str and value in NULL_LIKE:
                note_null_like(self._notes, record.line, column, value)
            merged[name] = value
        merged |= self._set_properties
        if self._numbers:
            self._parse_numbers(merged)
        raw["properties"] = merged

    def _parse_numbers(self, properties: dict[str, Any]) -> None:
        for name in self._numbers & properties.keys():
            value = properties[name]
            if isinstance(value, str):
                if value.strip():
                    properties[name] = parse_number(
                        value, PROPERTY_PREFIX + name, is_comma=self._plan.options.decimal_comma
                    )
                else:
                    del properties[name]

    def _with_hint(self, error: InvalidEvent, raw: Mapping[str, Any]) -> InvalidEvent:
        name = raw.get("type")
        if error.code != "invalid_type" or self._slugs or not isinstance(name, str):
            return error
        slug = slug_type(name)
        if not slug or slug == name:
            return error
        return InvalidEvent(
            f"“{excerpt(name)}” is not a valid type: types are lowercase words joined by dots. To "
            f"import it as {slug}, use --slug-types.",
            code=error.code,
        )


def _hint_for_wrapped_events(record: Record) -> str | None:
    """Return advice for an object that wraps a list of events, or None."""
    lists = [name for name, value in record.fields.items() if _is_list_of_objects(value)]
    if not lists or len(record.fields) > _MAX_WRAPPER_FIELDS:
        return None
    name = excerpt(lists[0])
    return (
        f"This is not an event. If the events are in “{name}”, extract them first: "
        f"jq -c '.{name}[]' FILE > events.ndjson"
    )


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _json_object(text: str) -> object:
    """Parse a cell as a JSON object; return None if it is empty."""
    if not text.strip():
        return None
    try:
        return read_object(text)
    except ValueError:
        raise InvalidEvent(
            '“properties” must be a JSON object, such as {"store": "7"}.',
            code="invalid_properties",
        ) from None

"""The import plan: command-line options that say how a file becomes events."""

import codecs
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.events.event import KEYS
from dashapp.domain.files.times import check_time_format
from dashapp.domain.files.values import check_nulls
from dashapp.domain.time.zones import zone_named

PROPERTY_PREFIX = "properties."
_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}


class Options(NamedTuple):
    """Options that describe a file, other than its columns. Empty means detect."""

    type_from: str | None = None
    slug_types: bool = False
    numbers: tuple[str, ...] = ()  # keys: properties.NAME
    decimal_comma: bool = False
    nulls: tuple[str, ...] = ()  # TEXT, or KEY=TEXT
    time_format: str = "auto"
    timezone: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None


class Plan(NamedTuple):
    """How a record becomes an event: `columns` event key -> column, `values` event key -> text."""

    columns: Mapping[str, str]
    values: Mapping[str, str]
    org_column: str | None = None
    options: Options = Options()

    @property
    def named(self) -> dict[str, str]:
        """Map the columns that the plan names to the options that name them."""
        named = {column: f"--map {key}={column}" for key, column in self.columns.items()}
        if self.options.type_from:
            named[self.options.type_from] = f"--type-from {self.options.type_from}"
        if self.org_column:
            named[self.org_column] = f"--org-column {self.org_column}"
        for text in self.options.nulls:
            key, equals, _value = text.partition("=")
            column = self.columns.get(key, key)
            if equals and column not in KEYS:
                named.setdefault(column, f"--null {key}")
        return named

    def as_json(self) -> dict[str, Any]:
        """Return the options that were given, for the import log."""
        options = {
            name: value
            for name, value in self.options._asdict().items()
            if value != Options._field_defaults[name]
        }
        given = {"map": dict(self.columns), "set": dict(self.values), "org_column": self.org_column}
        return {name: value for name, value in {**given, **options}.items() if value}


def make_plan(
    maps: Iterable[str],
    sets: Iterable[str],
    org_column: str | None = None,
    options: Options = Options(),  # noqa: B008 - an immutable tuple
) -> Plan:
    """Parse `KEY=COLUMN` and `KEY=VALUE` options. Raises BadInput that lists the valid forms."""
    columns, values = _pairs(maps, "--map"), _pairs(sets, "--set")
    if options.type_from and "type" in {*columns, *values}:
        raise BadInput("“type” is set by both --type-from and --map or --set. Use only one.")
    if options.type_from:
        columns["type"] = options.type_from
    twice = columns.keys() & values.keys()
    if twice:
        raise BadInput(f"“{min(twice)}” is set by both --map and --set. Use only one.")
    return Plan(columns, values, org_column, _check_options(options))


def _pairs(texts: Iterable[str], option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        is_key = key in KEYS or (key.startswith(PROPERTY_PREFIX) and key != PROPERTY_PREFIX)
        if not equals or not value or not is_key:
            raise BadInput(
                f"Invalid value for {option}: {excerpt(text)}. Use {option} KEY=…, where KEY is "
                f"{', '.join(sorted(KEYS - {'properties'}))} or properties.NAME."
            )
        if key in pairs:
            raise BadInput(f"{option} sets “{excerpt(key)}” twice. Use it once.")
        pairs[key] = value
    return pairs


def _check_options(options: Options) -> Options:
    """Validate and normalize the options before the file is opened. Raises BadInput."""
    check_nulls(options.nulls)
    for number in options.numbers:
        if not number.startswith(PROPERTY_PREFIX) or number == PROPERTY_PREFIX:
            raise BadInput(
                f"--number {excerpt(number)}: only properties can be numbers. "
                f"Use --number properties.{excerpt(number)}"
            )
    if options.timezone is not None:
        zone_named(options.timezone)
    check_time_format(options.time_format, has_zone=options.timezone is not None)
    delimiter = options.delimiter
    if delimiter is not None:
        delimiter = _DELIMITERS.get(delimiter, delimiter)
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise BadInput(
                f"Invalid --delimiter {excerpt(delimiter)}: use one character, such as ';', or tab."
            )
    return options._replace(delimiter=delimiter, encoding=_encoding(options.encoding))


def _encoding(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        codec = codecs.lookup(name)
        is_text = bool(getattr(codec, "_is_text_encoding", True))
        "a".encode(codec.name)
    except (LookupError, UnicodeError, ValueError):
        is_text = False
    if not is_text:
        raise BadInput(
            f"Unknown --encoding {excerpt(name)}. Common ones are cp1252 (Windows), latin-1, "
            "utf-16 and utf-8."
        )
    return codec.name

"""Events as rows of columns, before they are sealed.

Texts begin with “=”, so that an empty text differs from no value. Most values occur again and
again: each is encoded once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from dashapp.domain.columns.layout import BEYOND, flat
from dashapp.domain.events.values import value_text
from dashapp.domain.metrics.numbers import millionths
from dashapp.domain.metrics.spreads import bucket_of

_MAX_REMEMBERED = 200_000  # values of a property
_NOTHING = ("", "", "")
Encoded = tuple[str, int | str, int | str]  # text, number, bucket; empty without one
_MAX_NARROW = 2**63
_NESTED = frozenset({dict, list})


class Block(NamedTuple):
    """Some events as columns. `numbers` are the indexes of properties that have numbers."""

    texts: list[Sequence[str]]
    numbers: dict[int, tuple[Sequence[Any], Sequence[Any]]]  # index -> numbers and buckets
    rest: Sequence[str]
    has_rest: bool


class _Remembered(dict[Any, Encoded]):
    """The encoded form of values of one class: 1, 1.0 and True are equal in Python."""

    is_wide = False  # whether a number had more than 64 bits

    def __missing__(self, value: Any) -> Encoded:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        encoded = self[value] = encode(value)
        if encoded[1] != "" and not -_MAX_NARROW <= int(encoded[1]) < _MAX_NARROW:
            self.is_wide = True
        return encoded


_CLASSES = (str, int, float, bool, type(None))


def encode(value: Any) -> Encoded:
    """Return the text, number and bucket of a value.

    >>> encode("a"), encode(7.0), encode(True), encode(None), encode(-1e300)[1] == -BEYOND
    (('=a', '', ''), ('=7', 7000000, 655), ('=true', '', ''), ('', '', ''), True)
    """
    text = value_text(value)
    if text is None:
        return _NOTHING
    if isinstance(value, bool | str):
        return f"={text}", "", ""
    number = millionths(value)
    if number is None:
        return f"={text}", BEYOND if value > 0 else -BEYOND, ""
    return f"={text}", number, bucket_of(number)


class Encoder:
    """Encodes the properties of events, given as JSON, for some paths."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._known = frozenset(paths)
        self._flat = frozenset(path for path in paths if "." not in path)
        self._remembered = [{kind: _Remembered() for kind in _CLASSES} for _path in paths]

    def is_wide(self, index: int) -> bool:
        """Whether a number of a path needed more than 64 bits."""
        return any(remembered.is_wide for remembered in self._remembered[index].values())

    def block(self, properties: Iterable[str]) -> Block:
        decoded = [orjson.loads(text) for text in properties]
        rest = [""] * len(decoded)
        has_rest = False
        for index, values in enumerate(decoded):
            if self._flat.issuperset(values) and _NESTED.isdisjoint(map(type, values.values())):
                continue
            values = flat(values)  # noqa: PLW2901
            decoded[index] = values
            others = values.keys() - self._known
            if others:
                rest[index] = _as_rest(values, others)
                has_rest = True
        texts: list[Sequence[str]] = []
        numbers: dict[int, tuple[Sequence[Any], Sequence[Any]]] = {}
        for index, columns in enumerate(self._columns(decoded)):
            texts.append(columns[0])
            if len(columns) > 1:
                numbers[index] = (columns[1], columns[2])
        return Block(texts, numbers, rest, has_rest)

    def _columns(self, decoded: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield texts, numbers and buckets of each path; only texts if no value is a number."""
        for path, remembered in zip(self._paths, self._remembered, strict=True):
            values = [properties.get(path) for properties in decoded]
            kinds = set(map(type, values))
            if kinds <= {str, type(None)}:
                yield [["" if value is None else f"={value}" for value in values]]
                continue
            encoded = [remembered[type(value)][value] for value in values]
            columns = [*zip(*encoded, strict=True)]
            yield columns if kinds & {int, float} else columns[:1]


def _as_rest(values: Mapping[str, Any], paths: Iterable[str]) -> str:
    """Return values as JSON: path -> text, number as text, bucket or null."""
    listed = {}
    for path in sorted(paths):
        text, number, bucket = encode(values[path])
        numbers = [] if number == "" else [str(number), None if bucket == "" else bucket]
        listed[path] = [text[1:], *numbers]
    return orjson.dumps(listed).decode()

"""The same numbers by plain Python: every event in a list, every answer by looking at all of them."""

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.time_range import TimeRange

CHANNELS = ("api", "web")
OUTCOMES = tuple(
    f"validation_run.{name}" for name in ("succeeded", "failed", "canceled", "timed_out")
)
LABELLED = ("properties.code", "properties.product", "properties.term")


def value_of(value):
    """What a property counts as: texts, and numbers and booleans as JSON says them."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, list | dict):
        return None
    text = json.dumps(value)
    whole = text.removesuffix(".0")
    return "0" if whole == "-0" else whole


def field_of(event: Event, name: str):
    """What a locked filter looks at."""
    if name in {"type", "channel", "user"}:
        return getattr(event, name)
    return value_of(json.loads(event.properties).get(name.removeprefix("properties.")))


def label_of(text: str, *, fold: bool) -> str:
    """What a text counts as in a list of labels."""
    text = unicodedata.normalize("NFC", " ".join(text.split()).strip(" \"'“”"))
    return unicodedata.normalize("NFC", text.casefold()) if fold else text


def is_chosen(event: Event, name: str, values: Iterable[str]) -> bool:
    """Whether a visitor's filter lets an event count: labels are compared as they are listed."""
    value = field_of(event, name)
    if value is None or name not in LABELLED:
        return value in values
    fold = name == "properties.term"
    label = label_of(value, fold=fold)
    return label != "" and label in {label_of(one, fold=fold) for one in values}


class Model:
    """What a dashboard ought to show of these events."""

    def __init__(self, events: Iterable[Event], project=None, filters=(), chosen=()) -> None:
        self.events = [
            one
            for one in events
            if project in {None, one.project}
            and all(field_of(one, name) in values for name, values in filters)
            and all(is_chosen(one, name, values) for name, values in chosen)
        ]

    def within(self, low, high) -> list[Event]:
        low, high = to_us(low), to_us(high)
        return [one for one in self.events if low <= one.occurred_at < high]

    def scalar(self, kind: str, found: TimeRange, severity: str | None = None):
        def count(low, high) -> int:
            return sum(
                one.type == kind
                and (severity is None or json.loads(one.properties).get("severity") == severity)
                for one in self.within(low, high)
            )

        return (
            count(found.start, found.end),
            count(found.previous_start, found.previous_end),
        )

    def volume(self, found: TimeRange) -> list[int]:
        return [len(self.within(bucket.start, bucket.end)) for bucket in found.buckets]

    def users(self, found: TimeRange) -> dict:
        counted = {}
        for bucket in found.buckets:
            names = defaultdict(set)
            for one in self.within(bucket.start, bucket.end):
                if one.user:
                    names[one.channel if one.channel in CHANNELS else "other"].add(one.user)
            counted |= {(bucket.start, channel): len(who) for channel, who in names.items()}
        return counted

    def trend(self, kind: str, found: TimeRange) -> list[int]:
        return [
            sum(one.type == kind for one in self.within(bucket.start, bucket.end))
            for bucket in found.buckets
        ]

    def outcomes(self, found: TimeRange) -> dict:
        counted: Counter = Counter()
        for bucket in found.buckets:
            for one in self.within(bucket.start, bucket.end):
                if one.type in OUTCOMES:
                    counted[bucket.start, one.type.removeprefix("validation_run.")] += 1
        return dict(counted)

    def success_rate(self, found: TimeRange):
        def rate(low, high):
            ended = [one.type for one in self.within(low, high) if one.type in OUTCOMES]
            return ended.count(OUTCOMES[0]) / len(ended) if ended else None

        return rate(found.start, found.end), rate(found.previous_start, found.previous_end)

    def ranks(self, kind, name, found, limit: int, *, fold: bool, is_comparable: bool):
        """The first labels of the range with their places before; beyond twice as many: there."""
        counted = self.counted(kind, name, found.start, found.end, fold=fold)
        before = self.counted(kind, name, found.previous_start, found.previous_end, fold=fold)
        order = sorted(before, key=lambda key: (-sum(before[key].values()), key))
        first = sorted(counted, key=lambda key: (-sum(counted[key].values()), key))
        first = first if len(first) <= limit + 1 else first[:limit]
        rows = []
        for key in first:
            place = order.index(key) + 1 if key in before and is_comparable else None
            most = min((-n, text) for text, n in counted[key].items())[1]
            rows.append((most, min(place, 2 * len(first) + 1) if place else None))
        return [*rows, ("other", None)] if len(counted) > len(first) else rows

    def top(self, kind, name, found: TimeRange, limit: int, *, fold: bool, where=None):
        spelled = self.counted(kind, name, found.start, found.end, fold=fold, where=where)
        ranked = sorted((-sum(c.values()), key) for key, c in spelled.items())
        labels = [
            (min((-n, text) for text, n in spelled[key].items())[1], -count)
            for count, key in ranked[:limit]
        ]
        return labels, sum(-count for count, _ in ranked)

    def counted(self, kind, name, low, high, *, fold: bool, where=None) -> dict[str, Counter]:
        """By label, how often it is spelled how."""
        spelled: dict[str, Counter] = defaultdict(Counter)
        for one in self.within(low, high):
            properties = json.loads(one.properties)
            value = value_of(properties.get(name))
            if one.type != kind or value is None:
                continue
            if where and value_of(properties.get(where[0])) != where[1]:
                continue
            text = label_of(value, fold=False)
            if text:
                spelled[label_of(text, fold=fold)][text] += 1
        return spelled

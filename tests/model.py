"""A reference model of the numbers in plain Python: each answer scans a list of all events."""

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

import orjson

from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.time_range import TimeRange

CHANNELS = ("api", "web")
OUTCOMES = tuple(
    f"validation_run.{name}" for name in ("succeeded", "failed", "canceled", "timed_out")
)
LABELED = ("properties.code", "properties.product", "properties.term")


def property_text(value):
    """Return a property's value as text (numbers and booleans as in JSON), or None."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, list | dict):
        return None
    text = orjson.dumps(value).decode().replace("e+", "e")  # which writes the stored JSON
    integer_text = text.removesuffix(".0")
    return "0" if integer_text == "-0" else integer_text


def filter_value(event: Event, name: str):
    """Return the value that a locked filter compares."""
    if name in {"type", "channel", "user"}:
        return getattr(event, name)
    value = json.loads(event.properties)
    for key in name.removeprefix("properties.").split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return property_text(value)


def normalized_label(text: str, *, fold: bool) -> str:
    """Normalize a text as a list of labels does."""
    text = unicodedata.normalize("NFC", " ".join(text.split()).strip(" \"'“”"))
    return unicodedata.normalize("NFC", text.casefold()) if fold else text


def is_chosen(event: Event, name: str, values: Iterable[str]) -> bool:
    """Return whether a viewer's filter matches; labels are compared as they are listed."""
    value = filter_value(event, name)
    if value is None or name not in LABELED:
        return value in values
    fold = name == "properties.term"
    label = normalized_label(value, fold=fold)
    return label != "" and label in {
        normalized_label(chosen_value, fold=fold) for chosen_value in values
    }


class Model:
    """The numbers that a dashboard should show for these events."""

    def __init__(self, events: Iterable[Event], project=None, filters=(), chosen=()) -> None:
        self.events = [
            event
            for event in events
            if project in {None, event.project}
            and all(filter_value(event, name) in values for name, values in filters)
            and all(is_chosen(event, name, values) for name, values in chosen)
        ]

    def within(self, low, high) -> list[Event]:
        low, high = to_us(low), to_us(high)
        return [event for event in self.events if low <= event.occurred_at < high]

    def scalar(self, kind: str, time_range: TimeRange, severity: str | None = None):
        def count(low, high) -> int:
            return sum(
                event.type == kind
                and (severity is None or json.loads(event.properties).get("severity") == severity)
                for event in self.within(low, high)
            )

        return (
            count(time_range.start, time_range.end),
            count(time_range.previous_start, time_range.previous_end),
        )

    def volume(self, time_range: TimeRange) -> list[int]:
        return [len(self.within(bucket.start, bucket.end)) for bucket in time_range.buckets]

    def users(self, time_range: TimeRange) -> dict:
        user_counts = {}
        for bucket in time_range.buckets:
            users_by_channel = defaultdict(set)
            for event in self.within(bucket.start, bucket.end):
                if event.user:
                    users_by_channel[event.channel if event.channel in CHANNELS else "other"].add(
                        event.user
                    )
            user_counts |= {
                (bucket.start, channel): len(channel_users)
                for channel, channel_users in users_by_channel.items()
            }
        return user_counts

    def trend(self, kind: str, time_range: TimeRange) -> list[int]:
        return [
            sum(event.type == kind for event in self.within(bucket.start, bucket.end))
            for bucket in time_range.buckets
        ]

    def outcomes(self, time_range: TimeRange) -> dict:
        outcome_counts: Counter = Counter()
        for bucket in time_range.buckets:
            for event in self.within(bucket.start, bucket.end):
                if event.type in OUTCOMES:
                    outcome_counts[bucket.start, event.type.removeprefix("validation_run.")] += 1
        return dict(outcome_counts)

    def success_rate(self, time_range: TimeRange):
        def rate(low, high):
            ended = [event.type for event in self.within(low, high) if event.type in OUTCOMES]
            return ended.count(OUTCOMES[0]) / len(ended) if ended else None

        return rate(time_range.start, time_range.end), rate(
            time_range.previous_start, time_range.previous_end
        )

    def ranks(self, kind, name, time_range, limit: int, *, fold: bool, is_comparable: bool):
        """Return the top labels and their previous ranks, at most one more than twice their number."""
        spellings = self.spellings(kind, name, time_range.start, time_range.end, fold=fold)
        previous_spellings = self.spellings(
            kind, name, time_range.previous_start, time_range.previous_end, fold=fold
        )
        previous_order = sorted(
            previous_spellings, key=lambda key: (-sum(previous_spellings[key].values()), key)
        )
        top_labels = sorted(spellings, key=lambda key: (-sum(spellings[key].values()), key))
        top_labels = top_labels if len(top_labels) <= limit + 1 else top_labels[:limit]
        rows = []
        for key in top_labels:
            previous_rank = (
                previous_order.index(key) + 1
                if key in previous_spellings and is_comparable
                else None
            )
            top_spelling = min((-n, text) for text, n in spellings[key].items())[1]
            rows.append(
                (
                    top_spelling,
                    min(previous_rank, 2 * len(top_labels) + 1) if previous_rank else None,
                )
            )
        return [*rows, ("other", None)] if len(spellings) > len(top_labels) else rows

    def top(self, kind, name, time_range: TimeRange, limit: int, *, fold: bool, where=None):
        spellings = self.spellings(
            kind, name, time_range.start, time_range.end, fold=fold, where=where
        )
        ranked = sorted((-sum(c.values()), key) for key, c in spellings.items())
        labels = [
            (min((-n, text) for text, n in spellings[key].items())[1], -count)
            for count, key in ranked[:limit]
        ]
        return labels, sum(-count for count, _ in ranked)

    def spellings(self, kind, name, low, high, *, fold: bool, where=None) -> dict[str, Counter]:
        """Count the spellings of each label."""
        counts: dict[str, Counter] = defaultdict(Counter)
        for event in self.within(low, high):
            properties = json.loads(event.properties)
            value = property_text(properties.get(name))
            if event.type != kind or value is None:
                continue
            if where and property_text(properties.get(where[0])) != where[1]:
                continue
            text = normalized_label(value, fold=False)
            if text:
                counts[normalized_label(text, fold=fold)][text] += 1
        return counts

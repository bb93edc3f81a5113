"""The same numbers by plain Python: every event in a list, every answer by looking at all of them."""

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

from dashapp.domain.events import Event
from dashapp.domain.instant import to_us
from dashapp.domain.time_range import TimeRange

CHANNELS = ("api", "web")


class Model:
    """What a dashboard ought to show of these events."""

    def __init__(self, events: Iterable[Event], project: str | None = None) -> None:
        self.events = [one for one in events if project in {None, one.project}]

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

    def top(self, kind: str, name: str, found: TimeRange, limit: int, *, fold: bool):
        spelled: dict[str, Counter] = defaultdict(Counter)
        for one in self.within(found.start, found.end):
            value = json.loads(one.properties).get(name)
            if one.type != kind or not isinstance(value, str):
                continue
            text = unicodedata.normalize("NFC", " ".join(value.split()).strip(" \"'“”"))
            if text:
                spelled[text.casefold() if fold else text][text] += 1
        ranked = sorted((-sum(c.values()), key) for key, c in spelled.items())
        labels = [
            (min((-n, text) for text, n in spelled[key].items())[1], -count)
            for count, key in ranked[:limit]
        ]
        return labels, sum(-count for count, _ in ranked)

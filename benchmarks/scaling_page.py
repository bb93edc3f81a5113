"""The figures of docs/scaling.md, worked out from scaling.json.

`python -m benchmarks.scaling_page` writes them into the page, between comments that name them. A
test checks that the page has what this module works out.
"""

import json
import re
from math import ceil, log2
from pathlib import Path
from textwrap import fill
from typing import Any

FIGURES = Path(__file__).with_name("scaling.json")
PAGE = Path(__file__).parent.parent / "docs/scaling.md"

_PEAK = 5  # times the average
_DAY = 86_400
_YEAR = 365
_TERABYTE = 10**12
_ORGS = 10_000
_OPEN = 10  # one org in so many has a board open at the busiest time
_REFRESH_SECONDS = 15
_GROUPS = {
    "events": "the event, and the index for ranges",
    "ids": "the index of its id",
    "tallies": "tallies",
    "users": "numbers of users and values",
    "columns": "sealed columns",
    "other": "all else",
}
_NO_BREAK = "\x00"
_BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def page_with(figures: dict[str, Any], page: str) -> str:
    """Return the page with these figures."""
    blocks = _Blocks(figures)

    def block(match: re.Match[str]) -> str:
        return f"{match[1]}{getattr(blocks, match[2])()}\n{match[3]}"

    return _BLOCK.sub(block, page)


class _Load:
    """Events a day of one kind of org, on one database."""

    def __init__(self, figures: dict[str, Any], a_day: float, size: str, database: str) -> None:
        measured = figures["databases"][database]
        self.a_day = a_day
        self.average = a_day / _DAY
        self.peak = self.average * _PEAK
        self.bytes_a_day = a_day * sum(measured[f"{size}_bytes"].values())
        self.columns_a_day = a_day * measured[f"{size}_bytes"]["columns"]
        self.ids_a_day = a_day * measured["tombstone_bytes"]
        costs = measured["alone_us" if size == "small" else "ingest_us"]
        self.dashapp_us, self.database_us = costs.values()
        self.refresh_us = sum(measured["refresh_us"].values())

    @property
    def cores(self) -> tuple[float, float]:
        """The cores of dashapp and of the database that storing events takes at the peak."""
        return self.peak * self.dashapp_us / 1e6, self.peak * self.database_us / 1e6

    def kept(self, days: int, after: int = _YEAR) -> float:
        """Return the bytes after some days if events are kept for fewer, with the ids of all."""
        return min(days, after) * self.bytes_a_day + max(0, after - days) * self.ids_a_day

    def days_that_fit(self, size: float, after: int) -> int:
        """Return how many days of events can be kept, so that they still fit after some days."""
        ids = after * self.ids_a_day
        return max(0, int((size - ids) / (self.bytes_a_day - self.ids_a_day)))


class _Blocks:
    """Each method returns the text of one block of the page."""

    def __init__(self, figures: dict[str, Any]) -> None:
        self._figures = figures
        self._databases = figures["databases"]
        self._loads = {
            "10 thousand events a day": _Load(figures, 10_000, "large", "SQLite"),
            "10,000 orgs with 200 events a day": _Load(
                figures, _ORGS * figures["small"]["events_a_day"], "small", "PostgreSQL"
            ),
            "10 million": _Load(figures, 10**7, "large", "PostgreSQL"),
            "10 billion": _Load(figures, 10**10, "large", "PostgreSQL"),
        }
        _one, self._fleet, self._million, self._billion = self._loads.values()

    def setting(self) -> str:
        made = self._figures["setting"]
        return _paragraph(
            f"The bytes and the CPU times were measured in {made['date']} on {made['cores']} cores, "
            f"with Python {made['Python']}, SQLite {made['SQLite']}, and PostgreSQL "
            f"{made['PostgreSQL']} on one machine, by `python -m benchmarks scaling`. All other "
            "figures between here and the next heading, and under the headings with a number of "
            "events or orgs, are worked out from them by `python -m benchmarks.scaling_page`."
        )

    def table(self) -> str:
        loads = self._loads.values()
        rows = [
            ["", *self._loads],
            ["events per second, average / peak (5×)", *(f"{_number(load.average)} / {_number(load.peak)}" for load in loads)],
            ["storage per day, with everything", *(_size(load.bytes_a_day) for load in loads)],
            ["storage per year", *(_size(load.bytes_a_day * _YEAR) for load in loads)],
            ["after a year with `--keep-days 30`, with the ids of all pruned events", *(_size(load.kept(30)) for load in loads)],
            ["2 TB last", *(_days(2 * _TERABYTE / load.bytes_a_day) for load in loads)],
            ["cores that events take at the peak: dashapp + database (small orgs: each event is sent alone)", *(_cores(*load.cores) for load in loads)],
            ["board refreshes per second that a core serves, dashapp and database", *(_number(1e6 / load.refresh_us) for load in loads)],
            ["database", "SQLite, one file", "PostgreSQL on the same machine or another", "PostgreSQL on one machine, and a replica for reads", "Citus: 64 workers with 16 cores"],
            ["dashapp", "`dashapp serve` with 2 workers", "`dashapp serve` with a worker per core", "2 machines with 2 workers behind a proxy", "40 stateless machines with 16 workers"],
            ["what to watch", "backups (`dashapp backup`)", "disk space; the time of backups", "disk space (`--keep-days`); autovacuum of `seen` and `tally`", "a very large org, because an org is on one shard"],
        ]  # fmt: skip
        return _table(rows)

    def bytes(self) -> str:
        kinds = [(name, size) for name in self._databases for size in ("small", "large")]
        columns = [self._databases[name][f"{size}_bytes"] for name, size in kinds]
        rows = [["bytes per event", *(f"{name}, {size} org" for name, size in kinds)]]
        rows += [[title, *(_number(c[group]) for c in columns)] for group, title in _GROUPS.items()]
        rows.append(["all", *(f"**{_number(sum(c.values()))}**" for c in columns)])
        small, large = self._figures["small"], self._figures["large"]
        about = _paragraph(
            f"The small org has {small['events_a_day']:,} events a day of {small['users']:,} users, "
            f"the large one {large['events_a_day']:,} of {large['users']:,}, both for "
            f"{self._figures['days']} days. Ids are UUIDs, and the tallies are those of `operations`: more "
            "boards take more. Logs (WAL) and backups are not included. The id of a pruned event stays: "
            f"{self._of_each('tombstone_bytes', _number)} bytes on SQLite and PostgreSQL. An org "
            f"without events takes {self._of_each('org_bytes', _size)}."
        )
        return f"{_table(rows)}\n\n{about}"

    def _of_each(self, name: str, show: Any) -> str:
        return " and ".join(show(self._databases[database][name]) for database in self._databases)

    def fleet(self) -> str:
        load, measured = self._fleet, self._databases["PostgreSQL"]
        store, refresh = sum(load.cores), _ORGS / _OPEN / _REFRESH_SECONDS
        read = refresh * load.refresh_us / 1e6
        looks = _ORGS * measured["look_us"] / 1e6
        added = _ORGS * measured["add_us"] / 1e6
        cores = store + read + looks / _DAY
        days = load.days_that_fit(2 * _TERABYTE, 3 * _YEAR)
        return _paragraph(
            f"Ten thousand orgs with {self._figures['small']['events_a_day']} events a day each send "
            f"{_number(load.a_day / 1e6)} million events a day, {_number(load.peak)} per second at the "
            f"peak. Storing them takes {_number(store)} cores if each is sent alone. If one org in ten has a board open, "
            f"and each refresh after {_REFRESH_SECONDS} seconds finds new numbers, that is "
            f"{_number(refresh)} refreshes per second, or {_number(read)} cores. Adding the orgs takes "
            f"{_number(added)} seconds of CPU, and looking at each of them once a day "
            f"{_number(looks)}. Together that is {_number(cores)} cores at the busiest time: one "
            f"machine with {_machine(cores)} cores has twice as many. The disk is what fills up: "
            f"{_size(load.bytes_a_day)} a day, so 2 TB last {_days(2 * _TERABYTE / load.bytes_a_day)}. "
            f"With `--keep-days {min(days, 3 * _YEAR)}` they last three years."
        )

    def million(self) -> str:
        load = self._million
        fitting = load.days_that_fit(2 * _TERABYTE, 3 * _YEAR)
        return _paragraph(
            f"At the peak, {_number(load.peak)} events per second take {_cores(*load.cores)} cores: "
            f"dashapp + PostgreSQL. Storage is the limit: {_size(load.bytes_a_day)} a day, of which "
            f"{_size(load.columns_a_day)} are sealed columns. 2 TB are full after "
            f"{_days(2 * _TERABYTE / load.bytes_a_day)}. The ids of pruned events stay, "
            f"{_size(load.ids_a_day)} a day: for a disk of 2 TB to last three years, keep "
            f"{fitting:,} days (`dashapp org set ORG --keep-days {fitting}`). Keep the events of large "
            "orgs for a shorter time than those of small ones."
        )

    def billion(self) -> str:
        load = self._billion
        dashapp, database = load.cores
        one = 1e6 / (load.dashapp_us + load.database_us)
        points = {
            "Database": f"PostgreSQL takes {_number(load.database_us)} µs of CPU per event, so "
            f"{_number(load.peak)} events per second take {_number(database)} cores. 64 workers with "
            "16 cores leave room for reads, growth, replicas, and rebalancing.",
            "dashapp": f"It takes {_number(load.dashapp_us)} µs per event, or {_number(dashapp)} cores "
            "at the peak. 40 machines with 16 cores handle this together with the reads.",
            "Large orgs": "The writers of an org take turns, so one org can store about "
            f"{_number(one)} events per second. Split a larger one into several orgs.",
            "Ids of pruned events": "At this size, they are what grows: "
            f"{_size(load.ids_a_day)} a day. They are kept so that an id counts once, forever, and "
            "there is no switch to forget them. An org that sends this much should send sums instead.",
        }
        lines = [
            _paragraph(f"- **{title}.** {text}", indent="  ") for title, text in points.items()
        ]
        intro = _paragraph(
            f"This is {_number(load.average)} events per second on average and {_number(load.peak)} at "
            "the peak."
        )
        return "\n\n".join([intro, "\n".join(lines)])


def _table(rows: list[list[str]]) -> str:
    header, *rest = rows
    lines = [header, ["---"] * len(header), *rest]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _paragraph(text: str, indent: str = "") -> str:
    """Return lines of at most 100 letters. Code is not broken."""
    code = re.sub(r"`[^`]*`", lambda match: match[0].replace(" ", _NO_BREAK), text)
    lines = fill(
        code, 100, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
    return lines.replace(_NO_BREAK, " ")


def _number(value: float) -> str:
    """Return a number with two digits that count, or three from a hundred on."""
    if 0 < value < 0.01:
        return "less than 0.01"
    if value < 10:
        return f"{value:.2g}"
    digits = len(str(int(value)))
    return f"{round(value, min(0, 3 - digits)):,.0f}"


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if count < 1000:
            return f"{_number(count)} {unit}"
        count /= 1000
    return f"{_number(count)} PB"


def _days(days: float) -> str:
    if days < 1:
        return f"{_number(days * 24)} hours"
    if days > 100 * _YEAR:
        return "more than 100 years"
    return f"{_number(days)} days" if days < 2 * _YEAR else f"{_number(days / _YEAR)} years"


def _cores(dashapp: float, database: float) -> str:
    return f"{_number(dashapp)} + {_number(database)}" if database else _number(dashapp)


def _machine(cores: float) -> int:
    """Return the cores of a machine that has twice as many: 2, 4, 8, or more."""
    return max(2, 2 ** ceil(log2(2 * cores)))


def main() -> None:
    PAGE.write_text(page_with(json.loads(FIGURES.read_text()), PAGE.read_text()))


if __name__ == "__main__":
    main()

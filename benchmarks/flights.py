"""Compare the numbers with an independent count: `python -m benchmarks.flights FILE`.

FILE is a CSV of flights (scheduled_departure, airline, tailnum), plain or gzip. It is imported into
a new database. Then every airline's totals, users and buckets for four ranges in two zones are read
from the JSON API and compared with a count of the file that shares no code with the server.
"""

import csv
import gzip
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import setting
from dashapp.dashboards.provision import add_org
from dashapp.domain.files.plan import make_plan
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Facts
from dashapp.store.imports.importing import import_file
from dashapp.web.access.policies import scope_of_org

AS_OF = datetime(2013, 3, 31, 23, 59, 59, tzinfo=UTC)
ZONES = ("UTC", "America/New_York")
DAYS = {"7d": 7, "30d": 30, "90d": 90}


def main() -> None:
    path = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="dashapp-flights-") as folder:
        store = setting.open_store(Path(folder))
        scopes = load(store, path)
        flights = read(path)
        compared = different = 0
        for airline, scope in sorted(scopes.items()):
            client, headers = setting.reader(store, scope)
            for zone in ZONES:
                for preset in ("24h", *DAYS):
                    url = (
                        f"/api/v1/dashboards/operations/data?time_range={preset}&tz={zone}"
                        f"&as_of={AS_OF:%Y-%m-%dT%H:%M:%SZ}"
                    )
                    response = client.get(url, headers=headers).get_json()
                    compared += 1
                    if numbers_in_response(response) != numbers_in_file(
                        flights[airline], preset, ZoneInfo(zone)
                    ):
                        different += 1
                        print(f"different: {airline} {zone} {preset}")
        store.close()
    print(f"{len(scopes)} airlines, {compared} dashboards compared, {different} different")
    sys.exit(1 if different or not compared else 0)


def load(store, path):
    scopes = {}

    def scope_for(slug):
        if slug not in scopes:
            scopes[slug] = scope_of_org(add_org(store, scope_of_org, slug, now=1))
        return scopes[slug]

    file_plan = make_plan(
        ["occurred_at=scheduled_departure", "user=tailnum"],
        ["type=validation_run.created"],
        "airline",
    )
    facts = Facts("flights", path.name, "", file_plan.as_json(), "", 1)
    counts = import_file(store, Source(path), file_plan, scope_for, facts, now=setting.NOW).counts
    print(f"{counts.added:,} flights imported, {counts.refused} refused")
    return scopes


def read(path):
    flights = defaultdict(list)
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in csv.DictReader(file):
            moment = datetime.strptime(line["scheduled_departure"], "%Y-%m-%dT%H:%M:%SZ")
            flights[line["airline"]].append((moment.replace(tzinfo=UTC), line["tailnum"]))
    return flights


def numbers_in_response(response):
    """Return the total, buckets and users in the JSON response, without zeros."""
    rows = {panel["slug"]: panel["rows"] for panel in response["panels"]}
    return (
        rows["total-validations"][0]["value"],
        {row["start"]: row["value"] for row in rows["events-time-series"] if row["value"]},
        {
            row["start"]: row["value"]
            for row in rows["users-time-series"]
            if row["value"] and row["series"] == "web"
        },
        len(rows["events-time-series"]),
    )


def numbers_in_file(flights, preset, zone):
    """Count the same from the file: a local clock dates each flight, not dashapp's bucket edges."""
    if preset == "24h":
        first = (AS_OF - timedelta(hours=24)).astimezone(zone)
        start = first.replace(minute=0, second=0).astimezone(UTC)
        bucket_count = 25
    else:
        day = AS_OF.astimezone(zone).date() - timedelta(days=DAYS[preset])
        start = midnight(day, zone)
        bucket_count = DAYS[preset] + 1
    total, buckets, users = 0, defaultdict(int), defaultdict(set)
    for moment, tail_number in flights:
        if start <= moment < AS_OF:
            local = moment.astimezone(zone)
            edge = (
                local.replace(minute=0, second=0).astimezone(UTC)
                if preset == "24h"
                else midnight(local.date(), zone)
            )
            name = edge.strftime("%Y-%m-%dT%H:%M:%SZ")
            total += 1
            buckets[name] += 1
            if tail_number:
                users[name].add(tail_number)
    return total, dict(buckets), {name: len(tails) for name, tails in users.items()}, bucket_count


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


if __name__ == "__main__":
    main()

"""A refresh of the four-panel board, one org with a million events over 90 days (SQLite)."""

from pathlib import Path

from benchmarks import setting

EVENTS = 1_000_000


def run(folder: Path) -> None:
    store = setting.open_store(folder)
    owner, small = setting.org(store, "large"), setting.org(store, "small")
    rate = setting.fill(store, owner, EVENTS)
    setting.fill(store, small, 1_000)
    print(f"ingested {EVENTS:,} events at {rate:,.0f} a second, batches of 5,000\n")
    medians = {}
    for name, scope in (("1,000,000 events", owner), ("1,000 events", small)):
        client, headers = setting.reader(store, scope)
        for preset in ("24h", "7d", "90d"):
            url = f"/api/v1/dashboards/operations/data?time_range={preset}"
            figures = setting.cpu_ms(
                lambda client=client, url=url, headers=headers: client.get(url, headers=headers)
            )
            medians[name, preset] = figures[1]
            setting.row(f"{name}, {preset}", figures)
    for preset in ("24h", "90d"):
        ratio = medians["1,000,000 events", preset] / medians["1,000 events", preset]
        print(f"{preset}: a thousand times the events cost {ratio:,.1f} times the CPU")
    store.close()

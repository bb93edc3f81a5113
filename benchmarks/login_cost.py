"""What refusing costs: logins of known and unknown people, and tampered callbacks."""

from pathlib import Path
from statistics import mean
from time import perf_counter

from benchmarks import setting
from dashapp.domain.secrets import passwords


def run(folder: Path) -> None:
    stored = passwords.hash_password("correct horse battery")
    for name, kept in (("a wrong password", stored), ("an unknown person", None)):
        times = []
        for _ in range(50):
            started = perf_counter()
            passwords.verify(kept, "something else")
            times.append((perf_counter() - started) * 1000)
        print(f"{name:58} {mean(times):9.2f} ms on average")
    store = setting.open_store(folder, "login")
    client, headers = setting.reader(store, setting.org(store, "acme"))
    setting.row("no key", setting.cpu_ms(lambda: client.get("/api/v1/dashboards")))
    typo = {"Authorization": "Bearer dash_read_typo"}
    setting.row(
        "a key with a typo", setting.cpu_ms(lambda: client.get("/api/v1/dashboards", headers=typo))
    )
    setting.row(
        "a key that holds",
        setting.cpu_ms(lambda: client.get("/api/v1/dashboards", headers=headers)),
    )
    setting.row("liveness", setting.cpu_ms(lambda: client.get("/livez")))
    store.close()

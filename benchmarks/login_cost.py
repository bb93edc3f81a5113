"""The cost of a refusal: logins of known and unknown users, and requests without a valid key."""

from pathlib import Path
from statistics import mean
from time import perf_counter

from benchmarks import setting
from dashapp.domain.secrets import passwords


def run(folder: Path) -> None:
    known_hash = passwords.hash_password("correct horse battery")
    for name, password_hash in (("a wrong password", known_hash), ("an unknown user", None)):
        times = []
        for _ in range(50):
            started = perf_counter()
            passwords.verify(password_hash, "something else")
            times.append((perf_counter() - started) * 1000)
        print(f"{name:58} {mean(times):9.2f} ms on average")
    store = setting.open_store(folder, "login")
    client, headers = setting.reader(store, setting.new_org(store, "acme"))
    setting.print_row("no key", setting.cpu_ms(lambda: client.get("/api/v1/dashboards")))
    typo = {"Authorization": "Bearer dash_read_typo"}
    setting.print_row(
        "a key with a typo", setting.cpu_ms(lambda: client.get("/api/v1/dashboards", headers=typo))
    )
    setting.print_row(
        "a valid key",
        setting.cpu_ms(lambda: client.get("/api/v1/dashboards", headers=headers)),
    )
    setting.print_row("liveness", setting.cpu_ms(lambda: client.get("/livez")))
    store.close()

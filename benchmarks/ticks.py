"""The cost of an automatic refresh when nothing has changed (204)."""

from pathlib import Path

from benchmarks import setting
from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.passwords import hash_password
from dashapp.domain.time.instant import to_text
from dashapp.store.people import users
from tests.factories import PASSWORD, login, refresh, shown_by


def run(folder: Path) -> None:
    store = setting.open_store(folder, "ticks")
    scope = setting.new_org(store, "acme")
    setting.fill(store, scope, 100_000)
    with store.write_shared() as session:
        user = users.insert_user(session, "ada@example.com", hash_password(PASSWORD), now=1)
        users.set_membership(session, scope, user, Role.OWNER, now=1)
    client = setting.server(store).test_client()
    login(client, "ada@example.com")
    shown = shown_by(refresh(client))
    idle = {
        "view": shown["view"],
        "revision": shown["revision"],
        "as_of": to_text(setting.NOW),
        "states": ["ready"] * 4,
        "changed": "tick.n_intervals",
    }
    assert refresh(client, **idle).status_code == 204
    setting.print_row("idle tick (204)", setting.cpu_ms(lambda: refresh(client, **idle), 50))
    setting.print_row("full refresh, 7d", setting.cpu_ms(lambda: refresh(client), 20))
    store.close()

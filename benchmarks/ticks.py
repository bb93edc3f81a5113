"""A board that refreshes itself although nothing happened: a 204, and what it costs."""

from pathlib import Path

from benchmarks import setting
from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.passwords import hash_password
from dashapp.domain.time.instant import to_text
from dashapp.store.people import users
from tests.factories import PASSWORD, login, refresh


def run(folder: Path) -> None:
    store = setting.open_store(folder, "ticks")
    owner = setting.org(store, "acme")
    setting.fill(store, owner, 100_000)
    with store.changing() as session:
        user = users.insert_user(session, "ada@example.com", hash_password(PASSWORD), now=1)
        users.set_membership(session, user, owner.org_id, Role.OWNER, now=1)
    client = setting.server(store).test_client()
    login(client, "ada@example.com")
    shown = refresh(client).json["response"]["board"]
    idle = {
        "view": shown["data-view"],
        "revision": shown["data-revision"],
        "as_of": to_text(setting.NOW),
        "states": ["ready"] * 4,
        "changed": "tick.n_intervals",
    }
    assert refresh(client, **idle).status_code == 204
    setting.row("idle tick (204)", setting.cpu_ms(lambda: refresh(client, **idle), 50))
    setting.row("full refresh, 7d", setting.cpu_ms(lambda: refresh(client), 20))
    store.close()

"""The migration that lets orgs and users be deleted keeps what there is."""

from alembic.script import ScriptDirectory
from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from dashapp.store import migrate
from dashapp.store.engine import owner_engine
from dashapp.store.orgs import embed_log
from dashapp.store.people import login_sessions
from dashapp.store.people.login_sessions import NewSession
from tests import factories
from tests.store.deletion.rows import rows_of
from tests.store.deletion.test_orgs import ENTRY


def downgrade(store) -> str:
    """Downgrade to the revision before; return the database's URL."""
    url = store.url.render_as_string(hide_password=False)
    script = ScriptDirectory.from_config(migrate.config(url))
    before = next(r.down_revision for r in script.walk_revisions() if "deletion" in r.path)
    migrate.downgrade(url, revision=before)
    return url


def test_rows_that_refer_to_orgs_and_users_stay(store, acme, rival):
    user_id = factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    factories.add_key(store, acme)
    with store.write_shared() as session:
        login_sessions.insert_session(session, NewSession(user_id, acme.org_id, "form", "/"), now=1)
    with store.write(acme) as session:
        embed_log.log(session, acme, ENTRY)
    before = rows_of(store, acme.org_id)

    migrate.upgrade(downgrade(store))
    assert rows_of(store, acme.org_id) == before
    assert before.keys() >= {"memberships", "keys", "login_sessions", "embed_log", "dashboards"}


def test_the_id_of_an_org_that_was_deleted_by_hand_is_not_used_again(store, acme, rival):
    factories.send(store, rival, [factories.event()])
    url = downgrade(store)
    engine = owner_engine(store.url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM orgs WHERE slug = 'rival'"))
    engine.dispose()
    migrate.upgrade(url)

    again = factories.scope(add_org(store, factories.scope, "rival", now=1))
    assert again.org_id > rival.org_id
    assert factories.stored_events(store, again) == []

"""While both secrets are set, nothing that the old one has signed or sealed breaks."""

import pytest

from dashapp.app import create_app
from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.sealing import Secrets
from dashapp.settings import Settings
from dashapp.store.orgs import keys
from dashapp.store.secrets.resealing import reseal
from tests import factories
from tests.embedding import SHELL, Signer, bearer, exchange

OLD, NEW = factories.SECRET, "the-next-secret-of-it-abcdefghijklm"
DATA = "/api/v1/dashboards/operations/data?time_range=7d"


@pytest.fixture
def server(store):
    """Return a function that starts a server with these secrets."""
    url = store.url.render_as_string(hide_password=False)

    def start(current: str, old: str | None = None):
        settings = Settings(secret_key=current, secret_key_old=old, database_url=url)
        return create_app(settings, store=store, clock=factories.Clock())

    return start


@pytest.fixture
def before(server, store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    return server(OLD).test_client()


def moved(client, server):
    """Return a browser with the same cookies at another server."""
    browser = server.test_client()
    browser._cookies = client._cookies
    return browser


def test_an_open_board_goes_on(before, server):
    factories.login(before, "ada@example.com")
    assert factories.refresh(before).status_code == 200

    after = moved(before, server(NEW, OLD))

    assert factories.refresh(after).status_code == 200
    assert after.get("/app/acme/operations").status_code == 200


def test_an_open_form_can_be_sent(before, server):
    form = factories.login_form(before, "ada@example.com")

    assert moved(before, server(NEW, OLD)).post("/login", data=form).status_code == 303


def test_the_new_secret_signs_new_forms(before, server):
    after = moved(before, server(NEW, OLD))
    form = factories.login_form(after, "ada@example.com")

    assert moved(after, server(NEW)).post("/login", data=form).status_code == 303


def test_without_the_old_secret_its_forms_have_expired(before, server):
    """The planted fault: this is what the tests above would see if a secret were forgotten."""
    form = factories.login_form(before, "ada@example.com")

    assert moved(before, server(NEW)).post("/login", data=form).status_code == 400


def test_a_browser_that_has_signed_in_before_stays_known(before, server, caplog):
    factories.login(before, "ada@example.com")
    factories.logout(before)

    with caplog.at_level("INFO", logger="dashapp.security"):
        factories.login(moved(before, server(NEW, OLD)), "ada@example.com")
        factories.login(server(NEW, OLD).test_client(), "ada@example.com")

    devices = [r.device for r in caplog.records if r.msg == "login succeeded"]
    assert devices == ["known", "new"]


def test_an_open_frame_goes_on_and_renews_its_token(before, server, store, acme):
    signer = Signer(store, acme)
    page_token = exchange(before, signer.token()).json["token"]

    after = server(NEW, OLD).test_client()
    renewed = exchange(after, page_token)

    assert after.get(DATA, headers=bearer(page_token)).status_code == 200
    assert renewed.status_code == 200
    token = renewed.json["token"]
    assert server(NEW).test_client().get(DATA, headers=bearer(token)).status_code == 200
    assert server(NEW).test_client().get(DATA, headers=bearer(page_token)).status_code == 401


def test_embed_keys_go_on_before_and_after_they_are_sealed_again(server, store, acme):
    signer = Signer(store, acme)
    during = server(NEW, OLD).test_client()
    assert exchange(during, signer.token(), SHELL).status_code == 200

    list(reseal(store, Secrets(NEW, OLD)))

    for secrets in ((NEW, OLD), (NEW,)):
        client = server(*secrets).test_client()
        assert exchange(client, signer.token(), SHELL).status_code == 200


def test_a_key_made_meanwhile_is_sealed_under_the_new_secret(store, acme):
    with store.write_shared() as session:
        key_id, secret = keys.insert_key(session, acme, KeyKind.EMBED, now=1, secrets=Secrets(NEW, OLD))  # fmt: skip

    with store.read_shared() as session:
        key = keys.find_embed_key(session, key_id)
    assert keys.secret_of(key, Secrets(NEW)).decode() == secret

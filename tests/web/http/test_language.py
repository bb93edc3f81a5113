"""The language of a page is the user's, then the org's, then the browser's."""

import pytest
from sqlalchemy.exc import OperationalError

from dashapp.dashboards.provision import provision
from dashapp.domain.language import LANGUAGES, current_language
from dashapp.store.orgs import orgs
from dashapp.store.people import users
from tests import factories
from tests.factories import event, hidden_value, send
from tests.templates import CONVERSATIONS

PAGE = "/app/acme/operations"
PORTUGUESE = {"Accept-Language": "pt-BR,pt;q=0.9,en;q=0.5"}


def language_of(response) -> str:
    return response.text.split('<html lang="')[1].split('"')[0]


@pytest.fixture
def spanish_org(store, acme):
    with store.write_shared() as session:
        orgs.set_org(session, acme, locale="es")


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


def choose_language(client, tag: str, **fields):
    token = hidden_value(client.get(PAGE).text, "csrf_token")
    return client.post(
        "/language", data={"csrf_token": token, "language": tag, "next": PAGE, **fields}
    )


@pytest.mark.parametrize(
    ("accept_language", "tag", "text"),
    [
        ("es-MX,es;q=0.9", "es", "Iniciar sesión"),
        ("es-MX,en-US;q=0.8", "es", "Iniciar sesión"),
        ("pt-PT,pt;q=0.9,en;q=0.8", "pt-BR", "Entrar"),
        ("de,es-419;q=0.5,en;q=0.1", "es", "Iniciar sesión"),
        ("pt-BR", "pt-BR", "Entrar"),
        ("en-GB", "en", "Sign in"),
        ("fr,de;q=0.5", "en", "Sign in"),
        ("", "en", "Sign in"),
        (";;;=,q", "en", "Sign in"),
    ],
)
def test_an_anonymous_page_is_in_the_browsers_language(server, accept_language, tag, text):
    response = server.test_client().get("/login", headers={"Accept-Language": accept_language})

    assert language_of(response) == tag
    assert text in response.text


def test_the_orgs_language_takes_precedence_over_the_browsers(ada, spanish_org):
    response = ada.get(PAGE, headers=PORTUGUESE)

    assert language_of(response) == "es"
    assert "Operaciones" in response.text


def test_the_users_language_takes_precedence_over_the_orgs(ada, spanish_org):
    assert choose_language(ada, "pt-BR").headers["Location"] == PAGE

    assert language_of(ada.get(PAGE)) == "pt-BR"
    assert "Operações" in ada.get(PAGE).text


@pytest.mark.parametrize("tag", ["fr", "", "EN", "../../etc"])
def test_an_unknown_language_is_refused(ada, tag):
    assert choose_language(ada, tag).status_code == 400
    assert language_of(ada.get(PAGE)) == "en"


def test_choosing_a_language_needs_a_login_and_a_csrf_token(server, ada, store):
    assert server.test_client().post("/language", data={"language": "es"}).status_code == 400
    assert choose_language(ada, "es", csrf_token="x").status_code == 400
    assert language_of(ada.get(PAGE)) == "en"


def test_choosing_a_language_never_redirects_to_another_site(ada):
    assert choose_language(ada, "es", next="https://evil.example/").headers["Location"] == "/"


@pytest.mark.both_databases
def test_a_stored_language_that_no_longer_exists_is_ignored(ada, store):
    with store.write_shared() as session:
        user = users.find_user(session, "ada@example.com")
        users.set_locale(session, user.id, "tlh")

    assert ada.get(PAGE, headers=PORTUGUESE).status_code == 200


def test_a_boards_layout_and_numbers_are_in_the_orgs_language(ada, store, acme, spanish_org):
    send(store, acme, [event("validation_run.created", "2026-11-20T09:00:00Z", user="u")])

    layout = str(ada.get(f"{PAGE}/_dash-layout").json)
    response = factories.refresh(ada)

    for text in ("Últimos 7 días", "Número de validaciones", "Eventos"):
        assert text in layout
    assert response.json["response"]["dates"]["children"] == "14 – 20 de noviembre"
    assert response.json["response"]["as-of"]["children"] == "Actualizado: 09:30"
    assert "Sin comparación" in response.text
    figure = response.json["response"]['{"slug":"events-time-series","type":"figure"}']["figure"]
    assert figure["layout"]["separators"] == ",."
    assert figure["layout"]["meta"]["series"][0]["name"] == "Eventos"
    assert figure["layout"]["meta"]["labels"][0] == "sáb 14 de noviembre"


def test_assets_and_health_checks_do_not_look_up_a_language(ada, server, monkeypatch):
    monkeypatch.setattr("dashapp.web.http.language._preferred_language", lambda: 1 / 0)

    for path in ("/livez", "/_dash/assets/page.css"):
        with ada.get(path) as response:
            assert response.status_code == 200


def test_the_language_is_not_looked_up_after_the_database_has_failed(ada, monkeypatch):
    from dashapp.web.http import language

    def raise_error(*_args):
        raise OperationalError("x", {}, Exception("gone"))

    url = f"{PAGE}?time_range=7d"
    monkeypatch.setattr("dashapp.web.access.people.login_sessions.find_session", raise_error)
    lookups = []
    monkeypatch.setattr(language, "_preferred_language", lambda: lookups.append(1))
    response = ada.get(url, headers=PORTUGUESE)

    assert response.status_code == 503
    assert lookups == []
    assert "Temporariamente indisponível" in response.text


def test_a_boards_errors_are_in_the_orgs_language(ada, spanish_org):
    response = factories.refresh(ada, search="?as_of=ayer")

    assert response.json["error"]["message"].startswith("«ayer» no es una fecha y hora válida.")


def test_an_error_page_is_in_the_orgs_language(ada, spanish_org, server):
    assert "Página no encontrada" in ada.get("/app/acme/nothing").text
    assert "Nada" not in ada.get("/app/acme/nothing", headers=PORTUGUESE).text
    response = server.test_client().get("/nothing", headers=PORTUGUESE)
    assert language_of(response) == "pt-BR"


def test_another_orgs_language_is_not_revealed(store, ada, rival):
    with store.write_shared() as session:
        orgs.set_org(session, rival, locale="es")

    assert language_of(ada.get("/app/rival/operations")) == "en"


def test_a_refused_login_is_in_the_browsers_language(server):
    client = server.test_client()
    response = client.post(
        "/login", data=factories.login_form(client, "nobody@example.com", "x"), headers=PORTUGUESE
    )

    assert "E-mail ou senha incorretos." in response.text


def test_titles_in_the_api_are_in_the_orgs_language(server, store, acme, spanish_org):
    _, secret = factories.add_key(store, acme)
    provision(store, acme, CONVERSATIONS, now=1)
    headers = {"Authorization": f"Bearer {secret}"}
    client = server.test_client()

    dashboards = client.get("/api/v1/dashboards", headers=headers).json["dashboards"]
    assert dashboards == [
        {"slug": "operations", "title": "Operaciones", "project": None},
        {"slug": "conversations", "title": "Conversaciones", "project": "default"},
    ]
    panels = client.get("/api/v1/dashboards/conversations/data", headers=headers).json["panels"]
    assert [panel["title"] for panel in panels] == [
        "Términos de búsqueda", "Productos añadidos al carrito",
    ]  # fmt: skip


def test_the_next_request_does_not_inherit_the_language(ada, spanish_org, server):
    ada.get(PAGE)

    assert current_language().tag == "en"
    assert language_of(server.test_client().get("/login")) == "en"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_page_exists_in_every_language(ada, tag):
    choose_language(ada, tag)

    for path in (PAGE, f"{PAGE}/layout", "/app/acme/nothing", "/nothing"):
        assert language_of(ada.get(path)) == tag

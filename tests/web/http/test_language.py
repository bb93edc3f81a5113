"""Whose language a page is in: the person's, then the org's, then the browser's."""

import pytest
from sqlalchemy.exc import OperationalError

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.provision import provision
from dashapp.domain.language import LANGUAGES, current_language
from dashapp.store.orgs import orgs
from dashapp.store.people import users
from tests import factories
from tests.factories import event, hidden_value, send

PAGE = "/app/acme/operations"
PORTUGUESE = {"Accept-Language": "pt-BR,pt;q=0.9,en;q=0.5"}


def language_of(answer) -> str:
    return answer.text.split('<html lang="')[1].split('"')[0]


@pytest.fixture
def spanish_org(store, acme):
    with store.changing() as session:
        orgs.set_org(session, acme.org_id, locale="es")


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


def choose(client, tag: str, **more):
    token = hidden_value(client.get(PAGE).text, "csrf_token")
    return client.post(
        "/language", data={"csrf_token": token, "language": tag, "next": PAGE, **more}
    )


@pytest.mark.parametrize(
    ("asked", "tag", "words"),
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
def test_a_page_of_nobody_is_in_the_browsers_language(server, asked, tag, words):
    answer = server.test_client().get("/login", headers={"Accept-Language": asked})

    assert language_of(answer) == tag
    assert words in answer.text


def test_the_org_goes_before_the_browser(ada, spanish_org):
    answer = ada.get(PAGE, headers=PORTUGUESE)

    assert language_of(answer) == "es"
    assert "Operaciones" in answer.text


def test_the_person_goes_before_the_org(ada, spanish_org):
    assert choose(ada, "pt-BR").headers["Location"] == PAGE

    assert language_of(ada.get(PAGE)) == "pt-BR"
    assert "Operações" in ada.get(PAGE).text


@pytest.mark.parametrize("tag", ["fr", "", "EN", "../../etc"])
def test_a_language_that_is_not_there_is_refused(ada, tag):
    assert choose(ada, tag).status_code == 400
    assert language_of(ada.get(PAGE)) == "en"


def test_choosing_needs_a_person_and_the_page_s_token(server, ada, store):
    assert server.test_client().post("/language", data={"language": "es"}).status_code == 400
    assert choose(ada, "es", csrf_token="x").status_code == 400
    assert language_of(ada.get(PAGE)) == "en"


def test_a_choice_leads_nowhere_else(ada):
    assert choose(ada, "es", next="https://evil.example/").headers["Location"] == "/"


def test_a_language_that_was_removed_since_is_not_a_fault(ada, store):
    with store.changing() as session:
        who = users.find_user(session, "ada@example.com")
        users.set_locale(session, who.id, "tlh")

    assert ada.get(PAGE, headers=PORTUGUESE).status_code == 200


def test_a_board_speaks_it_in_its_frame_and_in_its_numbers(ada, store, acme, spanish_org):
    send(store, acme, [event("validation_run.created", "2026-11-20T09:00:00Z", user="u")])

    frame = str(ada.get(f"{PAGE}/_dash-layout").json)
    answer = factories.refresh(ada)

    for words in ("Últimos 7 días", "Número de validaciones", "Eventos"):
        assert words in frame
    assert answer.json["response"]["dates"]["children"] == "14 – 20 de noviembre"
    assert answer.json["response"]["as-of"]["children"] == "actualizado: 09:30"
    assert "Sin comparación" in answer.text
    figure = answer.json["response"]['{"slug":"events-time-series","type":"figure"}']["figure"]
    assert figure["layout"]["separators"] == ",."
    assert figure["layout"]["meta"]["series"][0]["name"] == "Eventos"
    assert figure["layout"]["meta"]["labels"][0] == "sáb 14 de noviembre de 2026"


def test_scripts_and_probes_ask_nobody_for_a_language(ada, server, monkeypatch):
    monkeypatch.setattr("dashapp.web.http.language._chosen", lambda: 1 / 0)

    for path in ("/livez", "/_dash/assets/20-page.css"):
        with ada.get(path) as answer:
            assert answer.status_code == 200


def test_a_database_that_has_just_failed_is_not_asked_for_a_language(ada, monkeypatch):
    from dashapp.web.http import language

    def fails(*_args):
        raise OperationalError("x", {}, Exception("gone"))

    page = f"{PAGE}?time_range=7d"
    monkeypatch.setattr("dashapp.web.access.people.login_sessions.find_session", fails)
    asked = []
    monkeypatch.setattr(language, "_chosen", lambda: asked.append(1))
    answer = ada.get(page, headers=PORTUGUESE)

    assert answer.status_code == 503
    assert asked == []
    assert "Voltamos em instantes" in answer.text


def test_an_error_on_a_board_is_told_in_it(ada, spanish_org):
    answer = factories.refresh(ada, search="?as_of=ayer")

    assert answer.json["error"]["message"].startswith("«ayer» no es una fecha y hora válida.")


def test_an_error_page_is_in_it(ada, spanish_org, server):
    assert "Aquí no hay nada" in ada.get("/app/acme/nothing").text
    assert "Nada" not in ada.get("/app/acme/nothing", headers=PORTUGUESE).text
    answer = server.test_client().get("/nothing", headers=PORTUGUESE)
    assert language_of(answer) == "pt-BR"


def test_an_org_that_is_not_mine_does_not_say_its_language(store, ada, rival):
    with store.changing() as session:
        orgs.set_org(session, rival.org_id, locale="es")

    assert language_of(ada.get("/app/rival/operations")) == "en"


def test_a_refused_login_is_told_in_it(server):
    client = server.test_client()
    answer = client.post(
        "/login", data=factories.login_form(client, "nobody@example.com", "x"), headers=PORTUGUESE
    )

    assert "E-mail e senha não conferem." in answer.text


def test_titles_of_the_api_are_in_the_orgs_language(server, store, acme, spanish_org):
    _, secret = factories.add_key(store, acme)
    provision(store, acme, CONVERSATIONS, now=1)
    ask = {"Authorization": f"Bearer {secret}"}
    client = server.test_client()

    listed = client.get("/api/v1/dashboards", headers=ask).json["dashboards"]
    assert listed == [
        {"slug": "operations", "title": "Operaciones", "project": None},
        {"slug": "conversations", "title": "Conversaciones", "project": "default"},
    ]
    panels = client.get("/api/v1/dashboards/conversations/data", headers=ask).json["panels"]
    assert [panel["title"] for panel in panels] == [
        "Términos de búsqueda", "Productos añadidos al carrito",
    ]  # fmt: skip


def test_the_next_request_does_not_inherit_it(ada, spanish_org, server):
    ada.get(PAGE)

    assert current_language().tag == "en"
    assert language_of(server.test_client().get("/login")) == "en"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_page_is_there_in_every_language(ada, tag):
    choose(ada, tag)

    for path in (PAGE, f"{PAGE}/layout", "/app/acme/nothing", "/nothing"):
        assert language_of(ada.get(path)) == tag

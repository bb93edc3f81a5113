"""Saved views over HTTP: what is kept of an address, who may ask, and what is refused."""

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.access.saved_views import MAX_NAME
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.people import users
from tests import factories
from tests.embedding import SHELL, bearer, exchange

URL = "/app/acme/operations/views"
WEEK = "time_range=7d&tz=Europe%2FBerlin&compare=year&filter=channel%3Aapi&filter=user%3Aada"


def token_of(client, page="/app/acme/operations") -> str:
    return factories.hidden_value(client.get(page).text, "csrf_token")


def post(client, path="", **fields):
    return client.post(f"{URL}{path}", data={"csrf_token": token_of(client), **fields})


def save(client, name="Rice", search=WEEK):
    return post(client, name=name, search=search)


def views(client) -> list[dict]:
    return client.get(URL).json["views"]


@pytest.mark.both_databases
def test_a_view_is_saved_listed_changed_and_deleted(bea):
    saved = save(bea)
    assert (saved.status_code, saved.json["name"], saved.json["search"]) == (201, "Rice", WEEK)
    assert views(bea) == [saved.json]

    path = f"/{saved.json['id']}"
    renamed = post(bea, path, name="  Rice \t pudding ")
    assert renamed.json == {**saved.json, "name": "Rice pudding"}
    overwritten = post(bea, path, search="?time_range=30d")
    assert overwritten.json == {**renamed.json, "search": "time_range=30d"}
    assert views(bea) == [overwritten.json]

    assert post(bea, f"{path}/delete").json == {}
    assert views(bea) == []
    for again in (f"{path}/delete", path):
        assert post(bea, again, name="Rice").status_code == 404


def test_only_parameters_of_a_view_are_saved(bea):
    address = "?time_range=7d&refresh=1m&panel=total-errors&org=rival&next=//evil.example&tz="

    assert save(bea, search=address).json["search"] == "time_range=7d"


def test_which_fields_may_be_filtered_is_judged_when_the_view_is_opened(bea):
    """Panels come and go; the board then says what it says to any other address."""
    assert save(bea, search="filter=properties.secret%3Ax").status_code == 201


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"name": ""}, 400, "Write a name."),
        ({"name": " \n "}, 400, "Write a name."),
        ({}, 400, "Write a name."),
        ({"name": "x" * (MAX_NAME + 1)}, 400, "at most 60 characters"),
        ({"name": "a\x00b"}, 400, "control characters"),
        ({"name": "a\u202eb"}, 400, "control characters"),
        ({"name": "a", "search": "filter=channel"}, 400, ""),
        ({"name": "a", "search": "from=yesterday&to=x"}, 400, ""),
        ({"name": "a", "search": "tz=Nowhere"}, 400, ""),
        ({"name": "a", "search": "&".join(f"a{n}=1" for n in range(60))}, 400, "too many"),
        ({"name": "a", "search": f"time_range={'x' * 9000}"}, 413, "too many filters"),
        ({"name": "a", "search": "x" * 70_000}, 413, "too large"),
    ],
)
def test_invalid_input_is_refused(bea, fields, status, message):
    response = post(bea, **fields)

    assert response.status_code == status
    assert message in response.json["error"]["message"]
    assert views(bea) == []


@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/delete"])
@pytest.mark.parametrize("token", ["", "forged"])
def test_each_change_needs_the_token_of_the_page(bea, path, token):
    view = save(bea).json
    fields = {"csrf_token": token, "name": "Other", "search": ""}

    response = bea.post(URL + path.format(**view), data=fields)

    assert response.status_code == 400
    assert "expired" in response.json["error"]["message"]
    assert views(bea) == [view]


def test_two_views_of_a_dashboard_have_different_names(bea):
    view = save(bea).json

    response = save(bea, search="time_range=30d")

    assert response.status_code == 409
    error = response.json["error"]
    assert (error["code"], error["id"]) == ("name_taken", view["id"])
    assert error["message"] == "You have a view named “Rice” here already."


def test_views_are_a_persons_own(bea, browser):
    ada, view = browser("ada@example.com"), save(bea).json

    assert views(ada) == []
    for path in (f"/{view['id']}", f"/{view['id']}/delete"):
        assert post(ada, path, name="Mine").status_code == 404
    assert save(ada).status_code == 201
    assert views(bea) == [view]


def test_views_are_closed_to_strangers_former_members_and_programs(bea, store, acme, client):
    view = save(bea).json
    with store.write_shared() as session:
        user = users.find_user(session, "bea@example.com")
        users.delete_membership(session, acme, user.id)

    assert bea.get(URL).status_code == 404
    for headers in ({}, bearer(factories.add_key(store, acme, KeyKind.READ)[1])):
        for method, path in (("GET", ""), ("POST", ""), ("POST", f"/{view['id']}/delete")):
            response = client.open(URL + path, method=method, headers=headers)
            assert (response.status_code, response.json["error"]["code"]) == (401, "unauthorized")


def test_people_without_dashboards_have_no_views(browser, store, acme):
    factories.add_user(store, "mia@example.com", (acme, Role.MEMBER))

    assert browser("mia@example.com").get(URL).status_code == 403


def test_a_board_has_the_menu_and_an_embedded_one_has_not(bea, client, signer):
    headers = bearer(exchange(client, signer.token()).json["token"])

    assert "'data-do': 'views'" in str(bea.get("/app/acme/operations/_dash-layout").json)
    assert "'data-do': 'views'" not in str(
        client.get(f"{SHELL}/_dash-layout", headers=headers).json
    )

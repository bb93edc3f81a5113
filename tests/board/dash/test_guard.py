"""Whatever a browser sends gets a refresh or a 400, never a 5xx."""

import json
import random
from copy import deepcopy

import pytest

from dashapp.domain.access.roles import Role
from tests import factories
from tests.effort import scaled
from tests.factories import refresh_body

BODIES = scaled(400)
URL = "/app/acme/operations/_dash-update-component"
ODD_VALUES = (None, True, False, 0, -1, 2**70, 1.5, "", "x", "\x00", "\ud800", "?" * 3000, "../../rival",
       [], {}, [[]], {"a": {"b": {}}}, [None] * 200, "NaN", "rival", {"type": "panel", "slug": "*"},
       ["ALL"], "?tz=../x", "?as_of=\x00", "?from=1&to=2", "%ff", "?time_range=" + "7" * 500)  # fmt: skip


@pytest.fixture
def client(store, acme, rival):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store).test_client()
    factories.login(client, "ada@example.com")
    return client


def paths(node, path=()):
    """Yield the path of every value in a body."""
    yield path
    items = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in items:
        yield from paths(value, (*path, key))


def mutate(body, rng: random.Random):
    """Make one to three random changes: replace, delete, or duplicate a value."""
    for _ in range(rng.randint(1, 3)):
        path = rng.choice([candidate for candidate in paths(body) if candidate])
        parent = body
        for key in path[:-1]:
            parent = parent[key]
        choice = rng.random()
        if choice < 0.6:
            parent[path[-1]] = deepcopy(rng.choice(ODD_VALUES))
        elif choice < 0.8:
            del parent[path[-1]]
        elif isinstance(parent, list):
            parent.append(deepcopy(parent[path[-1]]))
        else:
            parent[str(rng.choice(ODD_VALUES))] = parent[path[-1]]
    return body


@pytest.mark.both_databases
def test_mutated_bodies_get_no_5xx(client):
    rng = random.Random(20261121)
    statuses: dict[int, int] = {}
    for number in range(BODIES):
        body = mutate(refresh_body(), rng)
        response = client.post(URL, data=json.dumps(body), content_type="application/json")
        statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
        if number % 100 == 0:
            assert client.post(URL, json=refresh_body()).status_code == 200

    assert set(statuses) == {200, 400}
    assert statuses[400] > BODIES // 2
    assert statuses[200] > BODIES // 40


def test_without_the_guard_there_are_5xx(store, acme, monkeypatch):
    """A planted fault: without the guard, Dash answers mutated bodies with 500."""
    monkeypatch.setattr("dashapp.board.dash.guard.check", lambda *_: None)
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store).test_client()
    factories.login(client, "ada@example.com")
    rng = random.Random(1)

    statuses = {
        client.post(URL, data=json.dumps(mutate(refresh_body(), rng)), content_type="application/json").status_code
        for _ in range(60)
    }  # fmt: skip

    assert 500 in statuses


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"null", "application/json"),
        (b"[]", "application/json"),
        (b"NaN", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 60_000, "application/json"),
        (b'{"output": "no.such"}', "application/json"),
        (b"x" * 70_000, "application/json"),
        (json.dumps({}).encode(), "text/plain"),
        (b"a=b", "application/x-www-form-urlencoded"),
    ],
)
def test_a_malformed_body_is_a_400(client, data, content_type):
    assert client.post(URL, data=data, content_type=content_type).status_code == 400


def test_a_thousand_panels_are_refused(client):
    body = refresh_body(panels=[f"p{n}" for n in range(1000)], figures=[])

    assert client.post(URL, json=body).status_code == 400


def test_a_duplicate_panel_is_refused(client):
    body = refresh_body(panels=["total-errors", "total-errors"], figures=[])

    assert client.post(URL, json=body).status_code == 400


def test_a_chart_without_its_panel_is_refused(client):
    body = refresh_body(panels=["total-errors"], figures=["events-time-series"])

    assert client.post(URL, json=body).status_code == 400


def test_invalid_panel_states_from_the_browser_are_accepted(client):
    body = refresh_body(view="x" * 1999, states=["owner", "../", "", "ready"])

    assert client.post(URL, json=body).status_code == 200


def test_clientside_callbacks_do_not_run_on_the_server(client):
    for name in ("url.search", "tick.disabled"):
        assert client.post(URL, json={**refresh_body(), "output": name}).status_code == 400


@pytest.mark.parametrize("depth", [500, 990, 1000, 1010, 1020, 5000])
def test_a_deeply_nested_extra_field_is_not_a_5xx(client, depth):
    body = json.dumps(refresh_body())[:-1] + ', "x": ' + "[" * depth + "]" * depth + "}"

    assert client.post(URL, data=body, content_type="application/json").status_code in {200, 400}


def test_a_url_with_too_many_parameters_is_a_400(client):
    search = "?" + "&".join(f"a{n}=1" for n in range(200))

    assert client.post(URL, json=refresh_body(search=search)).status_code == 400
    assert client.get(f"/app/acme/operations{search}").status_code == 400
    assert client.get(f"/app/acme/operations/_dash-layout{search}").status_code == 400

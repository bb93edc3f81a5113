"""The description of the API is true: what it says is sent, and answered, on both databases."""

import json
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from schemathesis import checks as known

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from tests import factories

EXAMPLES = int(os.environ.get("DASHAPP_API_EXAMPLES", "60"))  # an operation and database
HEADER = "Authorization"


@schemathesis.serializer("application/x-ndjson")
def as_lines(_context, value):
    return value.encode(errors="replace") if isinstance(value, str) else b""


@pytest.fixture
def keys(store, acme):
    return {kind: factories.add_key(store, acme, kind)[1] for kind in KeyKind}


@pytest.fixture
def api(store, acme):
    """The description, loaded from the server that it describes."""
    factories.send(store, acme, [factories.event("validation_run.created") for _ in range(3)])
    app = factories.app(store)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


# Hypothesis asks whether anybody threw the program's dice meanwhile; a thread of another test may.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")


def exercise(operation, headers, places) -> list[int]:
    """Ask one operation with what fits its description, and with what does not; the statuses."""
    statuses = []
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    fixed = {"path_parameters": places} if places else {}
    strategy = st.one_of(operation.as_strategy(generation_mode=mode, **fixed) for mode in modes)

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def ask(case):
        response = case.call(headers=headers)
        case.validate_response(
            response,
            checks=[
                known.not_a_server_error,
                known.status_code_conformance,
                known.content_type_conformance,
                known.response_schema_conformance,
            ],
        )
        statuses.append(response.status_code)

    ask()
    return statuses


@pytest.mark.parametrize(
    ("path", "method", "kind", "places"),
    [
        ("/api/v1/events", "POST", KeyKind.INGEST, {}),
        ("/api/v1/dashboards", "GET", KeyKind.READ, {}),
        ("/api/v1/dashboards/{dashboard}/data", "GET", KeyKind.READ, {}),
        ("/api/v1/dashboards/{dashboard}/data", "GET", KeyKind.READ, {"dashboard": "operations"}),
        (
            "/api/v1/dashboards/{dashboard}/panels/{widget}.csv",
            "GET",
            KeyKind.READ,
            {"dashboard": "operations", "widget": "total-errors"},
        ),
        (
            "/api/v1/dashboards/{dashboard}/panels/{widget}.json",
            "GET",
            KeyKind.READ,
            {"dashboard": "operations", "widget": "total-errors"},
        ),
    ],
)
def test_the_api_answers_as_it_is_described(api, keys, path, method, kind, places):
    plain = {"Accept-Encoding": "identity"}  # schemathesis does not unpack what it asks for
    headers = {HEADER: f"Bearer {keys[kind]}", **plain}
    statuses = exercise(api[path][method], headers, places)

    assert len(statuses) >= EXAMPLES // 2
    assert ("{" in path and not places) or {200, 207} & set(statuses)


def test_every_operation_is_exercised(api):
    described = {(path, method.upper()) for path, methods in api.raw_schema["paths"].items() for method in methods}  # fmt: skip

    assert len(described) == 5


def test_every_route_of_the_api_is_described(api, store):
    routes = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in factories.app(store).url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "openapi.openapi"
    }

    assert routes == set(api.raw_schema["paths"])


def test_the_numbers_fit_their_description(store, acme, api):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store).test_client()
    factories.login(client, "ada@example.com")
    schema = {**api.raw_schema["components"]["schemas"]["Data"], "components": api.raw_schema["components"]}  # fmt: skip

    answer = client.get("/api/v1/dashboards/operations/data?org=acme&time_range=7d").json

    Draft202012Validator(schema).validate(answer)
    broken = {**answer, "panels": [{"slug": 1}]}
    assert not Draft202012Validator(schema).is_valid(broken)


def test_the_description_can_be_read_by_anybody(api, store):
    answer = factories.app(store).test_client().get("/api/v1/openapi.json")

    assert answer.json["openapi"] == "3.1.0"
    event = answer.json["components"]["schemas"]["Event"]
    assert event["required"] == ["id", "type"]
    assert event["additionalProperties"] is False
    assert json.loads(answer.text) == api.raw_schema

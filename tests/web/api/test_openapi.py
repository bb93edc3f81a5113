"""The API behaves as its OpenAPI description says, on both databases."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from schemathesis import checks as schema_checks

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import ORG_KINDS, KeyKind
from tests import factories
from tests.effort import scaled

EXAMPLES = scaled(25)  # per operation and database
HEADER = "Authorization"
OPERATIONS = {"path_parameters": {"dashboard": "operations"}}
ERRORS = {"path_parameters": {"dashboard": "operations", "widget": "total-errors"}}


ORG = {"path_parameters": {"org": "acme"}}
CONTROL = "/api/v1/orgs/{org}"
SESSION = {"dashboard": "operations", "viewer": "u-7"}


def of_acme(**more) -> dict:
    return {"path_parameters": {"org": "acme", **more}}


@schemathesis.serializer("application/x-ndjson")
def serialize_ndjson(_context, value):
    return value.encode(errors="replace") if isinstance(value, str) else b""


@pytest.fixture
def secrets(store, acme):
    of_org = {kind: factories.add_key(store, acme, kind)[1] for kind in ORG_KINDS}
    return {**of_org, KeyKind.ADMIN: factories.add_installation_key(store)}


@pytest.fixture
def api(store, acme):
    """The OpenAPI description, loaded from the server."""
    factories.send(store, acme, [factories.event("validation_run.created") for _ in range(3)])
    app = factories.app(store)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


# Hypothesis warns when the global random state changes; a thread of another test may do that.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")


def exercise(operation, headers, fixed) -> list[int]:
    """Send valid and invalid requests, with these parts fixed; return the statuses."""
    statuses = []
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    strategy = st.one_of(operation.as_strategy(generation_mode=mode, **fixed) for mode in modes)

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def send_request(case):
        response = case.call(headers=headers)
        case.validate_response(
            response,
            checks=[
                schema_checks.not_a_server_error,
                schema_checks.status_code_conformance,
                schema_checks.content_type_conformance,
                schema_checks.response_schema_conformance,
            ],
        )
        statuses.append(response.status_code)

    send_request()
    return statuses


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("path", "method", "kind", "fixed"),
    [
        ("/api/v1/events", "POST", KeyKind.INGEST, {}),
        ("/api/v1/dashboards", "GET", KeyKind.READ, {}),
        ("/api/v1/schema", "GET", KeyKind.READ, {}),
        ("/api/v1/metrics", "GET", KeyKind.READ, {}),
        ("/api/v1/query", "POST", KeyKind.READ, {}),
        ("/api/v1/query", "POST", KeyKind.READ, {"body": {"metric": "events", "shape": "series"}}),
        ("/api/v1/dashboards/{dashboard}/data", "GET", KeyKind.READ, {}),
        ("/api/v1/dashboards/{dashboard}/data", "GET", KeyKind.READ, OPERATIONS),
        (
            "/api/v1/dashboards/{dashboard}/panels/{widget}.csv",
            "GET",
            KeyKind.READ,
            ERRORS,
        ),
        (
            "/api/v1/dashboards/{dashboard}/panels/{widget}.json",
            "GET",
            KeyKind.READ,
            ERRORS,
        ),
        ("/api/v1/orgs", "GET", KeyKind.ADMIN, {}),
        (CONTROL, "GET", KeyKind.ADMIN, ORG),
        (CONTROL, "PUT", KeyKind.ADMIN, ORG),
        (CONTROL, "PUT", KeyKind.ADMIN, {}),
        (CONTROL, "DELETE", KeyKind.ADMIN, {**ORG, "query": {"confirm": "acme"}}),
        ("/api/v1/removals/{removal}", "GET", KeyKind.ADMIN, {}),
        (f"{CONTROL}/keys", "GET", KeyKind.ADMIN, ORG),
        (f"{CONTROL}/keys", "POST", KeyKind.ADMIN, ORG),
        (f"{CONTROL}/keys/{{key}}", "DELETE", KeyKind.ADMIN, ORG),
        (f"{CONTROL}/members", "GET", KeyKind.ADMIN, ORG),
        (f"{CONTROL}/members/{{email}}", "PUT", KeyKind.ADMIN, of_acme(email="a@x.example")),
        (f"{CONTROL}/members/{{email}}", "DELETE", KeyKind.ADMIN, of_acme(email="a@x.example")),
        (f"{CONTROL}/origins", "GET", KeyKind.ADMIN, ORG),
        (f"{CONTROL}/origins", "PUT", KeyKind.ADMIN, ORG),
        (f"{CONTROL}/boards", "GET", KeyKind.ADMIN, ORG),
        (f"{CONTROL}/boards/{{board}}", "PUT", KeyKind.ADMIN, of_acme(board="conversations")),
        (f"{CONTROL}/boards/{{board}}", "DELETE", KeyKind.ADMIN, of_acme(board="operations")),
        (f"{CONTROL}/audit", "GET", KeyKind.ADMIN, ORG),
        ("/api/v1/audit", "GET", KeyKind.ADMIN, {}),
        ("/api/v1/usage", "GET", KeyKind.ADMIN, {"query": {"month": "2026-11"}}),
        ("/api/v1/events", "POST", KeyKind.ADMIN, {}),
        (f"{CONTROL}/embed-sessions", "POST", KeyKind.ADMIN, {**ORG, "body": SESSION}),
        (f"{CONTROL}/users/{{user}}/events", "GET", KeyKind.ADMIN, of_acme(user="u")),
        (f"{CONTROL}/users/{{user}}", "DELETE", KeyKind.ADMIN, of_acme(user="u")),
        (f"{CONTROL}/events/{{event}}", "DELETE", KeyKind.ADMIN, of_acme(event="e")),
        (f"{CONTROL}/export", "GET", KeyKind.ADMIN, {**ORG, "query": {"format": "csv"}}),
    ],
)
def test_the_api_matches_its_description(api, secrets, path, method, kind, fixed):
    no_compression = {"Accept-Encoding": "identity"}  # schemathesis does not decompress responses
    headers = {HEADER: f"Bearer {secrets[kind]}", **no_compression}
    statuses = exercise(api[path][method], headers, fixed)

    assert len(statuses) >= EXAMPLES // 2
    needs_a_name = "{" in path or path == "/api/v1/query"
    assert (needs_a_name and not fixed) or {200, 201, 202, 204, 207, 404, 409} & set(statuses)


def test_every_operation_is_exercised(api):
    described = {(path, method.upper()) for path, methods in api.raw_schema["paths"].items() for method in methods}  # fmt: skip

    assert len(described) == 32


def test_every_route_of_the_api_is_described(api, store):
    routes = {
        rule.rule.replace("<path:", "<").replace("<", "{").replace(">", "}")
        for rule in factories.app(store).url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "openapi.openapi"
    }

    assert routes == set(api.raw_schema["paths"])


def test_the_numbers_match_their_schema(store, acme, api):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store).test_client()
    factories.login(client, "ada@example.com")
    schema = {**api.raw_schema["components"]["schemas"]["Data"], "components": api.raw_schema["components"]}  # fmt: skip

    response = client.get("/api/v1/dashboards/operations/data?org=acme&time_range=7d").json

    Draft202012Validator(schema).validate(response)
    broken = {**response, "panels": [{"slug": 1}]}
    assert not Draft202012Validator(schema).is_valid(broken)


def test_anyone_can_read_the_description(api, store):
    response = factories.app(store).test_client().get("/api/v1/openapi.json")

    assert response.json["openapi"] == "3.1.0"
    event = response.json["components"]["schemas"]["Event"]
    assert event["required"] == ["id", "type"]
    assert event["additionalProperties"] is False
    assert json.loads(response.text) == api.raw_schema

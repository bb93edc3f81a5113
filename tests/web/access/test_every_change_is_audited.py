"""Each route that changes an org leaves one entry in its audit: no route is forgotten."""

import re
from io import BytesIO

import pytest

from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.people import users
from tests import factories
from tests.embedding import bearer
from tests.factories import event, hidden_value, send
from tests.web.pages.settings.test_general import VALUES, png

SETTINGS, CONTROL = "/app/<org>/settings", "/api/v1/orgs/<org>"
BOARD = "/app/<org>/<dashboard>"
# In this order; {…} is found on the page that the form before has answered with.
FORMS = [
    ("/general", VALUES),
    ("/general/logo", {"logo": (BytesIO(png()), "logo.png")}),
    ("/general/logo/remove", {}),
    ("/dashboards", {"title": "Returns", "board": "", "project": "default"}),
    ("/dashboards/returns/rename", {"title": "Back", "version": "1"}),
    ("/dashboards/returns/duplicate", {"title": "Night", "version": "2"}),
    ("/dashboards/returns/default", {"before": "operations"}),
    ("/dashboards/night/delete", {"version": "1"}),
    ("/data/erase", {"user": "u", "confirmation": "u"}),
    ("/data/export", {"format": "csv"}),
    ("/embedding/origins", {"origin": "https://shop.example"}),
    ("/embedding/origins/remove", {"origin": "https://shop.example"}),
    ("/members", {"email": "mia@example.com", "role": "AUTHOR"}),
    ("/members/invitations/{invitation}/resend", {}),
    ("/members/invitations/{invitation}/revoke", {}),
    ("/members/{max}/role", {"role": "AUTHOR"}),
    ("/members/{max}/remove", {}),
    ("/keys", {"name": "shop", "kind": "read"}),
    ("/keys/{key}/revoke", {}),
]
CALLS = [
    ("PUT", "", {"name": "Acme Foods"}),
    ("POST", "/keys", {"kind": "read", "name": "shop"}),
    ("DELETE", "/keys/{id}", None),
    ("PUT", "/members/mia@example.com", {"role": "AUTHOR"}),
    ("DELETE", "/members/mia@example.com", None),
    ("PUT", "/origins", {"origins": ["https://shop.example"]}),
    ("PUT", "/boards/conversations", None),
    ("DELETE", "/boards/conversations", None),
    ("POST", "/embed-sessions", {"dashboard": "operations", "viewer": "v"}),
    ("DELETE", "/events/e", None),
]
ELSEWHERE = {  # tested where the reason says
    "POST /app/<org>/settings/data/imports/<import_id>/undo": "needs an import: test_data_page",
    "POST /app/<org>/settings/general/delete": "is in the audit of the installation: test_deletion",
    "POST /app/<org>/settings/sign-on": "needs a provider that runs: test_only_way",
    "POST /app/<org>/settings/sign-on/test": "changes nothing",
    "POST /app/<org>/settings/sign-on/only-way": "needs a session of the provider: test_only_way",
    "POST /app/<org>/settings/sign-on/remove": "needs a provider: test_only_way",
    "DELETE /api/v1/orgs/<org>": "is in the audit of the installation: test_parts_of_an_org",
    "DELETE /api/v1/orgs/<org>/users/<path:user>": "asked for and done, two: test_persons",
    f"POST {BOARD}/layout": "needs panels: test_arranging",
    f"POST {BOARD}/edit": "needs panels: test_editing",
    f"POST {BOARD}/edit/preview": "changes nothing",
    f"POST {BOARD}/_dash-update-component": "changes nothing",
    f"POST {BOARD}/views": "the person's own: nobody else sees it, and it shows no other rows",
    f"POST {BOARD}/views/<view_id>": "the person's own",
    f"POST {BOARD}/views/<view_id>/delete": "the person's own",
}


@pytest.fixture
def count(store, acme):
    """Return a function that returns how many entries are new."""
    seen = set()

    def new() -> int:
        with store.read(acme) as session:
            marks = {row.mark for row in list_entries(session, acme, Wanted(500))} - seen
        seen.update(marks)
        return len(marks)

    return new


def is_same(rule: str, path: str) -> bool:
    pattern = re.sub(r"<(\w+:)?\w+>", "[^/]+", rule)
    return re.fullmatch(pattern, path) is not None


def test_every_route_that_writes_is_in_a_list(server):
    sent = [("POST", SETTINGS + path) for path, _fields in FORMS]
    sent += [(method, CONTROL + path) for method, path, _body in CALLS]
    for rule in server.url_map.iter_rules():
        if not rule.rule.startswith((SETTINGS, CONTROL, BOARD)):
            continue
        for method in rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            is_here = any(way == method and is_same(rule.rule, path) for way, path in sent)
            assert is_here != (f"{method} {rule.rule}" in ELSEWHERE), (method, rule.rule)


def test_each_form_of_the_settings_leaves_one_entry(browser, store, acme, count):
    send(store, acme, [event("page.viewed", user="u")])
    ada, root, page = browser("ada@example.com"), "/app/acme/settings", ""
    with store.read_shared() as session:
        ids = {"max": str(users.find_user(session, "max@example.com").id)}
    count()

    for path, fields in FORMS:
        for name, place in (("invitation", "members/invitations"), ("key", "keys")):
            ids[name] = "".join(re.findall(rf"{root}/{place}/([\w-]+)/revoke", page)[:1])
        address = root + re.sub(r"{(.+?)}", lambda match: ids[match[1]], path)
        token = hidden_value(ada.get(f"{root}/keys").text, "csrf_token")
        answer = ada.post(address, data={"csrf_token": token, **fields})
        assert answer.status_code in {200, 303}, (path, answer.text)
        assert count() == 1, path
        page = answer.text


def test_each_call_of_the_control_plane_leaves_one_entry(server, store, acme, count):
    send(store, acme, [event("page.viewed", id="e")])
    client, headers = server.test_client(), bearer(factories.add_installation_key(store))
    key_id = ""

    for method, path, body in CALLS:
        address = f"/api/v1/orgs/acme{path.format(id=key_id)}"
        answer = client.open(address, method=method, json=body, headers=headers)
        assert answer.status_code < 300, (path, answer.text)
        assert count() == 1, path
        key_id = answer.json["id"] if path == "/keys" else key_id

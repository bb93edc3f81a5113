"""The settings page of dashboards."""

import pytest

from dashapp.store.orgs import dashboards
from tests.web.pages.settings.settings_pages import SETTINGS, recorded, submit

PAGE = "/dashboards"
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


def add(client, title="Returns", board="", **fields):
    return submit(client, PAGE, title=title, board=board, project="default", **fields)


def titles(store, owner):
    with store.read(owner) as session:
        return {row.slug: row.title for row in dashboards.list_dashboards(session, owner)}


def test_the_list_says_what_each_dashboard_is(ada):
    page = ada.get(SETTINGS + PAGE).text

    assert "Dashboards: 1" in page
    assert 'value="http://localhost/app/acme/operations"' in page
    assert '<span class="tag">Default</span>' in page
    assert "All projects" in page
    assert ">Never<" in page


def test_a_blank_dashboard_opens_in_the_form_that_adds_panels(ada, store, acme):
    response = add(ada)

    assert (response.status_code, response.location) == (303, "/app/acme/returns/layout")
    assert "Add a panel" in ada.get(response.location).text
    layout = str(ada.get("/app/acme/returns/_dash-layout").json)
    assert "This dashboard has no panels yet." in layout
    assert "returns/layout" in layout
    assert recorded(store, acme) == [("dashboard_added", "ada@example.com", "returns")]
    assert "ada@example.com" in ada.get(SETTINGS + PAGE).text  # who changed it last


def test_a_dashboard_of_a_board_has_its_panels(ada, store, acme):
    response = add(ada, title="", board="conversations")

    assert response.location == f"{SETTINGS}/dashboards?done=added"
    assert "The dashboard was added." in ada.get(response.location).text
    assert titles(store, acme)["conversations"] == "conversations_dashboard.title"  # translated
    again = add(ada, title="", board="conversations")
    assert again.status_code == 422
    assert "There is a dashboard of this board already." in again.text


@pytest.mark.parametrize(
    "fields",
    [{"title": ""}, {"title": "x" * 201}, {"title": "a\x00"}, {"board": "no\x00ne"}],
)  # fmt: skip
def test_invalid_fields_are_explained_and_add_nothing(ada, store, acme, fields):
    form = {"title": "Returns", "board": "", "project": "default", **fields}

    response = submit(ada, PAGE, form)

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert list(titles(store, acme)) == ["operations"]
    assert recorded(store, acme) == []


def test_an_unknown_project_is_refused(ada, store, acme):
    response = submit(ada, PAGE, title="Returns", board="", project="else\x00where")

    assert response.status_code == 409
    assert "There is no such project." in response.text
    assert recorded(store, acme) == []


def test_names_are_shown_as_text(ada, store, acme):
    add(ada, title=HOSTILE)

    page = ada.get(SETTINGS + PAGE).text

    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_rename_is_seen_on_the_board(ada, store, acme):
    response = submit(ada, f"{PAGE}/operations/rename", title="Plant  7", version="1")

    assert response.location == f"{SETTINGS}/dashboards?done=renamed"
    assert titles(store, acme)["operations"] == "Plant  7"
    assert "Plant  7" in ada.get("/app/acme/operations").text


def test_a_title_that_stays_is_translated_as_before(ada, store, acme):
    with store.write(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", title="conversations_dashboard.title")

    submit(ada, f"{PAGE}/operations/rename", title="Conversations", version="1")

    assert titles(store, acme)["operations"] == "conversations_dashboard.title"
    assert recorded(store, acme) == []


def test_two_people_do_not_overwrite_each_other(browser, store, acme):
    ada, eve = browser("ada@example.com"), browser("ada@example.com")
    submit(ada, f"{PAGE}/operations/rename", title="Plant", version="1")

    response = submit(eve, f"{PAGE}/operations/rename", title="Works", version="1")

    assert response.status_code == 409
    assert "Someone changed this dashboard in the meantime." in response.text
    assert 'name="version" value="2"' in response.text
    assert 'value="Works"' in response.text  # what was typed stays
    assert titles(store, acme)["operations"] == "Plant"


def test_a_copy_has_a_title_and_panels_of_its_own(ada, store, acme):
    assert "Copy of Operations" in ada.get(f"{SETTINGS}{PAGE}/operations/duplicate").text

    submit(ada, f"{PAGE}/operations/duplicate", title="Night shift", version="1")

    assert titles(store, acme)["night-shift"] == "Night shift"
    assert ada.get("/app/acme/night-shift").status_code == 200


def test_another_default_is_chosen(ada, store, acme):
    add(ada)
    path = f"{PAGE}/returns/default"

    assert submit(ada, path, before="returns").status_code == 409
    assert submit(ada, path, before="operations").location.endswith("?done=default")
    with store.read(acme) as session:
        assert dashboards.find_dashboard(session, acme, "returns").is_default


def test_a_dashboard_is_deleted_after_a_question(ada, store, acme):
    add(ada)

    assert "Deletes the dashboard" in ada.get(f"{SETTINGS}{PAGE}/returns/delete").text
    response = submit(ada, f"{PAGE}/returns/delete", version="1")

    assert response.location.endswith("?done=deleted")
    assert list(titles(store, acme)) == ["operations"]
    assert ada.get("/app/acme/returns").status_code == 404


def test_the_only_dashboard_is_not_deleted_and_the_page_says_why(ada, store, acme):
    page = ada.get(f"{SETTINGS}{PAGE}/operations/delete").text
    response = submit(ada, f"{PAGE}/operations/delete", version="1")

    assert "It is the only dashboard. Add another one first." in page
    assert "Delete dashboard" not in page
    assert response.status_code == 403
    assert list(titles(store, acme)) == ["operations"]


@pytest.mark.parametrize("act", ["rename", "duplicate", "default", "delete"])
def test_a_dashboard_that_does_not_exist_is_not_found(ada, act):
    for slug in ("gone", "%00", "x" * 300):
        assert ada.get(f"{SETTINGS}{PAGE}/{slug}/{act}").status_code == 404


def test_a_form_without_its_token_changes_nothing(ada, store, acme):
    response = ada.post(SETTINGS + PAGE, data={"title": "Returns", "board": ""})

    assert response.status_code in {400, 422}
    assert list(titles(store, acme)) == ["operations"]

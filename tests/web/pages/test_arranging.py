"""The page on which a dashboard is arranged: who may, what it saves, and what it refuses."""

import pytest

from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import find_dashboard, list_panels
from tests import factories
from tests.factories import hidden_value

PAGE = "/app/acme/operations/layout"
BOARD = "/app/acme/operations"
FOUR = ("total-errors", "events-time-series", "users-time-series", "warnings-by-code")


@pytest.fixture
def bea(browser, store, acme):
    """An author of Acme's, before a dashboard of four panels."""
    factories.place(store, acme, FOUR)
    return browser("bea@example.com")


def fields(client, panels=FOUR, hidden=(), **more):
    """The form as the page has it, with what is changed."""
    page = client.get(PAGE).text
    token, version = hidden_value(page, "csrf_token"), hidden_value(page, "version")
    shown = {f"shown:{slug}": "1" for slug in panels if slug not in hidden}
    said = {"csrf_token": token, "version": version, "do": "save", "opens_with": "24h"}
    return {**said, "panel": list(panels), **shown, **more}


def save(client, *args, **more):
    return client.post(PAGE, data=fields(client, *args, **more))


def stored(store, owner):
    with store.reading(owner) as session:
        return list_panels(session, owner, "operations")


def row_order(answer) -> list[str]:
    return [part.split('"')[0] for part in answer.text.split('data-panel-row="')[1:]]


def test_a_layout_is_saved_and_leads_back_to_the_board(bea, store, acme):
    more = {"title:total-errors": " Our   faults ", "size:users-time-series": "full",
            "limit:warnings-by-code": "3", "opens_with": "30d"}  # fmt: skip
    order = ("users-time-series", "total-errors", "warnings-by-code")

    answer = save(bea, order, ("total-errors",), **more)

    assert (answer.status_code, answer.headers["Location"]) == (303, BOARD)
    assert stored(store, acme) == [
        ("users-time-series", None, "full", False, {}),
        ("total-errors", "Our faults", None, True, {}),
        ("warnings-by-code", None, None, False, {"limit": 3}),
    ]
    with store.reading(acme) as session:
        assert find_dashboard(session, acme, "operations").opens_with == "30d"


def test_the_board_shows_what_was_saved(bea):
    save(bea, ("users-time-series", "total-errors"), ("users-time-series",),
         **{"title:total-errors": "Our faults", "opens_with": "30d"})  # fmt: skip

    frame = str(bea.get(f"{BOARD}/_dash-layout").json)
    data = bea.get("/api/v1/dashboards/operations/data?org=acme").json

    assert "'value': '30d'" in frame
    assert "'data-default-preset': '30d'" in frame
    assert "'data-layout': '2'" in frame
    assert "users-time-series" not in frame
    assert "Our faults" in frame
    assert [(p["slug"], p["title"]) for p in data["panels"]] == [("total-errors", "Our faults")]


def test_an_unknown_range_is_what_the_dashboard_opens_with(bea):
    save(bea, opens_with="7d")

    for search in ("", "?time_range=", "?time_range=5y"):
        board = factories.refresh(bea, search=search).json["response"]["board"]
        assert board["data-time-range"] == "7d"
    board = factories.refresh(bea, search="?time_range=24h").json["response"]["board"]
    assert board["data-time-range"] == "24h"
    api = bea.get("/api/v1/dashboards/operations/data?org=acme").json
    assert api["time_range"]["preset"] == "24h"  # programs get what is documented


def test_a_hidden_panel_has_no_csv(bea):
    save(bea, FOUR, ("total-errors",))
    path = "/api/v1/dashboards/operations/panels/total-errors.csv?org=acme"

    assert bea.get(path).status_code == 404


def test_a_panel_lists_as_many_rows_as_it_says(bea, store, acme):
    for number in range(6):
        kind = {"severity": "WARNING", "code": f"c{number}"}
        factories.send(store, acme, [factories.event("finding.recorded", properties=kind, at="2026-11-20T09:00:00Z")] * 1)  # fmt: skip
    save(bea, **{"limit:warnings-by-code": "3"})

    data = bea.get("/api/v1/dashboards/operations/data?org=acme&time_range=7d").json

    assert [row["label"] for row in data["panels"][3]["rows"]] == ["c0", "c1", "c2", "other"]
    assert [row["share"] for row in data["panels"][3]["rows"]] == [1 / 6, 1 / 6, 1 / 6, 0.5]


@pytest.mark.parametrize("number", ["0", "51", "x", "-1", "9" * 30, "١"])
def test_a_number_of_rows_that_cannot_be_is_told(bea, store, acme, number):
    answer = save(bea, **{"limit:warnings-by-code": number})

    assert answer.status_code == 422
    assert "A panel lists from 1 to 50 rows." in answer.text
    assert stored(store, acme)[3].config == {}


def test_an_empty_number_of_rows_is_the_widgets_own(bea, store, acme):
    assert save(bea, **{"limit:warnings-by-code": ""}).status_code == 303
    assert stored(store, acme)[3].config == {}


def test_two_editors_never_overwrite_each_other_silently(bea, browser, store, acme):
    ada = browser("ada@example.com")
    mine = fields(ada, FOUR[::-1], **{"title:total-errors": "Mine"})
    save(bea, FOUR, **{"title:total-errors": "Theirs"})

    answer = ada.post(PAGE, data=mine)

    assert answer.status_code == 409
    for words in (
        "Somebody changed this dashboard while you were arranging it.",
        "bea@example.com saved it at 09:30.",
        "Number of Errors: another title",
        "The panels are in another order.",
        "Go on from theirs",
        "Replace theirs with mine",
        'value="Mine"',
    ):
        assert words in answer.text
    assert row_order(answer) == list(FOUR[::-1])
    assert stored(store, acme)[0].title == "Theirs"


def test_who_was_told_may_replace_it(bea, browser, store, acme):
    ada = browser("ada@example.com")
    mine = fields(ada, FOUR[::-1])
    save(bea, FOUR)
    told = ada.post(PAGE, data=mine).text

    assert 'value="replace:2"' in told
    assert ada.post(PAGE, data=mine).status_code == 409  # saying nothing else changes nothing
    answer = ada.post(PAGE, data={**mine, "do": "replace:2"})

    assert answer.status_code == 303
    assert [panel.widget for panel in stored(store, acme)] == list(FOUR[::-1])


def test_who_was_told_is_told_again_until_they_choose(bea, browser, store, acme):
    """Moving or removing a panel on the page that told of it must not make a way around it."""
    ada = browser("ada@example.com")
    mine = fields(ada)
    save(bea, FOUR, **{"title:total-errors": "Theirs"})
    for do in (f"remove:{FOUR[1]}", "add", "look", f"up:{FOUR[1]}"):
        answer = ada.post(PAGE, data={**mine, "do": do, "add": "success-rate"})
        assert hidden_value(answer.text, "version") == "1"
        assert "Replace theirs with mine" in answer.text
        assert 'class="btn primary" type="submit" name="do" value="save"' not in answer.text

    assert ada.post(PAGE, data=mine).status_code == 409
    assert stored(store, acme)[0].title == "Theirs"


def test_what_a_third_person_saved_since_is_told_too(bea, browser, store, acme):
    ada = browser("ada@example.com")
    mine = fields(ada, FOUR[::-1])
    save(bea, FOUR, **{"title:total-errors": "Second"})
    save(bea, FOUR, **{"title:total-errors": "Third"})

    assert ada.post(PAGE, data={**mine, "do": "replace:2"}).status_code == 409
    assert stored(store, acme)[0].title == "Third"


def test_two_who_want_the_same_have_nothing_to_choose(bea, browser):
    ada = browser("ada@example.com")
    mine = fields(ada, FOUR[::-1])
    save(bea, FOUR[::-1])

    assert ada.post(PAGE, data=mine).status_code == 303


def test_panels_that_the_template_brought_are_nobodys_edit(bea, store, acme):
    from dashapp.dashboards.operations import OPERATIONS
    from dashapp.dashboards.provision import provision

    save(bea, FOUR[::-1])
    mine = fields(bea, FOUR)
    with store.writing(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", offered=[])
    provision(store, acme, OPERATIONS, now=5)

    answer = bea.post(PAGE, data=mine)
    assert answer.status_code == 409
    assert "Its template has brought new panels." in answer.text
    assert "bea@example.com saved it" not in answer.text


def test_buttons_work_without_a_script_and_save_nothing(bea, store, acme):
    def press(do, **more):
        answer = bea.post(PAGE, data=fields(bea, do=do, **more))
        assert answer.status_code == 200
        return answer

    a, b, c, d = FOUR
    assert row_order(press(f"up:{b}")) == [b, a, c, d]
    assert row_order(press(f"down:{b}")) == [a, c, b, d]
    assert row_order(press(f"up:{a}")) == [a, b, c, d]
    assert row_order(press(f"down:{d}")) == [a, b, c, d]
    assert row_order(press(f"remove:{c}")) == [a, b, d]
    assert row_order(press("add", add="total-validations")) == [*FOUR, "total-validations"]
    assert row_order(press("add", add="no-such-widget")) == list(FOUR)
    assert row_order(press("add", add=a)) == list(FOUR)
    assert row_order(press("nonsense:x")) == list(FOUR)
    assert 'value="Kept"' in press(f"up:{b}", **{f"title:{a}": "Kept"}).text
    assert [panel.widget for panel in stored(store, acme)] == list(FOUR)


@pytest.mark.parametrize(
    "wrong",
    [
        {"panel": ["no-such-widget"]},
        {"version": "x"},
        {"version": ""},
        {"version": "99999999999"},
        {"panel": [FOUR[0]] * 2},
        {"do": "replace:x"},
    ],
)
def test_what_is_no_form_of_ours_is_refused(bea, store, acme, wrong):
    answer = bea.post(PAGE, data={**fields(bea), **wrong})

    assert answer.status_code in {400, 422}
    assert [panel.widget for panel in stored(store, acme)] == list(FOUR)


def test_a_form_that_is_too_large_is_refused_before_it_is_read(bea):
    answer = bea.post(PAGE, data={**fields(bea), "panel": ["total-errors"] * 5_000})

    assert answer.status_code == 413


@pytest.mark.parametrize("token", ["x", ""])
def test_a_stale_page_says_so_and_loses_nothing_that_was_typed(bea, store, acme, token):
    answer = save(bea, csrf_token=token, **{"title:total-errors": "Kept"})

    assert answer.status_code == 422
    assert 'value="Kept"' in answer.text
    assert stored(store, acme)[0].title is None


def test_titles_may_hold_emoji_and_letters_that_join(bea, store, acme):
    title = "\U0001f469\u200d\U0001f4bb faults \u0645\u06cc\u200c\u062e"

    assert save(bea, **{"title:total-errors": title}).status_code == 303
    assert stored(store, acme)[0].title == title


@pytest.mark.parametrize(
    "wrong",
    [
        {"title:total-errors": "x" * 201},
        {"title:total-errors": "a\u202eb"},
        {"opens_with": "5y"},
    ],
)
def test_what_cannot_be_saved_comes_back_with_the_reason_and_all_that_was_typed(bea, wrong):
    answer = bea.post(PAGE, data={**fields(bea, **{"title:users-time-series": "Kept"}), **wrong})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="Kept"' in answer.text


def test_a_title_is_text(bea):
    save(bea, **{"title:total-errors": "<script>alert(1)</script>"})

    page = bea.get(PAGE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_who_may_only_look_may_not_arrange(store, acme, browser, server):
    from dashapp.domain.access.roles import Role

    factories.add_user(store, "vera@example.com", (acme, Role.ANALYTICS_VIEWER))
    vera = browser("vera@example.com")

    assert "/layout" not in vera.get(BOARD).text
    for answer in (vera.get(PAGE), vera.post(PAGE, data={})):
        assert answer.status_code == 403
        assert "Owners, admins and authors can" in answer.text


@pytest.mark.parametrize(("who", "status"), [("max", 403), ("rita", 404), ("ada", 200)])
def test_it_is_there_for_owners_admins_and_authors_of_the_org(browser, who, status):
    assert browser(f"{who}@example.com").get(PAGE).status_code == status


def test_nobody_is_sent_to_log_in(browser):
    answer = browser().get(PAGE)

    assert answer.headers["Location"] == "/login?next=/app/acme/operations/layout"


def test_a_dashboard_that_cannot_be_arranged_has_no_such_page(bea, store, acme):
    with store.writing(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", is_editable=False)

    assert "/layout" not in bea.get(BOARD).text
    assert bea.get(PAGE).status_code == 403


def test_a_panel_whose_widget_is_gone_stays_where_it_is(bea, store, acme):
    gone = dashboards.SavedPanel(
        "gone-widget", "Ours", "full", is_hidden=False, config={"limit": 7}
    )
    with store.writing(acme) as session:
        dashboards.put_panels(
            session, acme, "operations", [gone, gone._replace(widget="total-errors")], now=1
        )

    answer = save(bea, ("total-errors", "gone-widget"))

    assert answer.status_code == 303
    assert [panel.widget for panel in stored(store, acme)] == ["total-errors", "gone-widget"]
    assert stored(store, acme)[1] == gone

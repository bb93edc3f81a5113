"""The settings page of data: what arrived, imports, erasing a user, and the export."""

import pytest

from dashapp.store.events.erasures import list_erasures
from dashapp.store.imports import import_log
from dashapp.store.imports.import_log import Facts
from tests.factories import event, send
from tests.web.pages.settings.settings_pages import SETTINGS, recorded, submit

PAGE = "/data"
AT = "2026-11-20T09:00:00Z"


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


@pytest.fixture
def sent(store, acme, rival):
    """Three events of u-1 and one of another user today, one earlier, and one of Rival."""
    send(store, acme, [event("order.paid", AT, user="u-1", properties={"total": 3})] * 1)
    send(store, acme, [event("order.paid", AT, user="u-1") for _ in range(2)])
    send(store, acme, [event("page.viewed", AT, user='"><script>x</script>', channel="app")])
    send(store, acme, [event("page.viewed", "2026-11-01T09:00:00Z")])
    send(store, rival, [event("rival.only", AT, user="rival-only")])


@pytest.fixture
def imported(store, acme):
    with store.write(acme) as session:
        facts = Facts("i0123456789", "orders <b>.csv", "0" * 64, {}, "root", 1)
        number = import_log.begin_import(session, acme, facts)
        import_log.update_import(session, acme, number, added=1200, finished_at=2)
    return f"{PAGE}/imports/i0123456789/undo"


def show(client):
    return client.get(SETTINGS + PAGE).text


def test_the_page_counts_days_exactly_and_lists_what_arrived(ada, sent):
    page = show(ada)

    assert 'title="20 November: 4"' in page
    assert 'title="1 November: 1"' in page
    assert 'title="2 November: 0"' in page
    assert page.count('<i style="height:') == 30
    assert "&lt;script&gt;" in page
    assert "<script>x" not in page
    assert '<span class="mono">total</span>' in page
    assert "rival" not in page


def test_an_org_without_events_says_what_to_do(ada, store, acme):
    page = show(ada)

    assert "No event was rejected." in page
    assert "No file has been imported." in page


def test_rejected_events_have_a_reason_and_advice(ada, post):
    sent = post([{"id": "e-1", "type": "order.paid", "occurred_at": "yesterday"}])
    assert sent.json["rejected"][0]["code"] == "invalid_time"

    page = show(ada)

    assert '<span class="tag">invalid_time</span>' in page
    assert "Write the time as in 2026-11-20T09:30:00Z." in page


def test_a_user_is_erased_after_the_id_was_typed_twice(ada, store, acme, sent):
    asked = submit(ada, f"{PAGE}/erase", page=PAGE, user="u-1")
    assert "Erases 3 events of this user." in asked.text
    wrong = submit(ada, f"{PAGE}/erase", page=PAGE, user="u-1", confirmation="u-2")
    assert (wrong.status_code, "This is not the id above." in wrong.text) == (422, True)
    assert recorded(store, acme) == []

    response = submit(ada, f"{PAGE}/erase", page=PAGE, user="u-1", confirmation="u-1")

    assert response.location == f"{SETTINGS}/data?done=erasing"
    assert "“u-1” is being erased, 0 events so far." in ada.get(response.location).text
    with store.read(acme) as session:
        assert [row.user_id for row in list_erasures(session, acme)] == ["u-1"]
    assert recorded(store, acme) == [("user_erased", "ada@example.com", "u-1")]


@pytest.mark.parametrize("user", ["", "rival-only", "x" * 300, "u\x001"])
def test_a_user_without_events_is_not_erased(ada, store, acme, sent, user):
    response = submit(ada, f"{PAGE}/erase", page=PAGE, user=user, confirmation=user)

    assert response.status_code == 422
    assert 'id="user-error"' in response.text
    assert recorded(store, acme) == []


def test_an_import_is_undone_after_a_question(ada, store, acme, imported):
    page = ada.get(SETTINGS + imported).text
    assert "orders &lt;b&gt;.csv" in page
    assert "1,200 events stored" in page

    response = submit(ada, imported)

    assert response.location == f"{SETTINGS}/data?done=undoing"
    assert "Being undone: 0 events deleted so far" in ada.get(response.location).text
    assert recorded(store, acme) == [("import_undone", "ada@example.com", "i0123456789")]
    assert submit(ada, imported).status_code == 409


def test_an_import_of_another_org_is_not_found(browser, imported):
    rita = browser("rita@example.com")

    for import_id in ("i0123456789", "%00", "x" * 300):
        path = f"/app/rival/settings/data/imports/{import_id}/undo"
        assert rita.get(path).status_code == 404


def test_the_export_has_the_events_of_the_days(ada, store, acme, sent):
    response = submit(
        ada, f"{PAGE}/export", page=PAGE, format="csv", first="2026-11-01", last="2026-11-01"
    )

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="acme-events-2026-11-01-2026-11-01.csv"'
    )
    assert [line.split(",")[1] for line in response.text.splitlines()] == ["type", "page.viewed"]
    assert recorded(store, acme) == [("exported", "ada@example.com", "events")]


@pytest.mark.parametrize("file_format", ["ndjson", "parquet"])
def test_the_export_has_other_formats(ada, sent, file_format):
    response = submit(ada, f"{PAGE}/export", page=PAGE, format=file_format)

    assert response.status_code == 200
    assert len(response.data) > 100
    assert b"rival" not in response.data


@pytest.mark.parametrize(
    "fields",
    [{"format": "xlsx"}, {"first": "soon"}, {"last": "2026-13-01"}, {"last": "9999-12-31"},
     {"first": "2026-11-02", "last": "2026-11-01"}],
)  # fmt: skip
def test_an_invalid_range_is_explained_and_not_recorded(ada, store, acme, fields):
    form = {"format": "csv", "first": "", "last": "", **fields}
    response = submit(ada, f"{PAGE}/export", form, page=PAGE)

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert recorded(store, acme) == []


@pytest.mark.parametrize("path", ["/erase", "/export", "/imports/i0123456789/undo"])
def test_a_form_without_its_token_changes_nothing(ada, store, acme, sent, imported, path):
    fields = {"user": "u-1", "confirmation": "u-1", "format": "csv"}
    response = ada.post(f"{SETTINGS}{PAGE}{path}", data=fields)

    assert response.status_code in {400, 422}
    assert recorded(store, acme) == []

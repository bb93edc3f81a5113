"""An import that is taken back or written over: exact, once, and never more than it added."""

import pytest
from sqlalchemy import text

from dashapp.domain.errors import Conflict, NotFound
from dashapp.domain.files.plan import Options, make_plan
from dashapp.domain.metrics.tallies import STANDARD
from dashapp.store.events import erasure
from dashapp.store.imports import undo
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Counts, Facts, find_import, list_imports, new_import_id
from dashapp.store.imports.importing import import_file
from dashapp.store.tallies import maintenance
from tests.factories import NOW, event, send

AS_IS = Options()
HEADER = "id,type,occurred_at,user\n"


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch):
    monkeypatch.setattr(undo, "sleep", lambda _seconds: None)
    monkeypatch.setattr(maintenance, "sleep", lambda _seconds: None)


@pytest.fixture
def load(store, acme, tmp_path):
    """Imports lines below the header; the counts and the import's id."""

    def work(*lines, owner=acme, is_replacing=False, options=AS_IS, header=HEADER):
        file = tmp_path / "x.csv"
        file.write_text(header + "".join(f"{line}\n" for line in lines))
        facts = Facts(new_import_id(), "x.csv", "hash", {}, "ada", 1)
        how = make_plan([], [], None, options)
        report = import_file(
            store, Source(file), how, lambda _: owner, facts, now=NOW, is_replacing=is_replacing
        )
        return report, facts.id

    return work


def undo_of(store, owner, import_id, **more):
    return undo.undo_import(store, owner, import_id, now=2, by="ada", **more)


def stored(store, owner) -> dict:
    with store.reading(owner) as session:
        rows = session.execute(text("SELECT id, user_id, occurred_at FROM events"))
        return {row.id: (row.user_id, row.occurred_at) for row in rows}


def line(name, user="u", at="2026-11-01T00:00:00Z", kind="page.viewed"):
    return f"{name},{kind},{at},{user}"


def is_exact(store, owner) -> bool:
    return list(maintenance.differences(store, owner)) == []


def test_an_undo_removes_what_the_import_added_and_its_ids(store, acme, load):
    maintenance.rebuild_all(store, acme, STANDARD)
    send(store, acme, [event(id="sent", user="u")])
    _, import_id = load(line("a"), line("b", "v"), line("sent", at="2026-11-20T09:30:00Z"))

    done = undo_of(store, acme, import_id)

    assert set(stored(store, acme)) == {"sent"}
    assert (done.undone, done.undone_by, done.counts.added) == (2, "ada", 2)
    assert is_exact(store, acme)
    assert load(line("a", "another"))[0].counts == Counts(added=1)


def test_an_event_of_two_imports_belongs_to_the_first(store, acme, load):
    _, first = load(line("a"), line("b"))
    second_report, second = load(line("b"), line("c"))

    assert second_report.counts == Counts(added=1, already=1)
    undo_of(store, acme, second)
    assert set(stored(store, acme)) == {"a", "b"}
    undo_of(store, acme, first)
    assert stored(store, acme) == {}


def test_what_was_erased_or_pruned_never_comes_back(store, acme, load):
    lines = [line("a", "gone"), line("b", at="2025-01-01T00:00:00Z"), line("c")]
    _, import_id = load(*lines)
    erasure.erase_user(store, acme, "gone")
    erasure.prune(store, acme, 1_750_000_000_000_000)

    assert undo_of(store, acme, import_id).undone == 1
    report, _ = load(*lines)

    assert report.counts == Counts(added=1, removed_before=2)
    assert load(*lines, is_replacing=True)[0].counts == Counts(already=1, removed_before=2)


def test_an_undo_that_was_broken_off_goes_on(store, acme, load, monkeypatch):
    maintenance.rebuild_all(store, acme, STANDARD)
    monkeypatch.setattr(undo, "STEP", 2)
    monkeypatch.setattr(undo, "_NEXT", undo._NEXT.limit(2))
    _, import_id = load(*(line(f"e{n}", f"u{n}") for n in range(7)))

    def stop(_count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_of(store, acme, import_id, tell=stop)
    with store.reading(acme) as session:
        half = find_import(session, acme, import_id)
    assert (half.undone, half.undone_at, len(stored(store, acme))) == (2, None, 5)
    assert undo_of(store, acme, import_id).undone == 7
    assert is_exact(store, acme)


def test_an_import_adds_nothing_more_once_it_is_being_undone(store, acme, load, monkeypatch):
    monkeypatch.setattr("dashapp.store.imports.importing.BATCH", 1)
    from dashapp.store.imports import importing

    before = importing.count_batch

    def undo_first(session, scope, number, counts, batch):
        undo.change_import(session, scope, number, undo_started_at=1)
        before(session, scope, number, counts, batch)

    monkeypatch.setattr(importing, "count_batch", undo_first)
    with pytest.raises(Conflict, match="undone while it ran"):
        load(line("a"))
    assert stored(store, acme) == {}


def test_an_import_is_undone_once(store, acme, load):
    _, import_id = load(line("a"))
    undo_of(store, acme, import_id)

    with pytest.raises(Conflict, match="was undone on"):
        undo_of(store, acme, import_id)


def test_an_import_of_another_org_is_not_there(store, acme, rival, load):
    """Both imports have the number 1 in their org."""
    _, import_id = load(line("a"))
    _, theirs = load(line("r"), owner=rival)

    with pytest.raises(NotFound):
        undo_of(store, rival, import_id)
    with store.reading(rival) as session:
        assert [one.id for one in list_imports(session, rival)] == [theirs]
    assert (set(stored(store, acme)), set(stored(store, rival))) == ({"a"}, {"r"})


def test_an_import_is_on_record(store, acme, load):
    _, import_id = load(line("a"), line("a"), line("b", kind="X"))

    with store.reading(acme) as session:
        (found,) = list_imports(session, acme)
    assert (found.id, found.imported_by, found.file_name) == (import_id, "ada", "x.csv")
    assert found.counts == Counts(added=1, already=1, refused=1)
    assert found.finished_at is not None


def test_types_that_only_the_import_had_make_room(store, acme, load):
    _, import_id = load(*(line(f"e{n}", kind=f"kind_{n}") for n in range(5)))
    undo_of(store, acme, import_id)

    with store.reading(acme) as session:
        assert session.execute(text("SELECT count(*) FROM event_types")).scalar() == 0


def test_replace_writes_content_and_time_of_what_imports_added(store, acme, load):
    maintenance.rebuild_all(store, acme, STANDARD)
    _, first = load(line("a", "u"), line("b", "v"))
    report, _ = load(line("a", "other", "2026-10-05T00:00:00Z"), line("b", "v"), is_replacing=True)

    assert report.counts == Counts(replaced=1, already=1)
    assert stored(store, acme)["a"] == ("other", 1_791_158_400_000_000)
    assert is_exact(store, acme)
    assert undo_of(store, acme, first).undone == 1
    assert set(stored(store, acme)) == {"a"}
    assert is_exact(store, acme)


def test_replace_refuses_what_came_over_http(store, acme, load):
    send(store, acme, [event("page.viewed", "2026-11-01T00:00:00Z", id="a", user="u")])
    report, _ = load(line("a", "v"), line("a", "u", "2026-11-02T00:00:00Z"), is_replacing=True)

    assert report.counts == Counts(refused=2)
    assert {fault.code for fault in report.faults} == {"not_imported"}
    assert stored(store, acme)["a"][0] == "u"
    assert load(line("a", "u"), is_replacing=True)[0].counts == Counts(already=1)


def test_replace_does_not_write_over_itself(store, acme, load, monkeypatch):
    monkeypatch.setattr("dashapp.store.imports.importing.BATCH", 1)
    report, _ = load(line("a", "u"), line("a", "v"), is_replacing=True)

    assert report.counts == Counts(added=1, refused=1)
    assert stored(store, acme)["a"][0] == "u"


def test_a_made_id_is_replaced_where_only_the_time_differs(store, acme, load):
    """The wrong zone first, then the right one."""
    header, local = "type,occurred_at\n", "page.viewed,2026-11-01 12:00:00"
    load(local, header=header, options=Options(timezone="UTC"))
    again, _ = load(local, header=header, options=Options(timezone="Europe/Berlin"))
    right, _ = load(
        local, header=header, options=Options(timezone="Europe/Berlin"), is_replacing=True
    )

    assert "--replace" in next(again.notes.sentences())
    assert right.counts == Counts(replaced=1)
    assert [at for _, at in stored(store, acme).values()] == [1_793_530_800_000_000]

"""Undoing and replacing imports: exact, once, and only what the import added."""

import pytest
from sqlalchemy import text

from dashapp.domain.errors import Conflict, NotFound
from dashapp.domain.files.plan import Options, make_plan
from dashapp.domain.metrics.tallies import STANDARD
from dashapp.store import short_steps
from dashapp.store.events import erasure, removal
from dashapp.store.imports import undo
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Counts, Facts, find_import, list_imports, new_import_id
from dashapp.store.imports.importing import import_file
from dashapp.store.tallies import maintenance
from tests.factories import NOW, event, send

AS_IS = Options()
HEADER = "id,type,occurred_at,user\n"


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    monkeypatch.setattr(short_steps, "sleep", lambda _seconds: None)


@pytest.fixture
def load(store, acme, tmp_path):
    """Return a function that imports lines; it returns the report and the import's id."""

    def import_lines(*lines, owner=acme, is_replacing=False, options=AS_IS, header=HEADER):
        file = tmp_path / "x.csv"
        file.write_text(header + "".join(f"{line}\n" for line in lines))
        facts = Facts(new_import_id(), "x.csv", "hash", {}, "ada", 1)
        plan = make_plan([], [], None, options)
        report = import_file(
            store, Source(file), plan, lambda _: owner, facts, now=NOW, is_replacing=is_replacing
        )
        return report, facts.id

    return import_lines


def undo_import(store, owner, import_id, **options):
    return undo.undo_import(store, owner, import_id, now=2, by="ada", **options)


def stored_events(store, owner) -> dict:
    """Return the user and time of each stored event, by id."""
    with store.read(owner) as session:
        rows = session.execute(text("SELECT id, user_id, occurred_at FROM events"))
        return {row.id: (row.user_id, row.occurred_at) for row in rows}


def line(name, user="u", at="2026-11-01T00:00:00Z", kind="page.viewed"):
    return f"{name},{kind},{at},{user}"


def is_exact(store, owner) -> bool:
    return list(maintenance.differences(store, owner)) == []


def test_an_undo_removes_the_events_that_the_import_added_and_their_ids(store, acme, load):
    maintenance.rebuild_all(store, acme, STANDARD)
    send(store, acme, [event(id="sent", user="u")])
    _, import_id = load(line("a"), line("b", "v"), line("sent", at="2026-11-20T09:30:00Z"))

    undone_import = undo_import(store, acme, import_id)

    assert set(stored_events(store, acme)) == {"sent"}
    assert (undone_import.undone, undone_import.undone_by, undone_import.counts.added) == (
        2,
        "ada",
        2,
    )
    assert is_exact(store, acme)
    assert load(line("a", "another"))[0].counts == Counts(added=1)


def test_an_event_in_two_imports_belongs_to_the_first(store, acme, load):
    _, first = load(line("a"), line("b"))
    second_report, second = load(line("b"), line("c"))

    assert second_report.counts == Counts(added=1, already=1)
    undo_import(store, acme, second)
    assert set(stored_events(store, acme)) == {"a", "b"}
    undo_import(store, acme, first)
    assert stored_events(store, acme) == {}


def test_erased_and_pruned_events_never_come_back(store, acme, load):
    lines = [line("a", "gone"), line("b", at="2025-01-01T00:00:00Z"), line("c")]
    _, import_id = load(*lines)
    erasure.erase_user(store, acme, "gone")
    erasure.prune(store, acme, 1_750_000_000_000_000)

    assert undo_import(store, acme, import_id).undone == 1
    report, _ = load(*lines)

    assert report.counts == Counts(added=1, removed_before=2)
    assert load(*lines, is_replacing=True)[0].counts == Counts(already=1, removed_before=2)


def test_an_interrupted_undo_continues(store, acme, load, monkeypatch):
    maintenance.rebuild_all(store, acme, STANDARD)
    monkeypatch.setattr(removal, "STEP", 2)
    _, import_id = load(*(line(f"e{n}", f"u{n}") for n in range(7)))

    def stop(_count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_import(store, acme, import_id, on_progress=stop)
    with store.read(acme) as session:
        partly_undone = find_import(session, acme, import_id)
    assert (partly_undone.undone, partly_undone.undone_at, len(stored_events(store, acme))) == (
        2,
        None,
        5,
    )
    assert undo_import(store, acme, import_id).undone == 7
    assert is_exact(store, acme)


def test_an_import_adds_nothing_after_its_undo_has_begun(store, acme, load, monkeypatch):
    monkeypatch.setattr("dashapp.store.imports.importing.BATCH", 1)
    from dashapp.store.imports import importing

    count_batch = importing.count_batch

    def start_undo_and_count(session, scope, number, counts, batch):
        undo.update_import(session, scope, number, undo_started_at=1)
        count_batch(session, scope, number, counts, batch)

    monkeypatch.setattr(importing, "count_batch", start_undo_and_count)
    with pytest.raises(Conflict, match="undone while it was running"):
        load(line("a"))
    assert stored_events(store, acme) == {}


def test_an_import_can_be_undone_once(store, acme, load):
    _, import_id = load(line("a"))
    undo_import(store, acme, import_id)

    with pytest.raises(Conflict, match="was already undone on"):
        undo_import(store, acme, import_id)


def test_an_import_of_another_org_is_not_found(store, acme, rival, load):
    """Both imports have the number 1 in their org."""
    _, import_id = load(line("a"))
    _, rival_import_id = load(line("r"), owner=rival)

    with pytest.raises(NotFound):
        undo_import(store, rival, import_id)
    with store.read(rival) as session:
        assert [rival_import.id for rival_import in list_imports(session, rival)] == [
            rival_import_id
        ]
    assert (set(stored_events(store, acme)), set(stored_events(store, rival))) == ({"a"}, {"r"})


def test_an_import_is_recorded_in_the_log(store, acme, load):
    _, import_id = load(line("a"), line("a"), line("b", kind="X"))

    with store.read(acme) as session:
        (acme_import,) = list_imports(session, acme)
    assert (acme_import.id, acme_import.imported_by, acme_import.file_name) == (
        import_id,
        "ada",
        "x.csv",
    )
    assert acme_import.counts == Counts(added=1, already=1, refused=1)
    assert acme_import.finished_at is not None


def test_an_undo_removes_event_types_that_only_the_import_had(store, acme, load):
    _, import_id = load(*(line(f"e{n}", kind=f"kind_{n}") for n in range(5)))
    undo_import(store, acme, import_id)

    with store.read(acme) as session:
        assert session.execute(text("SELECT count(*) FROM event_types")).scalar() == 0


def test_replace_changes_content_and_time_of_imported_events(store, acme, load):
    maintenance.rebuild_all(store, acme, STANDARD)
    _, first = load(line("a", "u"), line("b", "v"))
    report, _ = load(line("a", "other", "2026-10-05T00:00:00Z"), line("b", "v"), is_replacing=True)

    assert report.counts == Counts(replaced=1, already=1)
    assert stored_events(store, acme)["a"] == ("other", 1_791_158_400_000_000)
    assert is_exact(store, acme)
    assert undo_import(store, acme, first).undone == 1
    assert set(stored_events(store, acme)) == {"a"}
    assert is_exact(store, acme)


def test_replace_refuses_events_sent_over_http(store, acme, load):
    send(store, acme, [event("page.viewed", "2026-11-01T00:00:00Z", id="a", user="u")])
    report, _ = load(line("a", "v"), line("a", "u", "2026-11-02T00:00:00Z"), is_replacing=True)

    assert report.counts == Counts(refused=2)
    assert {fault.code for fault in report.faults} == {"not_imported"}
    assert stored_events(store, acme)["a"][0] == "u"
    assert load(line("a", "u"), is_replacing=True)[0].counts == Counts(already=1)


def test_replace_does_not_overwrite_events_of_the_same_import(store, acme, load, monkeypatch):
    monkeypatch.setattr("dashapp.store.imports.importing.BATCH", 1)
    report, _ = load(line("a", "u"), line("a", "v"), is_replacing=True)

    assert report.counts == Counts(added=1, refused=1)
    assert stored_events(store, acme)["a"][0] == "u"


def test_an_event_with_a_generated_id_is_replaced_if_only_its_time_differs(store, acme, load):
    """The first import has the wrong time zone, the second the right one."""
    header, local = "type,occurred_at\n", "page.viewed,2026-11-01 12:00:00"
    load(local, header=header, options=Options(timezone="UTC"))
    again, _ = load(local, header=header, options=Options(timezone="Europe/Berlin"))
    right, _ = load(
        local, header=header, options=Options(timezone="Europe/Berlin"), is_replacing=True
    )

    assert "--replace" in next(again.notes.sentences())
    assert right.counts == Counts(replaced=1)
    assert [at for _, at in stored_events(store, acme).values()] == [1_793_530_800_000_000]

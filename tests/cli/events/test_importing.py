"""`dashapp import`: output, refusals and undo, on both databases."""

import bz2
import os
import re

import pytest
from sqlalchemy import text

from tests.factories import event, event_types, send
from tests.files import zip_of

OCCURRED_AT = "2026-11-20T10:00:00Z"


@pytest.fixture
def load(run, acme, tmp_path):
    """Import a file with this content into Acme."""

    def load_file(data: str | bytes, *options: str, exits: int = 0, name="x.csv"):
        file = tmp_path / name
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        return run("import", str(file), "--org", "acme", *options, exits=exits)

    return load_file


def import_id(result) -> str:
    return re.search(r"This is import (i\w{10})\.", result.stdout)[1]


def users(store, owner) -> list:
    with store.read(owner) as session:
        rows = session.execute(text("SELECT user_id FROM events ORDER BY occurred_at, user_id"))
        return list(rows.scalars())


@pytest.mark.both_databases
def test_an_import_is_listed_and_undone(run, load, store, acme):
    first = load(f"type,occurred_at\npage.viewed,{OCCURRED_AT}\n")
    undone_id = import_id(first)

    assert first.stdout.startswith("1 events added, 0 already stored, 0 lines rejected.\n")
    listed = run("import", "list", "--org", "acme").stdout
    assert re.search(rf"{undone_id} .* x\.csv +1 +0 +0 +done", listed)
    assert (
        f"acme: 1 event of import {undone_id} removed." in run("import", "undo", undone_id).stdout
    )
    assert "undone 20" in run("import", "list", "--org", "acme").stdout
    assert "was already undone on" in run("import", "undo", undone_id, exits=1).stderr
    assert "1 events added" in load(f"type,occurred_at\npage.viewed,{OCCURRED_AT}\n").stdout
    run("tally", "verify")


def test_an_import_into_several_orgs_is_undone_in_all(run, acme, rival, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text(f"type,occurred_at,shop\na.b,{OCCURRED_AT},acme\na.b,{OCCURRED_AT},rival\n")
    undone_id = import_id(run("import", str(file), "--org-column", "shop"))

    undone = run("import", "undo", undone_id).stdout

    assert (
        undone
        == f"acme: 1 event of import {undone_id} removed.\nrival: 1 event of import {undone_id} removed.\n"
    )


def test_an_import_of_acme_cannot_be_undone_as_rival(run, load, rival, store, acme):
    undone_id = import_id(load(f"type,occurred_at\npage.viewed,{OCCURRED_AT}\n"))

    refused = run("import", "undo", undone_id, "--org", "rival", exits=1)

    assert f"No import {undone_id} in org rival" in refused.stderr
    assert len(event_types(store, acme)) == 1
    assert "No import i0" in run("import", "undo", "i0", exits=1).stderr


def test_a_file_can_be_named_undo_or_list(run, acme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("undo", "list"):
        (tmp_path / name).write_text(f"type,occurred_at\n{name}.b,{OCCURRED_AT}\n")

        assert "1 events added" in run("import", f"./{name}", "--org", "acme").stdout
    run("import", "undo", "--org", "acme", exits=2)


def test_a_typo_in_a_map_is_reported_before_anything_is_stored(run, load, store, acme):
    data = "".join(
        f'{{"event":"page.viewed","ts":"{OCCURRED_AT}","uid":"u{n}"}}\n' for n in range(3)
    )
    maps = ("--map", "type=event", "--map", "occurred_at=ts", "--map")

    error = load(data, *maps, "user=uuid", exits=1, name="x.ndjson").stderr

    assert "No line has a column “uuid” (--map user=uuid); did you mean “uid”?" in error
    assert event_types(store, acme) == []
    load(data, *maps, "user=uid", name="x.ndjson")
    assert users(store, acme) == ["u0", "u1", "u2"]


def test_a_column_that_only_a_late_line_has_is_not_a_typo(load, monkeypatch, store, acme):
    monkeypatch.setattr("dashapp.store.imports.importing.BATCH", 2)
    line = '{{"id":"{0}","type":"a.b","occurred_at":"{1}"{2}}}\n'
    data = "".join(line.format(n, OCCURRED_AT, ',"who":"u"' if n == 7 else "") for n in range(8))

    load(data, "--map", "user=who", name="x.ndjson")

    assert users(store, acme).count("u") == 1


def test_a_dry_run_shows_events_and_stores_nothing(load, store, acme):
    result = load(f"type,occurred_at,user\na.b,{OCCURRED_AT},u\nX Y,{OCCURRED_AT},\n", "--dry-run")

    assert '"line": 2, "id": "' in result.stdout
    assert f'"type": "a.b", "occurred_at": "{OCCURRED_AT}", "user": "u"' in result.stdout
    assert "1 event, 1 line rejected. Nothing was stored." in result.stdout
    assert "--slug-types" in result.stderr
    assert event_types(store, acme) == []


def test_a_dry_run_adds_no_orgs(run, tmp_path, acme):
    file = tmp_path / "x.csv"
    file.write_text(f"type,occurred_at,shop\na.b,{OCCURRED_AT},newcomer\n")

    assert (
        '"org": "newcomer"' in run("import", str(file), "--org-column", "shop", "--dry-run").stdout
    )
    assert "newcomer" not in run("org", "list").stdout


def test_events_removed_before_are_reported(run, load):
    data = f"type,occurred_at,user\na.b,{OCCURRED_AT},u\na.b,{OCCURRED_AT},v\n"
    load(data)
    run("erase", "--org", "acme", "--user", "u")

    output = load(data).stdout

    assert output == "0 events added, 1 already stored, 1 previously removed, 0 lines rejected.\n"


@pytest.mark.both_databases
def test_a_corrected_import_replaces_the_wrong_one(load, store, acme):
    data = f"type,occurred_at,who,customer\na.b,{OCCURRED_AT},x,right\n"
    load(data, "--map", "user=who")
    refused = load(data, "--map", "user=customer", exits=1)

    assert "use --replace" in refused.stderr
    assert "0 events added, 1 replaced" in load(data, "--map", "user=customer", "--replace").stdout
    assert users(store, acme) == ["right"]


def test_replace_does_not_change_events_that_were_sent(load, store, acme):
    send(store, acme, [event("a.b", OCCURRED_AT, id="a", user="u")])

    refused = load(f"id,type,occurred_at,user\na,a.b,{OCCURRED_AT},v\n", "--replace", exits=1)

    assert "Only events added by an import can be replaced" in refused.stderr
    assert users(store, acme) == ["u"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b" \n\n", "The file is empty."),
        (b"type,occurred_at\n", "has a header but no rows"),
        (b"Wrong;Header\n", "no column “occurred_at” or “type”. Available columns: Wrong, Header"),
        (b"Type,occurred_at\na.b,2026-11-20T10:00:00Z\n", "did you mean “Type”? Use --map type=Type"),
        (b"type,occurred_at,user,user\na.b,x,a,b\n", "the column “user” 2 times (columns 3 and 4)"),
        (b"id,type,occurred_at,id\n1,a.b,x,77\n", "the column “id” 2 times (columns 1 and 4)"),
        (b"\x28\xb5\x2f\xfd\x04\x00\x00\x00", "The file is corrupt or truncated."),
        (b"%PDF-1.7\n", "This is a PDF file."),
        (b"[]", "The file contains no events."),
        (b'[{"id":1}', "the file is truncated"),
        (b"PAR1\0\0\0PAR1", "The Parquet file is corrupt, truncated, or of an unsupported kind"),
        (zip_of({"a.csv": b"x", "b.csv": b"y"}), "contains 2 files (a.csv, b.csv). Extract it and"),
        (zip_of({"bomb.csv": b"\0" * 50_000_000}), "This is a binary file"),
        (zip_of({"bomb.csv": b"type,occurred_at\n" + b"x" * 50_000_000}), "line is longer than 1,000,000"),
        (zip_of({"a.zip": zip_of({"a.csv": b"x"})}), "contains a zip file or a spreadsheet. Extract it"),
        (b"type,occurred_at\na.b,10:00\n", "Specify it: --time-format"),
        ("type,occurred_at\nZoë,2026\n".encode("latin-1"), "--encoding cp1252"),
    ],
)  # fmt: skip
def test_a_file_without_valid_events_is_one_line_and_exit_status_1(load, data, message):
    result = load(data, exits=1)

    error_lines = [line for line in result.stderr.splitlines() if not line.startswith("Importing")]
    assert message in result.stderr
    assert len(error_lines) == 1
    assert result.stdout == ""


@pytest.mark.parametrize(("delimiter", "name"), [(";", "';'"), ("\t", "tab"), ("|", "'|'")])
def test_a_wrong_delimiter_is_refused_with_the_right_one(load, store, acme, delimiter, name):
    data = f"type{delimiter}occurred_at\na.b{delimiter}{OCCURRED_AT}\n"

    error = load(data, "--delimiter", ",", exits=1).stderr

    assert f"Wrong --delimiter for this file. Use --delimiter {name}, or leave it out." in error
    assert event_types(store, acme) == []


def test_a_compressed_spreadsheet_export_is_read(load, store, acme):
    table = "sep=;\r\nType;When;Total\r\nOrder Completed;20.11.2026 10:00;1,5\r\n"

    load(
        bz2.compress(table.encode("utf-16")), "--type-from", "Type", "--slug-types",
        "--map", "occurred_at=When", "--time-format", "%d.%m.%Y %H:%M", "--timezone", "Europe/Berlin",
        "--map", "properties.total=Total", "--number", "properties.total", "--decimal-comma",
    )  # fmt: skip

    with store.read(acme) as session:
        row = session.execute(text("SELECT type, occurred_at, properties FROM events")).one()
    assert (row.type, row.occurred_at) == ("order_completed", 1_795_165_200_000_000)
    assert str(row.properties).replace(" ", "").replace("'", '"') == '{"total":1.5}'


def test_null_words_are_reported_and_can_be_read_as_null(load, store, acme):
    data = f"type,occurred_at,user\na.b,{OCCURRED_AT},NA\na.b,{OCCURRED_AT},NULL\na.b,{OCCURRED_AT},NA\na.b,{OCCURRED_AT},u\n"

    notes = load(data, exits=0).stderr
    load(data, "--null", "user=NA", "--null", "NULL", "--replace")

    assert "2 values “NA” in the column “user” stored as text" in notes
    assert "--null 'user=NULL'" in notes
    assert sorted(filter(None, users(store, acme))) == ["u"]


def test_a_pipe_can_be_imported(run, acme):
    reader, writer = os.pipe()
    os.write(writer, f"type,occurred_at\na.b,{OCCURRED_AT}\n".encode())
    os.close(writer)

    assert "1 events added" in run("import", f"/dev/fd/{reader}", "--org", "acme").stdout
    os.close(reader)


@pytest.mark.parametrize(
    "options",
    [
        ("--timezone", "Mars"), ("--time-format", "iso"), ("--time-format", "%q"),
        ("--time-format", "%d.%m %H"), ("--time-format", "%d.%m.%Y"), ("--time-format", "%Y %Z"),
        ("--delimiter", "ab"), ("--encoding", "klingon"), ("--encoding", "base64"),
        ("--number", "total"), ("--null", ""), ("--null", "nobody=NA"), ("--sheet", "x"),
        ("--type-from", "type", "--set", "type=a"), ("--map", "user=a", "--map", "user=b"),
    ],
)  # fmt: skip
def test_an_invalid_option_is_one_line(load, options):
    refused = load(f"type,occurred_at\na.b,{OCCURRED_AT}\n", *options, exits=1).stderr

    assert refused.count("\n") <= 2
    assert "Traceback" not in refused
    assert "dashapp: " in refused


def test_a_frequent_kind_of_refusal_does_not_hide_another(load):
    lines = [f"a.b,{OCCURRED_AT}"] + ["a.b,never"] * 30 + ["X Y," + OCCURRED_AT]

    report = load("type,occurred_at\n" + "\n".join(lines) + "\n").stderr

    assert "… and 27 more with the same kind of error." in report
    assert "Line 33: “X Y” is not a valid type" in report

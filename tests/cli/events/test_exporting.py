"""`dashapp export`: formats, ranges, files, and that an import stores the same events."""

import csv
import json
import os
import signal
import subprocess
import sys
from unittest.mock import Mock

import duckdb
import pytest
from sqlalchemy import text

from dashapp.store.exports import exporting, target
from tests.factories import event, send

FORMATS = ("parquet", "csv", "ndjson")
AT = "2026-11-20T10:00:00Z"
ODD_PROPERTIES = [
    {},
    {"quotes": "a \"b\" 'c'", "lines": "a\nb\r\nc", "commas": "a,b;c\td|e", "backslash": "\\n"},
    {"empty": "", "null": None, "blank": " ", "word": "NULL", "no": "\\N"},
    {"unicode": "Zoë 東京 🎉 \u2028 \u0085 \ufeff e\u0301"},
    {"nested": {"list": [1, [2, {"a": None}], "x"], "empty": {}}, "none": []},
    {"big": 2**63 - 1, "small": -(2**63), "huge": 1e300, "tiny": 5e-324, "minus": -0.0},
    {"third": 0.1, "whole": 7.0, "odd": 1e22, "power": 1e-7, "true": True, "false": False},
    {"=1+1": "=cmd", "+": "+1", "-": "-1", "@": "@x", "": "empty name", "a.b": 1},
]
ODD_TEXTS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    'a "b", c',
    "007",
    "NULL",
    " x ",
    "Zoë 🎉",
    "\u2028",
    "'",
    '"',
]


@pytest.fixture
def odd_events(store, acme):
    """Events whose content is easily lost or changed."""
    times = ("1970-01-01T00:00:00Z", "2026-11-20T10:00:00.000001Z", AT)
    by_properties = [event("a.b", AT, properties=properties) for properties in ODD_PROPERTIES]
    by_texts = [event("c", AT, id=text, user=text, project="shop") for text in ODD_TEXTS]
    by_time = [event("d_2.e", at, channel="api.v2") for at in times]
    send(store, acme, [*by_properties, *by_texts, *by_time])


def contents(store, owner) -> list[tuple]:
    """All that an event consists of, by id."""
    columns = "id, type, occurred_at, user_id, channel, project, CAST(properties AS text)"
    with store.read(owner) as session:
        return sorted(map(tuple, session.execute(text(f"SELECT {columns} FROM events"))))


@pytest.mark.both_databases
@pytest.mark.parametrize("file_format", FORMATS)
def test_an_import_of_an_export_stores_the_same_events(
    run, store, acme, rival, odd_events, tmp_path, file_format
):
    file = tmp_path / "x"

    exported = run("export", "--org", "acme", "--format", file_format, "-o", str(file))
    imported = run("import", str(file), "--org", "rival")

    assert exported.stdout == "23 events exported.\n"
    assert "23 events added, 0 already stored, 0 lines rejected." in imported.stdout
    assert contents(store, rival) == contents(store, acme)
    assert run("tally", "verify").exit_code == 0


@pytest.mark.both_databases
def test_events_are_in_order_of_time_and_id(run, store, acme):
    send(store, acme, [
        event("b", "2026-11-20T10:00:00Z", id="é"), event("a", "2026-11-22T10:00:00Z", id="3"),
        event("a", "2026-11-20T10:00:00Z", id="a"), event("a", "2026-11-20T10:00:00Z", id="B"),
        event("c", "2026-11-20T09:00:00Z", id="z"),
    ])  # fmt: skip

    lines = run("export", "--org", "acme", "--format", "ndjson").stdout.splitlines()

    assert [json.loads(line)["id"] for line in lines] == ["z", "B", "a", "é", "3"]


def test_a_line_of_ndjson_is_an_event_as_it_was_sent(run, store, acme):
    send(store, acme, [event("a.b", AT, id="e", user="u", properties={"b": {"c": [1.5]}})])

    exported = run("export", "--org", "acme", "--format", "ndjson")

    assert exported.stdout == (
        '{"id":"e","type":"a.b","occurred_at":"2026-11-20T10:00:00Z","user":"u","channel":"web",'
        '"project":"default","properties":{"b":{"c":[1.5]}}}\n'
    )
    assert exported.stderr.splitlines()[1:] == ["1 event exported."]


def test_cells_of_csv_are_exact(run, store, acme):
    send(store, acme, [event("a.b", AT, id="=1+1", user="@x", properties={"q": '"'})])

    rows = list(csv.reader(run("export", "--org", "acme", "--format", "csv").stdout.splitlines()))

    assert rows == [
        ["id", "type", "occurred_at", "user", "channel", "project", "properties"],
        ["=1+1", "a.b", AT, "@x", "web", "default", '{"q":"\\""}'],
    ]


def test_a_parquet_file_has_typed_columns(run, store, acme, tmp_path):
    send(store, acme, [event("a.b", AT, id="e")])
    file = tmp_path / "x.parquet"

    run("export", "--org", "acme", "--format", "parquet", "-o", str(file))

    rows = duckdb.sql(f"SELECT *, epoch_us(occurred_at) FROM '{file}'")
    assert rows.fetchall()[0][3:] == (None, "web", "default", "{}", 1_795_168_800_000_000)
    assert [str(kind) for kind in rows.types[:3]] == ["VARCHAR", "VARCHAR", "TIMESTAMP WITH TIME ZONE"]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--from", "2026-11-20"), ["first", "last", "next"]),
        (("--to", "2026-11-21"), ["before", "first", "last"]),
        (("--from", "2026-11-20", "--to", "2026-11-21"), ["first", "last"]),
        (("--from", "2026-11-22"), []),
        (("--project", "shop"), ["last"]),
        (("--project", "shop", "--from", "2026-11-21"), []),
    ],
)
def test_a_range_is_half_open_in_days_of_the_org(run, store, acme, options, ids):
    run("org", "set", "acme", "--timezone", "Asia/Tokyo")
    send(store, acme, [
        event("a", "2026-11-19T14:59:59.999999Z", id="before"), event("a", "2026-11-19T15:00:00Z", id="first"),
        event("b", "2026-11-20T14:59:59.999999Z", id="last", project="shop"),
        event("a", "2026-11-20T15:00:00Z", id="next"),
    ])  # fmt: skip

    lines = run("export", "--org", "acme", "--format", "ndjson", *options).stdout.splitlines()

    assert [json.loads(line)["id"] for line in lines] == ids


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_org_without_events_is_an_empty_file(run, acme, tmp_path, file_format):
    file = tmp_path / "x"

    exported = run("export", "--org", "acme", "--format", file_format, "-o", str(file))

    assert exported.stdout == "0 events exported.\n"
    assert file.is_file()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--from", "20.11.2026"), "“20.11.2026” is not a valid date. Use a date such as"),
        (("--to", "2026-02-30"), "“2026-02-30” is not a valid date."),
        (("--from", "2026-11-21", "--to", "2026-11-21"), "--to is the day after the last one."),
        (("--project", "none"), "Org acme has no project none."),
        (("-o", "/no/such/folder/x"), "Cannot write the file in /no/such/folder: No such file"),
        (("-o", "/dev/null", "--force"), "/dev/null is not a file."),
    ],
)
@pytest.mark.parametrize("file_format", FORMATS)
def test_a_refused_export_is_one_line(run, acme, tmp_path, options, message, file_format):
    place = () if "-o" in options else ("-o", str(tmp_path / "x"))

    refused = run("export", "--org", "acme", "--format", file_format, *place, *options, exits=1)

    assert message in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert list(tmp_path.glob("[x.]*")) == []


def test_a_file_is_overwritten_only_with_force(run, store, acme, tmp_path):
    send(store, acme, [event("a.b", AT)])
    file = tmp_path / "x"
    file.write_text("mine")
    command = ("export", "--org", "acme", "--format", "csv", "-o", str(file))

    assert "already exists. Choose another name, or use --force." in run(*command, exits=1).stderr
    assert file.read_text() == "mine"
    run(*command, "--force")
    assert file.read_text().startswith("id,type,")


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_export_that_fails_leaves_nothing(run, store, acme, tmp_path, monkeypatch, file_format):
    monkeypatch.setattr(exporting, "BLOCK", 1)
    send(store, acme, [event("a.b", AT), event("a.b", AT)])
    file = tmp_path / "x"
    file.write_text("mine")
    monkeypatch.setattr(
        target.os, "fsync", Mock(side_effect=OSError(28, "No space left on device"))
    )
    command = ("export", "--org", "acme", "--format", file_format, "-o", str(file), "--force")

    assert "No space left on device. Nothing was exported." in run(*command, exits=1).stderr
    assert file.read_text() == "mine"
    assert list(tmp_path.glob(".*")) == []


def test_rivals_events_are_not_exported(run, store, acme, rival):
    send(store, rival, [event("a.b", AT, id="secret")])

    assert run("export", "--org", "acme", "--format", "ndjson").stdout == ""


def test_parquet_goes_to_a_pipe_but_not_to_a_terminal(run, database_url, acme, tmp_path):
    command = [sys.executable, "-m", "dashapp", "export", "--org", "acme", "--format", "parquet"]
    terminal, screen = os.openpty()

    refused = subprocess.run(command, check=False, stdout=screen, stderr=subprocess.PIPE, text=True)

    os.close(screen)
    os.close(terminal)
    assert refused.returncode == 1
    assert "Write it to a file: -o FILE" in refused.stderr
    assert run(*command[3:]).stdout_bytes.startswith(b"PAR1")


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_stopped_export_leaves_nothing(run, store, acme, tmp_path, monkeypatch, file_format):
    send(store, acme, [event("a.b", AT)])
    stop = Mock(side_effect=lambda _file: os.kill(os.getpid(), signal.SIGTERM))
    monkeypatch.setattr(target.os, "fsync", stop)
    before = signal.getsignal(signal.SIGTERM)

    command = ("export", "--org", "acme", "--format", file_format, "-o", str(tmp_path / "x"))
    run(*command, exits=128 + signal.SIGTERM)

    assert [*tmp_path.glob("x"), *tmp_path.glob(".*")] == []
    assert signal.getsignal(signal.SIGTERM) == before


class Recorder:
    """A writer that remembers the ids of each block, and does something else after the first."""

    def __init__(self, after_first=lambda: None) -> None:
        self.blocks: list[list[str]] = []
        self._after_first = after_first

    def add(self, block) -> None:
        self.blocks.append([event.id for event in block])
        if len(self.blocks) == 1:
            self._after_first()

    def finish(self) -> None:
        pass


@pytest.mark.both_databases
def test_an_export_is_one_snapshot_in_blocks(store, acme, monkeypatch):
    monkeypatch.setattr(exporting, "BLOCK", 2)
    send(store, acme, [event("a.b", f"2026-11-0{day}T00:00:00Z", id=str(day)) for day in (1, 5, 9)])
    send(store, acme, [event("a.c", AT, id=str(n)) for n in (20, 21, 22)])
    later = [event("a.b", at) for at in ("2026-11-03T00:00:00Z", AT, "2026-11-21T00:00:00Z")]
    recorder = Recorder(lambda: send(store, acme, later))

    assert exporting.export_events(store, acme, exporting.Selection(), recorder) == 6
    assert recorder.blocks == [["1"], ["5"], ["9"], ["20", "21"], ["22"]]
    again = Recorder()
    assert exporting.export_events(store, acme, exporting.Selection(), again) == 9


def test_an_export_imported_into_its_own_org_adds_nothing(run, odd_events, tmp_path):
    file = tmp_path / "x"
    run("export", "--org", "acme", "--format", "parquet", "-o", str(file))

    assert "0 events added, 23 already stored" in run("import", str(file), "--org", "acme").stdout

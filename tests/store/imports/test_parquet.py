"""Parquet files: types, columns, ids, compression, and damage."""

import gzip
import json
import zipfile
from datetime import UTC, datetime

import duckdb
import pytest

from dashapp.domain.errors import BadInput
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.mapping import Mapper
from dashapp.domain.files.notes import Notes
from dashapp.store.imports import parquet
from dashapp.store.imports.dry_run import preview_import
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.unpacking import DamagedFile
from tests.files import NOW, plan_of

ROW = "'a.b' AS type, '2026-11-20T10:00:00Z' AS occurred_at"


@pytest.fixture
def write(tmp_path):
    """Write the rows of a query to a Parquet file."""

    def write_file(query: str, name: str = "x.parquet", options: str = ""):
        file = tmp_path / name
        duckdb.sql(f"COPY ({query}) TO '{file}' (FORMAT parquet{options})")
        return file

    return write_file


def events(file, *maps: str, **options) -> list:
    plan, notes = plan_of(maps, **options), Notes()
    with Source(file).open(plan, notes) as content:
        mapper = Mapper(plan, notes)
        return [mapper.to_event(record, received_at=NOW) for record in content.records]


def properties(file, *maps: str, **options) -> dict:
    return json.loads(events(file, *maps, **options)[0].properties)


def time_of(file, **options) -> datetime:
    return datetime.fromtimestamp(events(file, **options)[0].occurred_at / 1e6, UTC)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7::TINYINT", 7), ("9223372036854775807::BIGINT", 2**63 - 1), ("255::UTINYINT", 255),
        ("7::UBIGINT", 7), ("0.1::DOUBLE", 0.1), ("1e300::DOUBLE", 1e300), ("0.5::FLOAT", 0.5),
        ("12.50::DECIMAL(9, 2)", 12.5), ("12.00::DECIMAL(9, 2)", 12), ("-0.000001::DECIMAL(38, 6)", -1e-6),
        ("9223372036854775807::DECIMAL(38, 0)", 2**63 - 1),
        ("true", True), ("false", False), ("''", ""), ("'Zoë 🎉'", "Zoë 🎉"), ("'7'", "7"),
        ("encode('Zoë')", "Zoë"),
        ("DATE '2026-11-20'", "2026-11-20"), ("TIME '10:00:00.5'", "10:00:00.500000"),
        ("TIMESTAMP '2026-11-20 10:00:00.123456'", "2026-11-20T10:00:00.123456"),
        ("TIMESTAMPTZ '2026-11-20 10:00:00+02'", "2026-11-20T08:00:00Z"),
        ("'0190a1b2-0000-7000-8000-000000000001'::UUID", "0190a1b2-0000-7000-8000-000000000001"),
        ("[1, NULL, 3]", [1, None, 3]), ("{'a': {'b': [1.5]}, 'c': NULL::INT}", {"a": {"b": [1.5]}}),
        ("MAP {'a': 1, 'b': NULL}", {"a": 1}), ("MAP {1: DATE '2026-11-20'}", {"1": "2026-11-20"}),
        ("[{'at': TIMESTAMPTZ '2026-11-20 10:00:00+02'}]", [{"at": "2026-11-20T08:00:00Z"}]),
        ("'x'::ENUM('x', 'y')", "x"),
    ],
)  # fmt: skip
def test_a_value_keeps_its_type(write, expression, value):
    file = write(f"SELECT {ROW}, {expression} AS v")

    stored = properties(file, "properties.v=v")["v"]

    assert (stored, type(stored)) == (value, type(value))


def test_minus_zero_is_kept(write):
    file = write(f"SELECT {ROW}, -0.0::DOUBLE AS v")

    assert events(file, "properties.v=v")[0].properties == '{"v":-0.0}'


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "1234567890123456.789::DECIMAL(38, 3)",
            "The column “v” has a number with too many digits",
        ),
        ("18446744073709551615::UBIGINT", "Whole numbers must fit in 64 bits"),
        ("'nan'::DOUBLE", "Numbers must be finite"),
        (r"'\xff'::BLOB", "The column “v” has bytes that are not UTF-8 text"),
        ("'a' || chr(0)", "NUL"),
    ],
)
def test_a_value_that_cannot_be_stored_exactly_is_refused(write, expression, message):
    file = write(f"SELECT {ROW}, {expression} AS v")

    with pytest.raises(InvalidEvent, match=message):
        events(file, "properties.v=v")
    assert events(file)[0].properties == "{}"  # a column that is not used does not matter


@pytest.mark.parametrize(
    ("expression", "options", "expected"),
    [
        ("TIMESTAMPTZ '2026-11-20 10:00:00.000001+02'", {}, datetime(2026, 11, 20, 8, 0, 0, 1, UTC)),
        ("TIMESTAMP '2026-07-20 10:00:00'", {"timezone": "Europe/Berlin"}, datetime(2026, 7, 20, 8, tzinfo=UTC)),
        ("DATE '2026-07-20'", {"timezone": "Europe/Berlin"}, datetime(2026, 7, 19, 22, tzinfo=UTC)),
        ("1795168800::BIGINT", {}, datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("1795168800000::DOUBLE", {"time_format": "epoch-ms"}, datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("TIMESTAMP_NS '2026-11-20 10:00:00.123456789'", {"timezone": "UTC"}, datetime(2026, 11, 20, 10, 0, 0, 123456, UTC)),
        ("TIMESTAMP_MS '2026-11-20 10:00:00.123'", {"timezone": "UTC"}, datetime(2026, 11, 20, 10, 0, 0, 123000, UTC)),
        ("'2026-11-20 10:00:00+01'", {}, datetime(2026, 11, 20, 9, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_time_is_exact(write, expression, options, expected):
    file = write(f"SELECT 'a.b' AS type, {expression} AS occurred_at")

    assert time_of(file, **options) == expected


def test_a_time_is_the_same_on_a_machine_in_any_zone(write, monkeypatch):
    file = write("SELECT 'a.b' AS type, TIMESTAMPTZ '2026-11-20 10:00:00+00' AS occurred_at")
    monkeypatch.setenv("TZ", "America/Vancouver")

    assert time_of(file) == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_time_without_a_zone_is_refused(write):
    file = write("SELECT 'a.b' AS type, TIMESTAMP '2026-11-20 10:00:00' AS occurred_at")

    with pytest.raises(InvalidEvent, match=r"has no time zone\. Specify it: --timezone"):
        events(file)


@pytest.mark.parametrize(
    "column", ["""'{"store": "7", "n": 1}'""", "{'store': '7', 'n': 1}", "MAP {'store': '7'}"]
)
def test_properties_are_json_text_or_nested(write, column):
    file = write(f"SELECT {ROW}, {column} AS properties")

    assert properties(file)["store"] == "7"


def test_ids_and_users_can_be_integers_and_fields_of_structs(write):
    file = write(f"SELECT {ROW}, 17::UBIGINT AS id, {{'login': 12::DECIMAL(20, 0)}} AS actor")

    (event,) = events(file, "user=actor.login")

    assert (event.id, event.user) == ("17", "12")


def test_columns_that_are_not_mapped_are_ignored_and_missing_ones_are_refused(write):
    file = write(f"SELECT {ROW}, 'x' AS total")

    assert properties(file) == {}
    with pytest.raises(
        BadInput, match=r"no column “Total” \(--map properties\.t=Total\); did you mean"
    ):
        events(file, "properties.t=Total")
    with pytest.raises(BadInput, match="no column “type”"):
        events(write("SELECT '2026-11-20' AS occurred_at"))


def test_a_row_without_an_id_gets_that_of_the_same_object_in_json(write, tmp_path):
    file = write(f"SELECT {ROW}, 7 AS total, NULL::VARCHAR AS note FROM range(2)")
    same = tmp_path / "x.json"
    row = '{"type":"a.b","occurred_at":"2026-11-20T10:00:00Z","total":7,"note":null}'
    same.write_text(f"[\n{row},\n{row}]")

    preview = preview_import(Source(same), plan_of(["user=note"]), now=NOW)

    ids = [event.id for event in events(file)]
    assert ids == [event.id for _line, _org, event in preview.first]
    assert ids[0].removesuffix("-1") == ids[1].removesuffix("-2")


def test_rows_come_in_order_and_in_blocks(write, monkeypatch):
    monkeypatch.setattr(parquet, "_BLOCK", 1_000)
    file = write(
        f"SELECT {ROW}, range::VARCHAR AS id FROM range(10500)", options=", ROW_GROUP_SIZE 2048"
    )
    shares = []
    plan = plan_of()

    with parquet.parquet_records(file, plan, shares.append) as records:
        assert [int(record.fields["id"]) for record in records] == list(range(10_500))
    assert (len(shares), shares[-1]) == (11, 1.0)


@pytest.mark.parametrize(
    "name", ["[ab].parquet", "*.parquet", "a'b.parquet", "x=1", "ä b.csv", "[ab]/x"]
)
def test_a_name_is_not_a_pattern(write, tmp_path, name):
    for folder in ("a", "[ab]"):
        (tmp_path / folder).mkdir()
    for other in ("a.parquet", "a/x"):
        write(f"SELECT {ROW}, 'other' AS id", other)
    file = write(f"SELECT {ROW}, 'this' AS id", "t").rename(tmp_path / name)

    assert [event.id for event in events(file)] == ["this"]


def test_a_link_to_a_file_is_read(write, tmp_path):
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "x"
    link.symlink_to(write(f"SELECT {ROW}"))

    assert len(events(link)) == 1


def test_progress_adds_up_to_the_size_of_the_file(write):
    file = write(f"SELECT {ROW} FROM range(5000)")
    sizes = []

    preview_import(Source(file, sizes.append), plan_of(), now=NOW)

    assert sum(sizes) == file.stat().st_size


def packed(file, kind: str) -> bytes:
    if kind == "gzip":
        return gzip.compress(file.read_bytes())
    with zipfile.ZipFile(file.with_suffix(".zip"), "w") as archive:
        archive.write(file, "x.parquet")
    return file.with_suffix(".zip").read_bytes()


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_compressed_file_is_unpacked_within_a_limit(write, monkeypatch, kind):
    file = write(f"SELECT {ROW}")
    file.write_bytes(packed(file, kind))

    assert len(events(file)) == 1
    monkeypatch.setattr(parquet, "_MAX_UNPACKED", 100)
    with pytest.raises(
        BadInput, match=r"more than 100 bytes when decompressed\. Decompress it first"
    ):
        events(file)


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"PAR1" + b"x" * 1_000 + b"PAR1",
        lambda whole: b"PAR1,type,occurred_at\n",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-1],
        lambda whole: whole[:4] + b"\xff" * 40 + whole[44:],
    ],
)
def test_a_file_that_is_not_parquet_is_refused(write, damage):
    file = write(f"SELECT {ROW}, uuid()::VARCHAR AS id FROM range(100)")
    file.write_bytes(damage(file.read_bytes()))

    with pytest.raises(
        DamagedFile, match="The Parquet file is corrupt, truncated, or of an unsupp"
    ):
        events(file)


def test_a_file_without_rows_is_refused(write):
    with pytest.raises(BadInput, match="The file has no rows"):
        events(write(f"SELECT {ROW} WHERE false"))

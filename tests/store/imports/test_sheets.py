"""Spreadsheets: which sheet is read, and how cells become text."""

import io
import zipfile
from xml.sax.saxutils import escape

import pytest

from dashapp.domain.errors import BadInput
from dashapp.domain.files.mapping import Mapper
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.reading import read_records
from dashapp.store.imports.file_source import Source
from tests.files import NOW, plan_of

_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'  # fmt: skip
_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'  # fmt: skip
_REL = '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'  # fmt: skip
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_STYLES = f'<?xml version="1.0"?><styleSheet {_MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'  # fmt: skip
DATE = 46_346.416_666_666_664  # 2026-11-20 10:00


def cell(value) -> str:
    if isinstance(value, tuple):
        return f'<c s="1"><v>{value[0]!r}</v></c>'
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def book(**sheets) -> bytes:
    """Return an xlsx file with these sheets of rows. A tuple is a date."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        named = "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1)
        )
        rels = [_REL.format(f"r{n}", "worksheet", f"worksheets/{n}.xml") for n in range(1, len(sheets) + 1)]  # fmt: skip
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELS.format(_REL.format("r", "officeDocument", "xl/workbook.xml")))  # fmt: skip
        archive.writestr("xl/workbook.xml", f'<?xml version="1.0"?><workbook {_MAIN} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{named}</sheets></workbook>')  # fmt: skip
        archive.writestr("xl/_rels/workbook.xml.rels", _RELS.format("".join([*rels, _REL.format("s", "styles", "styles.xml")])))  # fmt: skip
        archive.writestr("xl/styles.xml", _STYLES)
        for n, rows in enumerate(sheets.values(), 1):
            lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            archive.writestr(f"xl/worksheets/{n}.xml", f'<?xml version="1.0"?><worksheet {_MAIN}><sheetData>{lines}</sheetData></worksheet>')  # fmt: skip
    return body.getvalue()


HEADER = ("type", "occurred_at", "user", "total")
ROW = ("a.b", (DATE,), 4711, 1.5)


def events(tmp_path, data: bytes, plan=None, notes=None):
    file = tmp_path / "x.dat"
    file.write_bytes(data)
    plan, notes = plan or plan_of(), notes or Notes()
    with Source(file).open(plan, notes) as content:
        mapper = Mapper(plan, notes, is_sheet=content.is_sheet)
        return [mapper.to_event(record, received_at=NOW) for record in read_records(content, plan)]


def test_dates_are_utc_unless_a_time_zone_is_given(tmp_path):
    notes = Notes()
    (event,) = events(tmp_path, book(Data=[HEADER, ROW]), notes=notes)
    (local,) = events(tmp_path, book(Data=[HEADER, ROW]), plan_of(timezone="Europe/Berlin"))

    assert (event.occurred_at, local.occurred_at) == (1_795_168_800_000_000, 1_795_165_200_000_000)
    assert "read as UTC. To change this, use --timezone" in next(notes.sentences())


def test_cells_become_the_text_that_a_spreadsheet_shows(tmp_path):
    file_plan = plan_of(["user=user", "properties.total=total", "properties.ok=ok"], numbers=("properties.total",))  # fmt: skip
    data = book(
        Data=[(*HEADER, "ok"), (*ROW, True), ("a.b", (DATE,), "Zoë, “x”", 0.1 + 0.2, False)]
    )

    first, second = events(tmp_path, data, file_plan)

    assert (first.user, first.properties) == ("4711", '{"ok":"true","total":1.5}')
    assert (second.user, second.properties) == ("Zoë, “x”", '{"ok":"false","total":0.3}')


def test_the_first_sheet_is_read_unless_another_is_named(tmp_path):
    notes = Notes()
    data = book(Data=[HEADER, ROW], More=[HEADER, ("c.d", (DATE,), "v", 1)])

    assert events(tmp_path, data, notes=notes)[0].type == "a.b"
    assert "reading the sheet “Data”; choose another with --sheet (Data, More)" in "".join(notes.sentences())  # fmt: skip
    assert events(tmp_path, data, plan_of(sheet="More"))[0].type == "c.d"
    with pytest.raises(BadInput, match=r"No sheet “Else”\. Available sheets: Data, More"):
        events(tmp_path, data, plan_of(sheet="Else"))


def test_rows_keep_their_line_numbers(tmp_path):
    data = book(Data=[(), HEADER, (), ROW])
    (tmp_path / "x.xlsx").write_bytes(data)

    with Source(tmp_path / "x.xlsx").open(plan_of(), Notes()) as content:
        assert [record.line for record in read_records(content, plan_of())] == [4]


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
        book(Data=[HEADER, ROW]).replace(b"sheetData", b"sheetDatA", 1)[:-200],
        book(Data=[]),
    ],
    ids=["old format", "cut off", "no rows"],  # a file has the time at which it was made
)
def test_an_unreadable_spreadsheet_is_a_one_line_error(tmp_path, data):
    with pytest.raises(BadInput) as refused:
        events(tmp_path, data)

    assert "\n" not in refused.value.message


def test_a_sheet_with_a_far_away_cell_is_refused(tmp_path):
    data = book(Data=[HEADER, ROW])
    far = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(far, "w") as new:
        for name in old.namelist():
            body = old.read(name).replace(b"</row></sheetData>", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')  # fmt: skip
            new.writestr(name, body)

    with pytest.raises(BadInput, match="1,048,576 rows and 16,384 columns"):
        events(tmp_path, far.getvalue())


def test_a_word_document_is_refused_by_name(tmp_path):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("word/document.xml", "x")

    with pytest.raises(BadInput, match="a Word document"):
        events(tmp_path, body.getvalue())

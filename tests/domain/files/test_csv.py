"""CSV with any delimiter, encoding and line ending."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.errors import BadInput
from tests.files import PAGES, events, plan_of, records

ROWS = [["when", "who", "note"], ["2026-01-01T00:00:00Z", "u1", "x"]]


def csv_bytes(rows, delimiter=",", end="\n", encoding="utf-8", **more) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, **more).writerows(rows)
    return text.getvalue().encode(encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])  # fmt: skip
def test_delimiter_line_ending_and_encoding_are_detected(delimiter, end, encoding):
    (event,) = events(csv_bytes(ROWS, delimiter, end, encoding))

    assert (event.user, event.occurred_at) == ("u1", 1_767_225_600_000_000)


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n', "SEP=;\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sep_line_of_excel_sets_the_delimiter(first, encoding):
    data = (first + "when;who\n2026-01-01T00:00:00Z;a,b\n").encode(encoding)

    assert [event.user for event in events(data)] == ["a,b"]
    assert records(data)[0].line == 3


def test_a_delimiter_can_be_given():
    data = b"when~who\n2026-01-01T00:00:00Z~u\n"
    tab = b"when\twho\n2026-01-01T00:00:00Z\tu\n"

    assert events(data, plan_of(PAGES_MAPS, PAGES_SET, delimiter="~"))[0].user == "u"
    assert events(tab, plan_of(PAGES_MAPS, PAGES_SET, delimiter="tab"))[0].user == "u"


PAGES_MAPS, PAGES_SET = ["occurred_at=when", "user=who"], ["type=page.viewed"]


def test_the_detected_delimiter_fits_the_plan():
    data = b"when,who,a;b;c;d\n2026-01-01T00:00:00Z,u,x\n"

    assert events(data)[0].user == "u"


def test_a_comma_in_a_quoted_name_is_not_a_delimiter():
    data = b'when;who;"Total, net"\n2026-01-01T00:00:00Z;u;"1,5"\n'

    assert events(data)[0].user == "u"


def test_a_byte_order_mark_overrides_the_given_encoding():
    plan = plan_of(PAGES_MAPS, PAGES_SET, encoding="cp1252")

    assert events(csv_bytes([ROWS[0], [ROWS[1][0], "Zoë", ""]], encoding="cp1252"), plan)[0].user == "Zoë"  # fmt: skip
    assert events(csv_bytes([ROWS[0], [ROWS[1][0], "Zoë", ""]], encoding="utf-8-sig"), plan)[0].user == "Zoë"  # fmt: skip


def test_an_undecodable_character_affects_only_its_line():
    plan = plan_of(PAGES_MAPS, PAGES_SET, encoding="cp1252")
    first, second = records(b"when,who\n2026-01-01T00:00:00Z,\x81\n2026-01-01T00:00:00Z,u\n", plan)

    assert first.fault == "Invalid cp1252. Specify another encoding with --encoding NAME."
    assert second.fault is None


def test_a_header_that_is_not_utf_8_is_rejected():
    with pytest.raises(BadInput, match=r"Cannot read the header\. Invalid UTF-8.*--encoding"):
        records("when,who,straße\n".encode("latin-1"))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("When,who", "did you mean “When”\\? Use --map occurred_at=When"),
        (" when,who", "did you mean “ when”\\? Use --map 'occurred_at= when'"),
        ("when,whom", "no column “who” \\(--map user=who\\); did you mean “whom”"),
        ("time,name", "no column “when”.*Available columns: time, name"),
    ],
)
def test_the_error_for_a_missing_column_suggests_a_column(header, message):
    with pytest.raises(BadInput, match=message):
        records(f"{header}\n1,2\n".encode())


def test_a_duplicate_column_is_rejected_only_if_it_is_used():
    data = b"when,who,,,x,x\n2026-01-01T00:00:00Z,u,,,1,2\n"

    assert events(data)[0].user == "u"
    with pytest.raises(BadInput, match="“x” 2 times \\(columns 5 and 6\\)"):
        records(data, plan_of([*PAGES_MAPS, "properties.x=x"], PAGES_SET))


@pytest.mark.parametrize(
    "line",
    [b'"x\n', b'x"y,z"\n', b'"x"y,z\n', b"a,b,c\n", b"a\n", b"x,\xff\n", b'"' + b"x" * 1_200_000 + b'",y\n'],
)  # fmt: skip
def test_faults_do_not_contain_messages_of_python(line):
    parsed = records(b"when,who\n" + line + b"2026-01-01T00:00:00Z,u\n")

    faults = " ".join(record.fault for record in parsed if record.fault)
    for word in ("expected", "field limit", "unexpected", "universal", "codec", "0x"):
        assert word not in faults


def test_line_endings_can_be_mixed():
    data = (
        b'when,who\r2026-01-01T00:00:00Z,a\n2026-01-01T00:00:00Z,"b\rc"\r\n2026-01-01T00:00:00Z,d\r'
    )

    assert [record.fields["who"] for record in records(data)] == ["a", "b\rc", "d"]


def test_a_properties_cell_can_be_json():
    plan = plan_of(["occurred_at=when"], ["type=a.b"])
    data = b'when,properties\n2026-01-01T00:00:00Z,"{""store"": 7}"\n2026-01-01T00:00:00Z,\n'

    assert [event.properties for event in events(data, plan)] == ['{"store":7}', "{}"]


cells = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=6
)


@given(
    st.lists(st.tuples(cells, cells), min_size=1, max_size=5),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"]),
    st.integers(1, 30),
)
def test_any_table_round_trips(rows, delimiter, end, encoding, chunk_size):
    table = [["when", "who"], *(["x" + left, right] for left, right in rows)]
    data = csv_bytes(table, delimiter, end, encoding, quoting=csv.QUOTE_ALL)
    plan = PAGES._replace(options=PAGES.options._replace(encoding=encoding))

    assert [list(record.fields.values()) for record in records(data, plan, chunk_size)] == table[1:]


@pytest.mark.parametrize("line", ["x" * 1_100_000, f'2026-01-01T00:00:00Z,u,"{"x" * 1_100_000}"'])
def test_a_line_that_is_too_long_is_rejected_anywhere_in_the_file(line):
    header, good = "when,who,note\n", "2026-01-01T00:00:00Z,u1,x\n"

    first, second = records(f"{header}{line}\n{good}".encode())
    (only,) = records(f"{header}{line}\n".encode())

    assert (first.fault, second.fault) == ("The line is longer than 1,000,000 bytes.", None)
    assert (first.line, only.fault) == (2, first.fault)
    with pytest.raises(BadInput, match=r"header\. The line is longer than"):
        records(f"{line}\n{good}".encode())

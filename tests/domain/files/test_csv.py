"""CSV of any delimiter, encoding and line end."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.errors import BadInput
from tests.files import PAGES, events, plan_of, records

ROWS = [["when", "who", "note"], ["2026-01-01T00:00:00Z", "u1", "x"]]


def written(rows, delimiter=",", end="\n", encoding="utf-8", **more) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, **more).writerows(rows)
    return text.getvalue().encode(encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])  # fmt: skip
def test_any_delimiter_line_end_and_encoding_is_found_out(delimiter, end, encoding):
    (event,) = events(written(ROWS, delimiter, end, encoding))

    assert (event.user, event.occurred_at) == ("u1", 1_767_225_600_000_000)


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n', "SEP=;\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_excels_first_line_names_the_delimiter(first, encoding):
    data = (first + "when;who\n2026-01-01T00:00:00Z;a,b\n").encode(encoding)

    assert [event.user for event in events(data)] == ["a,b"]
    assert records(data)[0].line == 3


def test_a_delimiter_may_be_said():
    data = b"when~who\n2026-01-01T00:00:00Z~u\n"
    tab = b"when\twho\n2026-01-01T00:00:00Z\tu\n"

    assert events(data, plan_of(PAGES_MAPS, PAGES_SET, delimiter="~"))[0].user == "u"
    assert events(tab, plan_of(PAGES_MAPS, PAGES_SET, delimiter="tab"))[0].user == "u"


PAGES_MAPS, PAGES_SET = ["occurred_at=when", "user=who"], ["type=page.viewed"]


def test_the_delimiter_is_the_one_that_fits_the_plan():
    data = b"when,who,a;b;c;d\n2026-01-01T00:00:00Z,u,x\n"

    assert events(data)[0].user == "u"


def test_a_comma_in_a_quoted_name_is_no_delimiter():
    data = b'when;who;"Total, net"\n2026-01-01T00:00:00Z;u;"1,5"\n'

    assert events(data)[0].user == "u"


def test_an_encoding_may_be_said_and_a_mark_is_believed_more():
    wanted = plan_of(PAGES_MAPS, PAGES_SET, encoding="cp1252")

    assert events(written([ROWS[0], [ROWS[1][0], "Zoë", ""]], encoding="cp1252"), wanted)[0].user == "Zoë"  # fmt: skip
    assert events(written([ROWS[0], [ROWS[1][0], "Zoë", ""]], encoding="utf-8-sig"), wanted)[0].user == "Zoë"  # fmt: skip


def test_a_letter_that_an_encoding_lacks_is_one_bad_line():
    wanted = plan_of(PAGES_MAPS, PAGES_SET, encoding="cp1252")
    first, second = records(
        b"when,who\n2026-01-01T00:00:00Z,\x81\n2026-01-01T00:00:00Z,u\n", wanted
    )

    assert first.fault == "Not in cp1252. Say what the file is in: --encoding NAME"
    assert second.fault is None


def test_a_header_that_is_not_utf_8_is_told_at_once():
    with pytest.raises(BadInput, match=r"The header: not in UTF-8.*--encoding"):
        records("when,who,straße\n".encode("latin-1"))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("When,who", "did you mean “When”\\? Say --map occurred_at=When"),
        (" when,who", "did you mean “ when”\\? Say --map 'occurred_at= when'"),
        ("when,whom", "no column “who” \\(--map user=who\\); did you mean “whom”"),
        ("time,name", "no column “when”.*there are, separated by commas: time, name"),
    ],
)
def test_a_column_that_is_not_there_is_told_with_what_was_meant(header, message):
    with pytest.raises(BadInput, match=message):
        records(f"{header}\n1,2\n".encode())


def test_a_name_twice_is_refused_only_where_it_is_used():
    data = b"when,who,,,x,x\n2026-01-01T00:00:00Z,u,,,1,2\n"

    assert events(data)[0].user == "u"
    with pytest.raises(BadInput, match="“x” 2 times \\(columns 5 and 6\\)"):
        records(data, plan_of([*PAGES_MAPS, "properties.x=x"], PAGES_SET))


@pytest.mark.parametrize(
    "line",
    [b'"x\n', b'x"y,z"\n', b'"x"y,z\n', b"a,b,c\n", b"a\n", b"x,\xff\n", b'"' + b"x" * 1_200_000 + b'",y\n'],
)  # fmt: skip
def test_no_sentence_of_python_reaches_a_person(line):
    found = records(b"when,who\n" + line + b"2026-01-01T00:00:00Z,u\n")

    said = " ".join(one.fault for one in found if one.fault)
    for word in ("expected", "field limit", "unexpected", "universal", "codec", "0x"):
        assert word not in said


def test_line_ends_may_be_mixed():
    data = (
        b'when,who\r2026-01-01T00:00:00Z,a\n2026-01-01T00:00:00Z,"b\rc"\r\n2026-01-01T00:00:00Z,d\r'
    )

    assert [one.fields["who"] for one in records(data)] == ["a", "b\rc", "d"]


def test_a_cell_of_properties_may_be_json():
    wanted = plan_of(["occurred_at=when"], ["type=a.b"])
    data = b'when,properties\n2026-01-01T00:00:00Z,"{""store"": 7}"\n2026-01-01T00:00:00Z,\n'

    assert [event.properties for event in events(data, wanted)] == ['{"store":7}', "{}"]


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
def test_any_table_comes_back_as_it_was(rows, delimiter, end, encoding, piece):
    table = [["when", "who"], *(["x" + left, right] for left, right in rows)]
    data = written(table, delimiter, end, encoding, quoting=csv.QUOTE_ALL)
    said = PAGES._replace(options=PAGES.options._replace(encoding=encoding))

    assert [list(one.fields.values()) for one in records(data, said, piece)] == table[1:]


@pytest.mark.parametrize("line", ["x" * 1_100_000, f'2026-01-01T00:00:00Z,u,"{"x" * 1_100_000}"'])
def test_a_line_that_is_too_long_is_refused_wherever_it_stands(line):
    header, good = "when,who,note\n", "2026-01-01T00:00:00Z,u1,x\n"

    first, second = records(f"{header}{line}\n{good}".encode())
    (alone,) = records(f"{header}{line}\n".encode())

    assert (first.fault, second.fault) == ("Longer than 1,000,000 bytes.", None)
    assert (first.line, alone.fault) == (2, first.fault)
    with pytest.raises(BadInput, match="header: longer than"):
        records(f"{line}\n{good}".encode())

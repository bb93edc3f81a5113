"""Records as events: mappings, what is set, and lines that are named when they are bad."""

import pytest

from dashapp.domain.errors import BadInput
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.mapping import Mapper
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.plan import make_plan
from tests.files import AS_IS, events, plan_of, records

CSV = b"when,who\n2026-01-01T00:00:00Z,u1\n2026-01-01T00:00:00Z,u1\n2026-01-02T00:00:00Z,u2\n"
LINE = b'{"id":"a","type":"page.viewed","occurred_at":"2026-01-01T00:00:00Z"}\n'


def test_columns_become_keys_and_values_are_set():
    first = events(CSV)[0]

    assert (first.type, first.user, first.channel) == ("page.viewed", "u1", "web")


def test_columns_can_become_properties():
    wanted = plan_of(["occurred_at=when", "properties.store=who"], ["type=page.viewed"])

    assert events(CSV, wanted)[0].properties == '{"store":"u1"}'


def test_ndjson_is_recognized_and_strict():
    bad = LINE.replace(b'"id":"a"', b'"id":"a","country":"de"')

    assert events(b"\xef\xbb\xbf\n" + LINE, AS_IS)[0].id == "a"
    with pytest.raises(InvalidEvent, match="Unknown key"):
        events(bad, AS_IS)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"2026-01-01T00:00:00Z\n", "1 columns where the header has 2"),
        (b'"2026-01-01T00:00:00Z"x,u1\n', "Not readable as CSV"),
    ],
)
def test_a_bad_csv_line_is_named_and_the_next_is_read(line, fault):
    found = records(b"when,who\n" + line + b"2026-01-02T00:00:00Z,u2\n")

    assert found[0].line == 2
    assert fault in found[0].fault
    assert found[1].fault is None


def test_a_bad_ndjson_line_is_one_bad_line():
    found = records(b'{"id":"a"}\n{"id":\n[1]\n\n{"id":"b"}\n', AS_IS)

    assert [(one.line, one.fault) for one in found] == [
        (1, None),
        (2, "Not valid JSON."),
        (3, "Not a JSON object."),
        (5, None),
    ]


def test_a_quoted_line_break_stays_in_its_record():
    found = records(b'when,who\n2026-01-01T00:00:00Z,"a\nb"\n2026-01-02T00:00:00Z,c\n')

    assert [one.line for one in found] == [2, 4]


def test_an_event_of_a_file_needs_a_time():
    with pytest.raises(InvalidEvent, match="occurred_at"):
        events(b"when,who\n,u1\n")


def test_an_empty_org_is_refused():
    wanted = make_plan([], ["type=a.b", "occurred_at=2026-01-01T00:00:00Z"], "shop")
    (record,) = records(b"shop,who\n,u\n", wanted)

    with pytest.raises(InvalidEvent, match="“shop” is empty"):
        Mapper(wanted, Notes()).org_of(record)


def test_a_line_that_is_not_utf_8_says_so_and_the_next_is_read():
    found = records(b"when,who\n2026-01-01T00:00:00Z,\xff\n2026-01-01T00:00:00Z,u\n")

    assert "UTF-8" in found[0].fault
    assert found[1].fault is None


@pytest.mark.parametrize("text", ["type", "type=", "country=x", "=x"])
def test_an_option_that_makes_no_sense_is_refused(text):
    with pytest.raises(BadInput):
        make_plan([text], [])


def test_a_key_is_either_mapped_or_set():
    with pytest.raises(BadInput):
        make_plan(["type=a"], ["type=b"])


@pytest.mark.parametrize("value", ['"x"', "[1]", "7"])
def test_properties_that_are_no_object_are_refused_with_their_line(value):
    line = '{"id":"a","type":"a.b","occurred_at":"2026-01-01T00:00:00Z","properties":' + value + "}"

    with pytest.raises(InvalidEvent, match="must be an object"):
        events(line.encode(), plan_of(["properties.y=z"], ["channel=api"]))


def test_an_empty_properties_cell_is_none():
    line = b"id,type,occurred_at,properties\na,a.b,2026-01-01T00:00:00Z,\n"

    assert events(line, AS_IS)[0].properties == "{}"


def test_the_org_column_may_have_a_keys_name():
    line = b"id,type,occurred_at,project\na,a.b,2026-01-01T00:00:00Z,acme\n"

    assert events(line, make_plan([], [], "project"))[0].project == "default"
    assert events(line, make_plan([], ["project=shop"], "project"))[0].project == "shop"


def test_a_quote_that_is_not_closed_names_the_lines_it_swallows():
    (found,) = records(b'when,who\n"2026-01-01T00:00:00Z,a\n2026-01-02T00:00:00Z,b\n')

    assert "lines 2 to 3" in found.fault


def test_a_message_holds_nothing_that_a_terminal_obeys():
    with pytest.raises(InvalidEvent) as refused:
        events(b"when,who\n\x1b]0;evil\x07,u1\n")

    assert "\x1b" not in refused.value.message

"""Turning records into events, and the faults of bad lines."""

import pytest

from dashapp.domain.errors import BadInput
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.mapping import Mapper
from dashapp.domain.files.notes import Notes
from dashapp.domain.files.plan import make_plan
from tests.files import AS_IS, events, plan_of, records

CSV = b"when,who\n2026-01-01T00:00:00Z,u1\n2026-01-01T00:00:00Z,u1\n2026-01-02T00:00:00Z,u2\n"
LINE = b'{"id":"a","type":"page.viewed","occurred_at":"2026-01-01T00:00:00Z"}\n'


def test_columns_are_mapped_and_values_are_set():
    first = events(CSV)[0]

    assert (first.type, first.user, first.channel) == ("page.viewed", "u1", "web")


def test_columns_can_be_mapped_to_properties():
    plan = plan_of(["occurred_at=when", "properties.store=who"], ["type=page.viewed"])

    assert events(CSV, plan)[0].properties == '{"store":"u1"}'


def test_ndjson_is_detected_and_validated_strictly():
    bad = LINE.replace(b'"id":"a"', b'"id":"a","country":"de"')

    assert events(b"\xef\xbb\xbf\n" + LINE, AS_IS)[0].id == "a"
    with pytest.raises(InvalidEvent, match="Unknown key"):
        events(bad, AS_IS)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"2026-01-01T00:00:00Z\n", "The line has 1 columns, but the header has 2"),
        (b'"2026-01-01T00:00:00Z"x,u1\n', "Invalid CSV"),
    ],
)
def test_a_bad_csv_line_does_not_affect_the_next(line, fault):
    parsed = records(b"when,who\n" + line + b"2026-01-02T00:00:00Z,u2\n")

    assert parsed[0].line == 2
    assert fault in parsed[0].fault
    assert parsed[1].fault is None


def test_a_bad_ndjson_line_does_not_affect_others():
    parsed = records(b'{"id":"a"}\n{"id":\n[1]\n\n{"id":"b"}\n', AS_IS)

    assert [(record.line, record.fault) for record in parsed] == [
        (1, None),
        (2, "Invalid JSON."),
        (3, "Not a JSON object."),
        (5, None),
    ]


def test_a_quoted_line_break_stays_in_its_record():
    parsed = records(b'when,who\n2026-01-01T00:00:00Z,"a\nb"\n2026-01-02T00:00:00Z,c\n')

    assert [record.line for record in parsed] == [2, 4]


def test_an_imported_event_needs_a_time():
    with pytest.raises(InvalidEvent, match="occurred_at"):
        events(b"when,who\n,u1\n")


def test_an_empty_org_is_rejected():
    plan = make_plan([], ["type=a.b", "occurred_at=2026-01-01T00:00:00Z"], "shop")
    (record,) = records(b"shop,who\n,u\n", plan)

    with pytest.raises(InvalidEvent, match="“shop” is empty"):
        Mapper(plan, Notes()).org_of(record)


def test_a_line_that_is_not_utf_8_does_not_affect_the_next():
    parsed = records(b"when,who\n2026-01-01T00:00:00Z,\xff\n2026-01-01T00:00:00Z,u\n")

    assert "UTF-8" in parsed[0].fault
    assert parsed[1].fault is None


@pytest.mark.parametrize("text", ["type", "type=", "country=x", "=x"])
def test_an_invalid_option_is_rejected(text):
    with pytest.raises(BadInput):
        make_plan([text], [])


def test_a_key_cannot_be_both_mapped_and_set():
    with pytest.raises(BadInput):
        make_plan(["type=a"], ["type=b"])


@pytest.mark.parametrize("value", ['"x"', "[1]", "7"])
def test_properties_must_be_an_object(value):
    line = '{"id":"a","type":"a.b","occurred_at":"2026-01-01T00:00:00Z","properties":' + value + "}"

    with pytest.raises(InvalidEvent, match="must be a JSON object"):
        events(line.encode(), plan_of(["properties.y=z"], ["channel=api"]))


def test_an_empty_properties_cell_means_no_properties():
    line = b"id,type,occurred_at,properties\na,a.b,2026-01-01T00:00:00Z,\n"

    assert events(line, AS_IS)[0].properties == "{}"


def test_the_org_column_can_have_the_name_of_an_event_key():
    line = b"id,type,occurred_at,project\na,a.b,2026-01-01T00:00:00Z,acme\n"

    assert events(line, make_plan([], [], "project"))[0].project == "default"
    assert events(line, make_plan([], ["project=shop"], "project"))[0].project == "shop"


def test_the_fault_of_an_unclosed_quote_names_its_lines():
    (record,) = records(b'when,who\n"2026-01-01T00:00:00Z,a\n2026-01-02T00:00:00Z,b\n')

    assert "lines 2 to 3" in record.fault


def test_a_message_contains_no_control_characters():
    with pytest.raises(InvalidEvent) as refused:
        events(b"when,who\n\x1b]0;evil\x07,u1\n")

    assert "\x1b" not in refused.value.message

"""JSON in any layout: NDJSON, arrays, wrapped, pretty-printed or consecutive objects."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.errors import BadInput
from dashapp.domain.files.json_values import TruncatedFile
from tests.files import AS_IS, events, plan_of, records

A = '{"id": "a", "type": "a.b", "occurred_at": "2026-01-01T00:00:00Z"}'
B = A.replace('"a",', '"b",')
PRETTY = json.dumps(json.loads(B), indent=2)


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n{B}\n", f"{A}\r\n{B}", f"{A}\r{B}\r", f"[{A},{B}]", f"[\n{A},\n{B}\n]\n",
        f"{A}{B}", f"{A},\n{B},\n", f"{PRETTY.replace(chr(34) + 'b', chr(34) + 'a', 1)}\n{PRETTY}",
        f'{{"events": [{A}, {B}]}}', f'{{\n"events" : [\n{A},{B}]\n}}', f"[{A}]\n[{B}]\n",
        f'{{"events": [{A}]}}\n{{"events": [{B}]}}\n', f"[{A},{B},]", f"\ufeff[{A},{B}]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("chunk_size", [1 << 16, 11])
def test_every_layout_has_the_same_events(text, chunk_size):
    assert [event.id for event in events(text.encode(), AS_IS, chunk_size=chunk_size)] == ["a", "b"]


@pytest.mark.parametrize(
    "text", [f"[{A},\n{{x}},\n{B}]", f'[{A},\n{{"a": }},\n{B}]', f"[{A},\n7,\n{B}]"]
)
def test_a_bad_array_value_is_one_rejection_with_its_line(text):
    found = records(text.encode(), AS_IS)

    assert [(record.line, record.fields.get("id")) for record in found] == [
        (1, "a"),
        (2, None),
        (3, "b"),
    ]
    assert found[1].fault in {"Invalid JSON.", "Not a JSON object."}


def test_brackets_and_quotes_in_strings_are_ignored():
    text = json.dumps([{"id": 'a]}"\\', "type": "a.b"}, {"id": "b"}])

    assert [record.fields["id"] for record in records(text.encode(), AS_IS)] == ['a]}"\\', "b"]


@pytest.mark.parametrize(
    "text", [f"[{A},", f"[{A}", f'[{A}, {{"id": "b', f'{{"events": [{A}', '{"id": ']
)
def test_a_truncated_file_is_reported_after_its_complete_values(text):
    with pytest.raises(TruncatedFile, match="truncated"):
        records(text.encode(), AS_IS)


@pytest.mark.parametrize("text", ["[]", '{"events": []}', " [ ] \n"])
def test_json_without_events_is_rejected(text):
    with pytest.raises(BadInput, match="no event"):
        records(text.encode(), AS_IS)


@pytest.mark.parametrize(
    "text", ['{"id":"a","id":"b"}\n{"id":"c"}\n', '[{"id":"a","p":{"x":1,"x":2}},{"id":"c"}]']
)
def test_a_duplicate_key_is_rejected_as_over_http(text):
    first, second = records(text.encode(), AS_IS)

    assert "Duplicate key" in first.fault
    assert second.fields == {"id": "c"}


def test_a_value_that_is_too_long_is_one_rejection():
    long = '{"id": "' + "x" * 1_500_000 + '"}'

    assert [record.fault is None for record in records(f"{A}\n{long}\n{B}\n".encode(), AS_IS)] == [True, False, True]  # fmt: skip
    _first, second, third = records(f"[{A},{long},{B}]".encode(), AS_IS)
    assert "is longer than" in second.fault
    assert third.fields["id"] == "b"


def test_text_that_is_not_utf_8_is_one_rejection():
    data = f"[{A},\n{B}]".encode().replace(b'"b"', b'"\xff"')

    assert ["UTF-8" in (record.fault or "") for record in records(data, AS_IS)] == [False, True]


def test_nested_fields_can_be_mapped_and_a_flat_name_wins():
    line = '{"actor": {"login": "octo", "id": 7}, "actor.id": "flat", "created_at": "2026-01-01T00:00:00Z"}'
    plan = plan_of(["user=actor.login", "properties.actor=actor.id", "occurred_at=created_at"], ["type=a.b"])  # fmt: skip
    (event,) = events(line.encode(), plan)

    assert (event.user, event.properties) == ("octo", '{"actor":"flat"}')


def test_integers_are_accepted_as_user_and_id():
    (event,) = events(A.replace('"a",', '12, "user": 34,').encode(), AS_IS)

    assert (event.id, event.user) == ("12", "34")


def test_times_can_be_numbers():
    text = f"{A}\n{B}".replace('"2026-01-01T00:00:00Z"', "1767225600", 1).replace('"2026-01-01T00:00:00Z"', "1767225600000")  # fmt: skip

    assert {event.occurred_at for event in events(text.encode(), AS_IS)} == {1_767_225_600_000_000}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(
    st.lists(st.dictionaries(st.text(max_size=6), values, max_size=4), min_size=1, max_size=5),
    st.sampled_from([None, 1, 3]),
    st.integers(1, 40),
)
def test_any_array_round_trips(rows, indent, chunk_size):
    data = json.dumps(rows, indent=indent, ensure_ascii=False).encode("utf-8", "surrogatepass")

    assert [record.fields for record in records(data, AS_IS, chunk_size)] == rows

"""JSON however it is laid out: a line each, arrays, wrapped, pretty, one after the other."""

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
@pytest.mark.parametrize("piece", [1 << 16, 11])
def test_every_layout_holds_the_same_events(text, piece):
    assert [event.id for event in events(text.encode(), AS_IS, piece=piece)] == ["a", "b"]


@pytest.mark.parametrize(
    "text", [f"[{A},\n{{x}},\n{B}]", f'[{A},\n{{"a": }},\n{B}]', f"[{A},\n7,\n{B}]"]
)
def test_a_bad_value_of_an_array_is_one_refusal_with_its_line(text):
    found = records(text.encode(), AS_IS)

    assert [(one.line, one.fields.get("id")) for one in found] == [(1, "a"), (2, None), (3, "b")]
    assert found[1].fault in {"Not valid JSON.", "Not a JSON object."}


def test_brackets_and_quotes_inside_of_text_do_not_count():
    text = json.dumps([{"id": 'a]}"\\', "type": "a.b"}, {"id": "b"}])

    assert [one.fields["id"] for one in records(text.encode(), AS_IS)] == ['a]}"\\', "b"]


@pytest.mark.parametrize(
    "text", [f"[{A},", f"[{A}", f'[{A}, {{"id": "b', f'{{"events": [{A}', '{"id": ']
)
def test_a_file_that_was_cut_off_is_told_after_what_is_whole(text):
    with pytest.raises(TruncatedFile, match="cut off"):
        records(text.encode(), AS_IS)


@pytest.mark.parametrize("text", ["[]", '{"events": []}', " [ ] \n"])
def test_json_without_an_event_is_told(text):
    with pytest.raises(BadInput, match="no event"):
        records(text.encode(), AS_IS)


@pytest.mark.parametrize(
    "text", ['{"id":"a","id":"b"}\n{"id":"c"}\n', '[{"id":"a","p":{"x":1,"x":2}},{"id":"c"}]']
)
def test_a_key_that_is_there_twice_is_refused_as_over_http(text):
    first, second = records(text.encode(), AS_IS)

    assert "twice" in first.fault
    assert second.fields == {"id": "c"}


def test_a_value_that_is_too_long_is_refused_and_bounded():
    long = '{"id": "' + "x" * 1_500_000 + '"}'

    assert [one.fault is None for one in records(f"{A}\n{long}\n{B}\n".encode(), AS_IS)] == [True, False, True]  # fmt: skip
    _first, second, third = records(f"[{A},{long},{B}]".encode(), AS_IS)
    assert "Longer than" in second.fault
    assert third.fields["id"] == "b"


def test_text_that_is_no_utf_8_is_refused_where_it_is():
    data = f"[{A},\n{B}]".encode().replace(b'"b"', b'"\xff"')

    assert ["UTF-8" in (one.fault or "") for one in records(data, AS_IS)] == [False, True]


def test_nested_fields_are_mapped_and_a_flat_name_wins():
    line = '{"actor": {"login": "octo", "id": 7}, "actor.id": "flat", "created_at": "2026-01-01T00:00:00Z"}'
    wanted = plan_of(["user=actor.login", "properties.actor=actor.id", "occurred_at=created_at"], ["type=a.b"])  # fmt: skip
    (event,) = events(line.encode(), wanted)

    assert (event.user, event.properties) == ("octo", '{"actor":"flat"}')


def test_a_whole_number_is_a_user_and_an_id():
    (event,) = events(A.replace('"a",', '12, "user": 34,').encode(), AS_IS)

    assert (event.id, event.user) == ("12", "34")


def test_times_may_be_numbers():
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
def test_any_array_comes_back_as_it_was(rows, indent, piece):
    data = json.dumps(rows, indent=indent, ensure_ascii=False).encode("utf-8", "surrogatepass")

    assert [one.fields for one in records(data, AS_IS, piece)] == rows

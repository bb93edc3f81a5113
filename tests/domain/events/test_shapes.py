"""Shapes of events: paths and kinds of their properties, and the shapes a process remembers."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.events import shapes
from dashapp.domain.events.shapes import KnownShapes, has_path, kinds_of, recorded_path, shape_of

names = st.sampled_from(["a", "b-c", "D_9", "0", "a.b", "é", "x" * 60, "x" * 61, ""])
values = st.recursive(
    st.sampled_from(["t", 1, 1.5, True, None]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
properties = st.dictionaries(names, values, max_size=5)


def test_the_examples_in_the_docstrings_are_correct():
    assert doctest.testmod(shapes).failed == 0


def test_each_path_has_its_kind():
    sent = {
        "total": 9.5, "items": 3, "status": "paid", "is-new": False, "note": None, "tags": ["a"],
        "wait": {"seconds": 4, "queue": {"name": "fast", "deep": {"er": 1}}, "x.y": 1},
        "a b": 1, "": 1, "x" * 61: 1,
    }  # fmt: skip

    assert kinds_of(sent) == {
        "total": 2,
        "items": 2,
        "status": 1,
        "is-new": 4,
        "wait.seconds": 2,
        "wait.queue.name": 1,
        "wait.queue.deep": 8,
    }


def test_equal_shapes_have_equal_keys():
    assert shape_of("a", {"n": 1, "w": {"s": 2}}) == shape_of("a", {"n": 7, "w": {"s": 0}})


@pytest.mark.parametrize(
    "other", [("b", {"n": 1}), ("a", {"n": 1.5}), ("a", {"m": 1}), ("a", {"n": {"n": 1}})]
)
def test_different_shapes_have_different_keys(other):
    assert shape_of("a", {"n": 1}) != shape_of(*other)


@given(properties, properties)
def test_events_of_one_shape_have_the_same_paths_and_kinds(first, second):
    if shape_of("a", first) == shape_of("a", second):
        assert kinds_of(first) == kinds_of(second)


@pytest.mark.parametrize(
    ("path", "kinds", "expected"),
    [("a.b.c", 1, True), ("a.b.c", 8, False), ("a.b.c", 9, True), ("a.b.c.d", 8, True),
     ("a.b.c.d.e", 1, False), ("a", 0, True)],
)  # fmt: skip
def test_deeper_paths_are_decided_by_their_first_three_names(path, kinds, expected):
    assert recorded_path(path) in {"a", "a.b.c"}
    assert has_path(path, kinds) is expected


def test_known_shapes_are_per_org_and_version():
    known = KnownShapes()
    known.add(1, 0, [("a",)])

    assert known.of(1, 0) == {("a",)}
    assert known.of(2, 0) == set()
    assert known.of(1, 1) == set()


def test_remembered_shapes_are_limited(monkeypatch):
    monkeypatch.setattr(shapes, "_MAX_SHAPES", 3)
    known = KnownShapes()
    for number in range(5):
        known.add(number, 0, [(f"t{number}",)])
    known.add(9, 0, [("t", *"x" * 200)])

    assert [len(known.of(number, 0)) for number in range(5)] == [0, 0, 0, 1, 1]
    assert known.of(9, 0) == set()

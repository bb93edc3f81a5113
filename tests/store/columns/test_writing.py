"""Whatever events contain, the file of their segment can be read, and contains it."""

import json
import string
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.access.scope import Org
from dashapp.domain.columns.encoding import encode
from dashapp.domain.columns.layout import column_name, flat
from dashapp.store.columns.duck import Duck
from dashapp.store.columns.writing import SegmentWriter
from tests.effort import scaled
from tests.factories import scope

_numbers = count()
OWNER = scope(Org(1, "acme", "Acme", "UTC", "en"))
names = st.one_of(
    st.sampled_from("abcd"), st.text(string.ascii_letters + ".-_ $'\"", min_size=1, max_size=4)
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
special = st.text("\r\n\"',=\\\\ \t#\u2028", max_size=8)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), special, texts,
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
values = st.one_of(
    scalars, st.lists(scalars, max_size=2), st.dictionaries(names, scalars, max_size=3)
)
properties = st.dictionaries(names, values, max_size=6)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    reader = Duck(tmp_path_factory.mktemp("cache"))
    yield reader
    reader.close()


def write(folder, owner, blocks, paths):
    """Return the layout and the path of a segment with these properties, a block at a time."""
    writer = SegmentWriter(folder, f"{next(_numbers):016x}", paths)
    moments = count()
    for block in blocks:
        rows = [("t", next(moments), None, "web", "default", json.dumps(item)) for item in block]
        writer.add(rows)
    layout, body = writer.write(owner, [0], "a")
    writer.delete_files()
    path = folder / f"{next(_numbers):064x}.parquet"
    path.write_bytes(body)
    return layout, path


def expected(item, layout):
    """Return the columns of one event: the texts and numbers, and what has no column."""
    encoded = {path: encode(value) for path, value in flat(item).items()}
    own = [encoded.get(field.path, ("", "", "")) for field in layout.fields]
    others = {
        path: [text[1:], *([str(number), None if bucket == "" else bucket] if number != "" else [])]
        for path, (text, number, bucket) in encoded.items()
        if layout.field(path) is None
    }
    return [(text[1:] if text else None, None if n == "" else n) for text, n, _b in own], others


@settings(max_examples=scaled(40))
@given(
    blocks=st.lists(st.lists(properties, min_size=1, max_size=6), min_size=1, max_size=3),
    paths=st.sampled_from([("a",), ("a", "b", "a.b"), ()]),
)
def test_a_segment_contains_what_its_events_contain(reader, blocks, paths):
    layout, path = write(reader.folder, OWNER, blocks, paths)
    columns = [
        f"{column_name('t', field.path)}, "
        + (f"{column_name('n', field.path)}::HUGEINT" if field.has_numbers else "NULL")
        for field in layout.fields
    ]
    rest = "rest" if layout.has_rest else "NULL"
    statement = f"SELECT {', '.join([*columns, rest])} FROM read_parquet($path) ORDER BY t"

    with reader.question(20) as question:
        rows = question.run(statement, {"path": str(path)})

    path.unlink()
    items = [item for block in blocks for item in block]
    assert len(rows) == len(items)
    for row, item in zip(rows, items, strict=True):
        own, others = expected(json.loads(json.dumps(item)), layout)
        assert list(zip(row[:-1:2], row[1:-1:2], strict=True)) == own
        assert json.loads(row[-1] or "{}") == others

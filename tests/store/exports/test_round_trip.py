"""Any event is the same after it was written to a file and read again."""

import io
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.events.event import make_event
from dashapp.domain.files.mapping import Mapper
from dashapp.domain.files.notes import Notes
from dashapp.store.exports.parquet import ParquetWriter
from dashapp.store.exports.text_files import CsvWriter, NdjsonWriter
from dashapp.store.imports.parquet import parquet_records
from tests.effort import scaled
from tests.files import AS_IS, NOW, events

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts
    | st.floats(allow_nan=False, allow_infinity=False)
)  # fmt: skip
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6)  # fmt: skip
moments = st.datetimes(NOW.replace(1970, 1, 1, tzinfo=None), NOW.replace(tzinfo=None))
fields = st.fixed_dictionaries({
    "id": names,
    "type": st.from_regex(r"[a-z0-9_]{1,9}(\.[a-z0-9_]{1,9})?", fullmatch=True),
    "occurred_at": moments.map(lambda moment: f"{moment.isoformat()}Z"),
    "user": st.none() | names,
    "channel": st.sampled_from(["web", "api", "0.-_"]),
    "project": st.sampled_from(["default", "0-shop"]),
    "properties": st.dictionaries(texts, values, max_size=4),
})  # fmt: skip


any_events = st.lists(
    fields.map(lambda raw: make_event(raw, received_at=NOW)), min_size=1, max_size=20
)


@pytest.mark.parametrize("writer_class", [CsvWriter, NdjsonWriter])
@given(any_events)
def test_text_keeps_any_event(writer_class, written):
    file = io.BytesIO()
    writer = writer_class(file)

    writer.add(written)
    writer.finish()

    assert events(file.getvalue(), AS_IS) == written


@settings(max_examples=scaled(25))
@given(any_events)
def test_parquet_keeps_any_event(written):
    with tempfile.TemporaryDirectory() as folder:
        with closing(ParquetWriter(Path(folder))) as writer:
            writer.add(written)
            writer.finish()
        mapper = Mapper(AS_IS, Notes())
        with parquet_records(writer.file, AS_IS) as records:
            assert [mapper.to_event(record, received_at=NOW) for record in records] == written

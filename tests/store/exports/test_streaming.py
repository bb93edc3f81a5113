"""Exports that are sent while they are read."""

import io

import pytest

from dashapp.store.exports import exporting
from dashapp.store.exports.exporting import Selection, export_events
from dashapp.store.exports.streaming import stream_export
from dashapp.store.exports.target import export_to_stream
from tests.factories import event, send


@pytest.fixture
def sent(store, acme, rival):
    send(store, acme, [event(user="u", properties={"n": n}) for n in range(5)])
    send(store, rival, [event(user="rival-only")])


@pytest.mark.parametrize("file_format", ["csv", "ndjson"])
def test_a_stream_is_the_file_that_the_command_writes(store, acme, sent, file_format, monkeypatch):
    monkeypatch.setattr(exporting, "BLOCK", 2)
    written = io.BytesIO()
    export_to_stream(
        lambda writer: export_events(store, acme, Selection(), writer), file_format, written
    )

    parts = list(stream_export(store, acme, Selection(), file_format))

    assert b"".join(parts) == written.getvalue()
    assert len([part for part in parts if part]) == 3  # five events, two at a time
    assert b"rival-only" not in written.getvalue()


def test_a_parquet_file_is_sent_whole(store, acme, sent):
    content = b"".join(stream_export(store, acme, Selection(), "parquet"))

    assert (content[:4], content[-4:]) == (b"PAR1", b"PAR1")


def test_an_export_without_events_has_a_header(store, acme):
    assert b"".join(stream_export(store, acme, Selection(), "csv")).startswith(b"id,type,")


def test_a_reader_who_leaves_ends_the_transaction(store, acme, sent):
    stream = stream_export(store, acme, Selection(), "csv")
    next(stream)

    stream.close()

    send(store, acme, [event()])  # nothing is locked, no connection is lost
    assert next(stream, None) is None

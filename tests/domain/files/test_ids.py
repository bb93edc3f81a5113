"""Ids derived from records must never change: the expected ones are from revision f401494."""

from hashlib import sha256

import pytest

from tests.files import AS_IS, events, plan_of

TIME = b"2026-01-01T00:00:00Z"
WHO = plan_of(["occurred_at=when", "properties.who=who"], ["type=page.viewed"])
U1, U2 = (
    "98141f713c85d3a969c916e0c9bc7af1a69e8375d705082b",
    "73ba237422adf3558e962fcaf954f71ad9356719b1a0a24e",
)


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        (b"when,who\n%b,u1\n%b,u1\n%b,u2\n", [f"{U1}-1", f"{U1}-2", f"{U2}-1"]),
        (b"when,who\r\n%b,u1\r\n%b,u1\r\n%b,u2\r\n", [f"{U1}-1", f"{U1}-2", f"{U2}-1"]),
        (
            b"\xef\xbb\xbfwhen,who\n%b,\xc3\xbc\n\n%b,z",
            [
                "6cd1230d50be62005f74101dec48b41c873a43b555f9d81b-1",
                "d09d9a09389d1c03e34e6f4508e4492af7b5fe07949767b0-1",
            ],
        ),
        (
            b'when,who\n%b,"a\r\nb;c"\n%b,"d|e\tf"\n',
            [
                "89f0b5ae4e3a6b554313123bab1ec391a2bf0b729d7318d7-1",
                "929fcd280e3321a8459b00f5c533ee0b690f59d3ed9b38eb-1",
            ],
        ),
        (
            b'when,who\n%b,"a\rb"\n%b,c\r\r\n',
            [
                "99f8d6c58ccc8a54161bbfd426d3df8166bd6a2bb362a3ed-1",
                "7fb8116bd91446857234add33747cc2a12608bdf6a24141b-1",
            ],
        ),
        (b"\n  \nwhen,who\n%b, u1 \n", ["b99effaea4fe7cbe0b79848c020d5d2ee0e0089992aa236e-1"]),
        (
            b"when,who,a;b|c\td\n%b,u1,x;y\n",
            ["a9ea89d9d09f1a981248d46aa8c7ea5f33812ed7245b9a70-1"],
        ),
    ],
)
def test_ids_of_csv_records_never_change(data, ids):
    file = data.replace(b"%b", TIME)

    assert [event.id for event in events(file, WHO)] == ids
    assert [event.id for event in events(file, WHO, chunk_size=7)] == ids


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        (
            b'{"type":"a.b","occurred_at":"%b"}\n{"type":"a.b","occurred_at":"%b"}\n',
            [f"3739be2c4e5f277a310e7ae21784a8fbb488981ccb8164c2-{n}" for n in (1, 2)],
        ),
        (
            b'\xef\xbb\xbf\n {"type": "a.b", "occurred_at": "%b", "user": "\xc3\xbc"} \r\n',
            ["1b66ff40fc8dd72b62491ef1e2736ce4a156d4b94dc8bcbd-1"],
        ),
        (
            b'{"id":"a","type":"a.b","occurred_at":"%b"}\n{"type":"a.b","id":"","occurred_at":"%b"}\n',
            ["a", "961875ccd6d93712f2215eaa6a65ab8327412f5d4e4d52e4-1"],
        ),
    ],
)
def test_ids_of_ndjson_records_never_change(data, ids):
    assert [event.id for event in events(data.replace(b"%b", TIME), AS_IS)] == ids


def test_ids_do_not_depend_on_encoding_or_line_endings():
    text = "when;who\n2026-01-01T00:00:00Z;Zoë\n2026-01-01T00:00:00Z;Max\n"
    ids = [event.id for event in events(text.encode(), WHO)]

    assert [event.id for event in events(text.encode("utf-16"), WHO)] == ids
    assert [event.id for event in events(text.replace("\n", "\r").encode(), WHO)] == ids
    latin_plan = WHO._replace(options=WHO.options._replace(encoding="latin-1"))
    assert [event.id for event in events(text.encode("latin-1"), latin_plan)] == ids


def test_ids_do_not_depend_on_the_json_layout():
    pretty = b'[\n  {"occurred_at": "%b",\n   "type": "a.b"}\n]' % TIME
    minified = b'[{"type":"a.b","occurred_at":"%b"}]' % TIME

    ids = [event.id for event in events(pretty, AS_IS)]
    canonical = sha256(b'{"occurred_at":"2026-01-01T00:00:00Z","type":"a.b"}').hexdigest()
    assert ids == [f"{canonical[:48]}-1"]
    assert [event.id for event in events(minified, AS_IS)] == ids
    assert [event.id for event in events(b'{"events": %b}' % minified, AS_IS)] == ids


def test_an_empty_mapped_id_is_derived_from_the_line():
    (event,) = events(b"when,who,no\n2026-01-01T00:00:00Z,u,\n", plan_of(["occurred_at=when", "id=no"], ["type=a.b"]))  # fmt: skip

    assert len(event.id) == 50

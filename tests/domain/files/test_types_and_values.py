"""Foreign event names, exact numbers, and texts for null."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.type_slugs import slug_type
from dashapp.domain.files.values import parse_number
from tests.files import events, notes_of, plan_of

TIME = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Order Completed", "order_completed"), ("PushEvent", "push_event"), ("$pageview", "pageview"),
        ("page.viewed", "page.viewed"), ("a__b", "a__b"), ("HTTPRequest", "http_request"),
        ("Cart: Item Added!", "cart_item_added"), ("checkout/paid", "checkout_paid"),
        ("Größe geändert", "grosse_geandert"), ("v1.2 Install", "v1.2_install"),
        ("  .Order.Completed. ", "order.completed"), ("日本", ""), ("$$$", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_name_is_converted_to_a_type(name, slug):
    assert slug_type(name) == slug


@given(st.text(max_size=30))
def test_a_converted_type_is_valid_and_unchanged_by_conversion(name):
    slug = slug_type(name)

    assert slug_type(slug) == slug
    if slug and len(slug) <= 100:
        events(f"type,occurred_at\n{slug},{TIME}\n".encode(), plan_of())


def typed_file(*names, **options):
    data = "name,occurred_at\n" + "".join(f"{name},{TIME}\n" for name in names)
    return data.encode(), plan_of(type_from="name", slug_types=True, **options)


def test_names_that_become_the_same_type_are_noted():
    assert notes_of(*typed_file("Order Completed", "order_completed", "Order Completed")) == [
        "Line 3: “Order Completed” and “order_completed” both become the type order_completed."
    ]


def test_a_name_without_letters_or_digits_is_rejected():
    with pytest.raises(InvalidEvent, match="no characters that a type can contain"):
        events(*typed_file("日本"))


def test_the_error_for_a_foreign_type_suggests_the_option():
    with pytest.raises(InvalidEvent, match="To import it as order_completed, use --slug-types"):
        events(f"type,occurred_at\nOrder Completed,{TIME}\n".encode(), plan_of())


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("-0.5", -0.5), (" 12.50 ", 12.5), ("1e3", 1000.0), ("9223372036854775807", 2**63 - 1)],
)  # fmt: skip
def test_a_number_is_read_exactly(text, number):
    assert parse_number(text, "x", is_comma=False) == number
    assert type(parse_number(text, "x", is_comma=False)) is type(number)


@pytest.mark.parametrize(
    "text",
    ["1,5", "1.234,50", "1,234", "0x10", "007", "+5", ".5", "5.", "NaN", "inf", "1_000", "€5", "٣",
     "0.12345678901234567890", "12345678901234567.5", "1e999"],
)  # fmt: skip
def test_an_invalid_or_inexact_number_is_rejected(text):
    with pytest.raises(InvalidEvent):
        parse_number(text, "x", is_comma=False)


def test_decimal_commas_need_the_option():
    assert parse_number("1,5", "x", is_comma=True) == 1.5
    with pytest.raises(InvalidEvent):
        parse_number("1.234,5", "x", is_comma=True)
    with pytest.raises(InvalidEvent, match="use --decimal-comma"):
        parse_number("1,5", "x", is_comma=False)


def test_only_named_properties_become_numbers_and_blank_ones_are_absent():
    data = f"type,occurred_at,total,n\na.b,{TIME},2.50,1\na.b,{TIME}, ,2\n".encode()
    plan = plan_of(["properties.total=total", "properties.n=n"], [], numbers=("properties.total",))

    assert [event.properties for event in events(data, plan)] == ['{"n":"1","total":2.5}', '{"n":"2"}']  # fmt: skip


def test_texts_that_look_like_null_are_noted_with_the_option():
    data = f"type,occurred_at,who\na.b,{TIME},NA\na.b,{TIME},\\N\na.b,{TIME},NA\n".encode()

    assert notes_of(data, plan_of(["user=who"])) == [
        "From line 2: 2 values “NA” in the column “who” stored as text. If it means no value, use --null 'who=NA'.",
        "Line 3: 1 value “\\N” in the column “who” stored as text. If it means no value, use --null 'who=\\N'.",
    ]


@pytest.mark.parametrize("nulls", [("NA",), ("user=NA",), ("who=NA",)])
def test_a_null_text_applies_everywhere_or_in_one_column(nulls):
    data = f"type,occurred_at,who,code\na.b,{TIME},NA,NA\n".encode()
    (event,) = events(data, plan_of(["user=who", "properties.code=code"], nulls=nulls))

    assert event.user is None
    assert event.properties == ("{}" if nulls == ("NA",) else '{"code":"NA"}')

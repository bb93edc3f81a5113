"""The scripts of the time bar: local days, typed dates, and the grid of a month."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashapp.domain.time.instant import to_us
from dashapp.domain.time.shifts import Shift
from dashapp.domain.time.zones import day_start
from dashapp.settings import resource
from tests.javascript import run_module

EPOCH = date(1970, 1, 1)
TODAY = (date(2026, 11, 20) - EPOCH).days
YEARS = (2011, 2018, 2024, 2026)
ZONES = (
    "Europe/Berlin",
    "America/Sao_Paulo",  # skipped midnight until 2018
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # changes by half an hour
    "America/Santiago",  # skips midnight
    "America/St_Johns",  # in 2011, went back at a minute past midnight
    "Africa/Cairo",  # skips midnight
    "Pacific/Apia",  # had no 30 December 2011
)


def run(module: str, call: str, argument=None):
    """Return what a call into a module of the time bar returns."""
    folder = resource("assets") / ("zones" if module == "zone-list" else "board/time")
    path = (folder / f"{module}.js").as_uri()
    return run_module(f'import * as m from "{path}";\nconst main = (given) => {call};', argument)


def iso(day: int | None) -> str | None:
    return None if day is None else (EPOCH + timedelta(days=day)).isoformat()


@pytest.mark.parametrize("zone", ZONES)
def test_local_days_begin_when_the_server_says(zone):
    days = [(date(year, 1, 1) - EPOCH).days + n for year in YEARS for n in range(365)]
    starts = [to_us(day_start(EPOCH + timedelta(days=day), ZoneInfo(zone))) // 1000 for day in days]

    assert run("local-time", f"given.map((day) => m.dayStart(day, '{zone}'))", days) == starts


@pytest.mark.parametrize("zone", ZONES)
def test_moments_move_back_as_on_the_server(zone):
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=7 * n) for n in range(1200)]
    shift = Shift(months=1)
    moved = [to_us(shift.move_back(moment, ZoneInfo(zone))) // 1000 for moment in moments]
    call = f"given.map((t) => m.movedBack(t, {{ hours: 0, days: 0, months: 1 }}, '{zone}'))"

    assert run("local-time", call, [to_us(moment) // 1000 for moment in moments]) == moved


def test_a_time_that_the_clocks_skip_moves_forward_and_a_repeated_one_is_the_first():
    times = [[(date(2026, 3, 29) - EPOCH).days, 150], [(date(2026, 10, 25) - EPOCH).days, 150]]
    call = "given.map(([day, minutes]) => m.toText(m.momentAt(day, minutes, 'Europe/Berlin')))"

    assert run("local-time", call, times) == ["2026-03-29T01:30:00Z", "2026-10-25T00:30:00Z"]


TYPED = [
    ("en", "1 june", "2026-06-01", None),
    ("en", "June 1st, 2025", "2025-06-01", None),
    ("en", "2025-06-01", "2025-06-01", None),
    ("en", "2025-06-01T14:30", "2025-06-01", 870),
    ("en", "1.6.", "2026-06-01", None),
    ("en", "6/1/2025", "2025-06-01", None),
    ("es", "1/6/2025", "2025-06-01", None),
    ("en", "13/6/25", "2025-06-13", None),
    ("en", "12 dec", "2025-12-12", None),  # the last one, not the next one
    ("en", "29 feb", "2024-02-29", None),
    ("en", " Yesterday  14:30 ", "2026-11-19", 870),
    ("en", "today 2 pm", "2026-11-20", 840),
    ("es", "1 de junio de 2025", "2025-06-01", None),
    ("es", "ayer", "2026-11-19", None),
    ("pt-BR", "Hoje, 24:00", "2026-11-20", 1440),
    ("pt-BR", "1 março", "2026-03-01", None),
]


def test_typed_dates_are_read_in_many_forms():
    call = f"given.map(([tag, text]) => m.readDate(text, {TODAY}, tag))"
    dates = run("typed-dates", call, [(tag, text) for tag, text, _day, _minutes in TYPED])

    assert [(iso(date["day"]), date["minutes"]) for date in dates] == [
        (day, minutes) for _tag, _text, day, minutes in TYPED
    ]


def test_what_is_not_a_date_is_not_guessed():
    texts = ["", "foo", "31 nov", "2026-02-30", "6", "25:00 today", "13 pm today", "1 june 99999"]

    assert run("typed-dates", f"given.map((text) => m.readDate(text, {TODAY}, 'en'))", texts) == [
        None
    ] * len(texts)


def test_the_text_that_fills_a_field_can_be_read_again():
    days = [TODAY - number for number in range(366)]
    for tag in ("en", "es", "pt-BR"):
        read_again = f"m.readDate(m.dayText(day, '{tag}'), {TODAY}, '{tag}')?.day"
        assert run("typed-dates", f"given.map((day) => {read_again})", days) == days


def test_times_are_read_as_minutes():
    texts = ["14:30", "9", "2pm", "12 am", "24:00", "24:01", "x", ""]

    assert run("typed-dates", "given.map(m.readTime)", texts) == [
        870, 540, 840, 0, 1440, None, None, None,
    ]  # fmt: skip


def test_a_month_has_whole_weeks_from_the_first_weekday_of_the_language():
    call = "given.map((tag) => m.weeksOf(20777, m.firstWeekday(tag)).map((week) => week[0]))"
    american, german = run("months", call, ["en-US", "de"])

    assert [iso(day) for day in american] == [
        "2026-11-01", "2026-11-08", "2026-11-15", "2026-11-22", "2026-11-29",
    ]  # fmt: skip
    assert [iso(day) for day in german] == [
        None, "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30",
    ]  # fmt: skip
    assert run("months", "m.firstWeekday('not a tag')") == 1


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("ArrowLeft", "2026-11-19"),
        ("ArrowUp", "2026-11-13"),
        ("Home", "2026-11-16"),
        ("End", "2026-11-22"),
        ("PageUp", "2026-10-20"),
        ("PageDown", "2026-12-20"),
    ],
)
def test_keys_move_in_the_calendar(key, day):
    call = f"m.movedDay({TODAY}, {{ key: '{key}', shiftKey: false }}, 1)"

    assert iso(run("months", call)) == day


def test_zones_are_found_by_parts_of_their_present_names():
    zones = run("zone-list", "m.allZones().map((label) => ({ label }))")
    call = "given.queries.map((query) => m.matching(given.zones, query).map(({ label }) => label))"
    queries = ["kolk", "buenos ai", "new york", "nowhere"]

    assert run("../page/matching", call, {"zones": zones, "queries": queries}) == [
        ["Asia/Kolkata"],
        ["America/Argentina/Buenos_Aires"],
        ["America/New_York"],
        [],
    ]

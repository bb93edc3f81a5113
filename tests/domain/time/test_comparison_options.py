"""The comparisons that the menu offers, and which of them are possible."""

from datetime import date
from zoneinfo import ZoneInfo

from dashapp.domain.time.comparison_options import comparison_options, first_days
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import resolve
from tests.domain.time.test_time_range import utc

BERLIN = ZoneInfo("Europe/Berlin")
NOW = utc(2026, 11, 20, 9, 30)


def options_of(word, first_event, comparison=None):
    time_range = resolve(Choice(word), BERLIN, now=NOW, comparison=comparison)
    return comparison_options(time_range, first_event and to_us(first_event))


def test_each_comparison_has_its_dates():
    options = options_of("30d", None)

    assert [(option.word, option.bounds) for option in options] == [
        ("previous", (utc(2026, 9, 21, 22), utc(2026, 10, 21, 8, 30))),
        ("weekdays", (utc(2026, 9, 16, 22), utc(2026, 10, 16, 8, 30))),
        ("year", (utc(2025, 10, 21, 22), utc(2025, 11, 20, 9, 30))),
        ("custom", None),
        ("off", None),
    ]
    assert [option.word for option in options if option.is_chosen] == ["previous"]
    assert not any(option.obstacle for option in options)


def test_a_comparison_of_days_says_if_their_weekdays_differ():
    def unlike(word):
        return [option.word for option in options_of(word, None) if option.has_other_weekdays]

    assert unlike("30d") == ["previous", "year"]  # thirty days earlier; a year later is a Sunday
    assert unlike("7d") == ["year"]
    assert unlike("24h") == []  # hours
    assert unlike("12mo") == []  # months


def test_a_comparison_before_the_first_event_says_why_it_is_impossible():
    options = options_of("7d", utc(2026, 11, 1))

    assert {option.word: option.obstacle for option in options} == {
        "previous": "",
        "weekdays": "",
        "year": "no data that far back",
        "custom": "",
        "off": "",
    }


def test_without_events_only_no_comparison_is_possible():
    time_range = resolve(Choice("7d"), BERLIN, now=NOW)
    options = comparison_options(time_range, 2**63 - 1)

    assert [option.word for option in options if not option.obstacle] == ["off"]


def test_a_custom_comparison_is_chosen_with_its_dates():
    custom = "2026-05-31T22:00:00Z/2026-06-07T22:00:00Z"
    (chosen,) = [option for option in options_of("7d", None, custom) if option.is_chosen]

    assert (chosen.word, chosen.bounds) == ("custom", (utc(2026, 5, 31, 22), utc(2026, 6, 7, 22)))


def test_a_custom_comparison_starts_after_the_first_event_and_before_the_range():
    time_range = resolve(Choice("7d"), BERLIN, now=NOW)

    assert first_days(time_range, to_us(utc(2026, 11, 1, 12))) == (
        date(2026, 11, 2), date(2026, 11, 13),
    )  # fmt: skip
    assert first_days(time_range, None) == (None, date(2026, 11, 13))
    assert first_days(time_range, to_us(utc(2026, 11, 13, 12))) is None

"""Languages: translation, and the format of numbers and times."""

from datetime import UTC, datetime
from gettext import NullTranslations

import pytest

from dashapp.domain.errors import BadInput, TooMany
from dashapp.domain.language import (
    ENGLISH,
    LANGUAGES,
    Language,
    closest_language,
    current_language,
    is_language_tag,
    say,
    set_current_language,
)
from dashapp.domain.time import labels
from dashapp.domain.time.ticks import axis_ticks
from tests.factories import time_range
from tests.languages import language


@pytest.fixture(autouse=True)
def _reset_language():
    yield
    set_current_language(None)


def test_the_default_language_is_english():
    assert current_language() is ENGLISH
    assert say("vs %(range)s", range="last year") == "vs last year"


def test_a_text_without_values_may_contain_a_percent_sign():
    assert say("100% of it") == "100% of it"


def test_an_empty_text_is_not_looked_up():
    """gettext returns the header of the catalog for an empty key."""
    assert language("es").text("") == ""


@pytest.mark.parametrize(
    ("tag", "count", "part"),
    [
        ("en", "1,234,567", "97.4%"),
        ("es", "1.234.567", "97,4\xa0%"),
        ("pt-BR", "1.234.567", "97,4%"),
    ],
)
def test_numbers_are_formatted_for_the_language(tag, count, part):
    assert language(tag).number(1234567) == count
    assert language(tag).percent(0.974, 1) == part


@pytest.mark.parametrize(
    ("tag", "range_", "bucket", "tick"),
    [
        ("en", "14 – 20 November", "Sat 14 November", "Sat 14"),
        ("es", "14 – 20 de noviembre", "sáb 14 de noviembre", "sáb 14"),
        ("pt-BR", "14 – 20 de novembro", "sáb 14 de novembro", "sáb 14"),
    ],
)
def test_times_are_formatted_for_the_language(tag, range_, bucket, tick):
    set_current_language(language(tag))
    week = time_range("7d")

    assert labels.range_label(week) == range_
    assert labels.bucket_labels(week)[0] == bucket
    assert axis_ticks(week)[0].text == tick


@pytest.mark.parametrize(
    ("tag", "week", "month"),
    [
        ("en", "Week of 1 June", "November 2024"),
        ("es", "Semana del 1 de junio", "noviembre de 2024"),
        ("pt-BR", "Semana de 1 de junho", "novembro de 2024"),
    ],
)
def test_weeks_and_months_are_formatted_for_the_language(tag, week, month):
    set_current_language(language(tag))
    months = time_range(from_="2024-11-01T00:00:00Z", to="2026-11-01T00:00:00Z")

    assert labels.bucket_labels(time_range("180d"))[1] == week
    assert labels.bucket_labels(months)[0] == month


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("word", ["1h", "6h", "24h", "7d", "30d", "180d", "12mo"])
def test_bucket_labels_are_distinct_in_every_language(tag, word):
    set_current_language(language(tag))
    clock_change = datetime(2026, 10, 25, 12, tzinfo=UTC)  # clocks went back

    bucket_labels = labels.bucket_labels(time_range(word, "Europe/Berlin", now=clock_change))

    assert len(set(bucket_labels)) == len(bucket_labels)


def test_an_error_message_is_english_and_can_be_translated():
    error = BadInput("“%(text)s” is not a valid date and time.", text="31 June")
    set_current_language(language("es"))

    assert error.message == str(error) == "“31 June” is not a valid date and time."
    assert say(error.text, **error.values) == "«31 June» no es una fecha y hora válida."


def test_an_error_keeps_its_other_arguments():
    error = TooMany("Wait %(minutes)s min.", retry_after=90, minutes=2)

    assert (error.message, error.retry_after) == ("Wait 2 min.", 90)


def test_a_language_without_translations_returns_the_text_itself():
    assert Language("es", NullTranslations()).text("Sign in") == "Sign in"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("es", "es"), ("es-MX", "es"), ("es-419", "es"), ("ES-mx", "es"), ("en-US", "en"), ("en-GB-oed", "en"),
        ("pt", "pt-BR"), ("pt-PT", "pt-BR"), ("PT-br", "pt-BR"), ("pt-BR-x-shop", "pt-BR"),
        ("xx", None), ("i-klingon", None), ("esp", None),
    ],
)  # fmt: skip
def test_the_closest_language_is_found(tag, language):
    assert is_language_tag(tag)
    assert closest_language(tag) == language


@pytest.mark.parametrize("text", ["", "-", "es-", "es_MX", "es MX", "../es", "123", "es--MX", "languages1", "é"])  # fmt: skip
def test_invalid_language_tags_are_recognized(text):
    assert not is_language_tag(text)

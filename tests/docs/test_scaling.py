"""The figures of docs/scaling.md follow from those that were measured."""

import json

import pytest

from benchmarks.scaling_page import FIGURES, PAGE, page_with

MEASURED = json.loads(FIGURES.read_text())


def test_the_page_has_what_follows_from_the_measured_figures():
    page = PAGE.read_text()

    assert page_with(MEASURED, page) == page  # or run: python -m benchmarks.scaling_page


@pytest.mark.parametrize("name", ["tombstone_bytes", "org_bytes", "look_us", "add_us"])
def test_another_figure_makes_another_page(name):
    changed = json.loads(FIGURES.read_text())
    changed["databases"]["PostgreSQL"][name] *= 3

    assert page_with(changed, PAGE.read_text()) != PAGE.read_text()


def test_storage_is_the_sum_of_all_parts():
    parts = MEASURED["databases"]["PostgreSQL"]["large_bytes"]
    gigabytes = sum(parts.values()) * 10_000_000 / 10**9

    assert f"{gigabytes:.2g} GB a day" in " ".join(PAGE.read_text().split())

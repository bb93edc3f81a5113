"""Rules for what stands out: chance is silent, and real changes, peaks and leaders are found."""

import random

import pytest

from dashapp.domain.insights import Course, Ranked, new_leader, peak, real_change

WEEK = [100, 104, 96, 99, 103, 98, 101]
LABELS = [Ranked(f"dish {n}", 100 - n, is_new=False) for n in range(6)]


def month(rng, mean):
    """Return 30 days of independent events at a constant rate."""
    return [sum(rng.random() < mean / 200 for _ in range(200)) for _day in range(30)]


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (Course(700, 500, WEEK, is_count=True), 0.4),
        (Course(700, 1000, WEEK, is_count=True), -0.3),
        (Course(0.5, 0.4, [0.5, 0.49, 0.51, 0.5, 0.5, 0.5], is_count=False), 0.25),
        # Within the usual variation, or too small to be worth a sentence.
        (Course(700, 660, WEEK, is_count=True), None),
        (Course(700, 600, [20, 300, 40, 10, 250, 30, 50], is_count=True), None),
        (Course(103, 100, [103.0] * 8, is_count=False), None),
        # Constant small counts still vary by chance.
        (Course(7, 4, [1] * 7, is_count=True), None),
        # Too few buckets, or nothing to compare with.
        (Course(500, 100, WEEK[:5], is_count=True), None),
        (Course(700, 0, WEEK, is_count=True), None),
        (Course(0, 100, [0] * 7, is_count=True), None),
        (Course(-7, 100, [-1] * 7, is_count=False), None),
    ],
)
def test_a_change_is_real_if_it_exceeds_the_usual_variation(course, expected):
    assert real_change(course) == pytest.approx(expected)


def test_changes_and_peaks_of_chance_are_rare():
    rng = random.Random(1)
    months = [month(rng, 5 + n % 90) for n in range(400)]
    pairs = [(months[n], month(rng, 5 + n % 90)) for n in range(400)]
    changes = [real_change(Course(sum(a), sum(b), a, is_count=True)) for a, b in pairs]
    peaks = [peak(days, is_count=True) for days in months]

    assert sum(change is not None for change in changes) <= 4  # 1%
    assert sum(at is not None for at in peaks) <= 8  # 2%


@pytest.mark.parametrize(
    ("buckets", "is_count", "expected"),
    [
        ([10, 12, 11, 40, 9, 10, 11, 12], True, 3),
        ([40, 12, 11, 9, 9, 10, 11, 12], True, 0),
        ([1.5, 1.6, 1.4, 1.5, 1.6, 1.5, 9.0], False, 6),
        ([10, 12, 11, 14, 9, 10, 11, 12], True, None),
        ([0, 0, 0, 9, 0, 0, 0, 0], True, None),  # too few events
        ([0, 0, 0, 90, 0, 0, 0, 0], True, None),  # all there is, not a peak of something
        ([10, 40, 10, 40, 10, 40, 10, 41], True, None),  # a rhythm
        ([10, 12, 11, 40, 9, 10], True, None),  # too few buckets
        ([], True, None),
    ],
)
def test_a_peak_exceeds_all_other_buckets_by_far(buckets, is_count, expected):
    assert peak(buckets, is_count=is_count) == expected


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_new_label_among_the_first_three_is_found(place):
    ranked = list(LABELS)
    ranked[place] = Ranked("new", 98, is_new=True)
    assert new_leader(ranked, is_count=True) == Ranked("new", 98, is_new=True)


def test_other_new_labels_are_not_leaders():
    def with_new(place, value=97):
        return [*LABELS[:place], Ranked("new", value, is_new=True), *LABELS[place + 1 :]]

    assert new_leader(with_new(3), is_count=True) is None
    assert new_leader(with_new(2, value=9), is_count=True) is None
    assert new_leader(with_new(1)[:4], is_count=True) is None  # a short list
    assert new_leader([row._replace(is_new=True) for row in LABELS], is_count=True) is None
    assert new_leader([], is_count=True) is None

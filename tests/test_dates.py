"""Expressions of time, seen from the day of publication."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.dates import find_dates

TUESDAY = date(2025, 11, 4)


@pytest.mark.parametrize(
    ("text", "first", "last", "prec"),
    [
        ("killed on Monday", "2025-11-03", "2025-11-03", 1),
        ("late Saturday night", "2025-11-01", "2025-11-01", 1),
        ("said on Tuesday", "2025-11-04", "2025-11-04", 1),
        ("last Tuesday", "2025-10-28", "2025-10-28", 1),
        ("on the night of Nov. 1 following", "2025-11-01", "2025-11-01", 1),
        ("the night between Sunday and Monday", "2025-11-02", "2025-11-03", 2),
        ("on the intervening night of Aug 25-26", "2025-08-25", "2025-08-26", 2),
        ("on the night of 8/9 August", "2025-08-08", "2025-08-09", 2),
        ("between January 27 and 28", "2025-01-27", "2025-01-28", 2),
        ("on 15 January", "2025-01-15", "2025-01-15", 1),
        ("On April 18, 2019, men", "2019-04-18", "2019-04-18", 1),
        ("on August 26 last year", "2024-08-26", "2024-08-26", 1),
        ("on December 3", "2024-12-03", "2024-12-03", 1),
        ("in July 2018", "2018-07-01", "2018-07-31", 4),
        ("last November", "2024-11-01", "2024-11-30", 4),
        ("in March", "2025-03-01", "2025-03-31", 4),
        ("earlier this month", "2025-11-01", "2025-11-30", 4),
        ("last month", "2025-10-01", "2025-10-31", 4),
        ("last week", "2025-10-27", "2025-11-02", 3),
        ("earlier this week", "2025-11-03", "2025-11-04", 3),
        ("in 2018", "2018-01-01", "2018-12-31", 5),
        ("over the past 24 hours", "2025-11-03", "2025-11-04", 2),
        ("yesterday", "2025-11-03", "2025-11-03", 1),
        ("three days ago", "2025-11-01", "2025-11-01", 1),
        ("killed on 2025-10-31", "2025-10-31", "2025-10-31", 1),
        ("on 25/12/2024 in", "2024-12-25", "2024-12-25", 1),
        ("on 01/10/2021 in", "2021-10-01", "2021-10-01", 1),
        ("01/10/2021: Assailants threw", "2021-01-10", "2021-01-10", 1),
    ],
)
def test_days_and_their_precision(text: str, first: str, last: str, prec: int) -> None:
    (hit,) = find_dates(text, TUESDAY)
    assert hit.value is not None
    assert hit.value.as_json() == {"first": first, "last": last, "prec": prec}


@pytest.mark.parametrize(
    ("text", "offset"), [("a day earlier", -1), ("The same night", 0), ("Two days after that", 2), ("the next day", 1)]
)
def test_what_leans_on_another_day_keeps_its_distance(text: str, offset: int) -> None:
    (hit,) = find_dates(text, TUESDAY)
    assert (hit.value, hit.offset) == (None, offset)


@pytest.mark.parametrize("text", ["on Monday", "last month", "on 15 January", "yesterday"])
def test_without_a_publication_date_nothing_is_guessed(text: str) -> None:
    (hit,) = find_dates(text, None)
    assert hit.value is None


@pytest.mark.parametrize("text", ["He may attack", "the march went on", "31 February 2020", "a daily", "99/99/2020"])
def test_what_is_no_date(text: str) -> None:
    assert [hit for hit in find_dates(text, TUESDAY) if hit.value] == []


@given(st.text(max_size=300), st.dates(date(1950, 1, 1), date(2090, 1, 1)))
def test_any_text_is_read_without_a_crash(text: str, published: date) -> None:
    for hit in find_dates(text, published):
        assert 0 <= hit.start < hit.end <= len(text)

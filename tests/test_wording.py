"""Values in words, as popups, titles and exports show them."""

from __future__ import annotations

from datetime import date

import pytest

from geo.models import CountRange, DateRange, Place
from geo.wording import count_text, date_text, incident_title, number_text, place_precision_text, place_text


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (CountRange.exactly(4), "4"),
        (CountRange(3, 4, 6), "4 (3\u20136)"),
        (CountRange(27, 27, None), "27 or more"),
        (CountRange(None, 9, 9), "up to 9"),
        (CountRange(3, None, None), "3 or more"),
        (CountRange(3, None, 8), "3\u20138"),
        (CountRange(None, 20, None), "about 20"),
        (CountRange(4, 6, None), "6 (4 or more)"),
        (CountRange.exactly(1234), "1\u2009234"),
    ],
)
def test_count_text(count: CountRange, words: str) -> None:
    assert count_text(count) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2025-11-01", "2025-11-01", "1 Nov 2025"),
        ("2026-01-31", "2026-02-02", "31 Jan \u2013 2 Feb 2026"),
        ("2025-12-30", "2026-01-02", "30 Dec 2025 \u2013 2 Jan 2026"),
        ("2025-11-01", "2025-11-02", "1\u20132 Nov 2025"),
        ("2024-11-01", "2024-11-30", "Nov 2024"),
        ("2024-01-01", "2024-12-31", "2024"),
        (None, None, "undated"),
    ],
)
def test_date_text(first: str | None, last: str | None, words: str) -> None:
    days = [date.fromisoformat(text) if text else None for text in (first, last)]
    assert date_text(DateRange(*days, 1 if first else 0)) == words


@pytest.mark.parametrize(
    ("place", "words", "precision"),
    [
        (Place("Chaman", "Chaman", where_prec=1, districts=("Chaman",)), "Chaman", "exact place"),
        (
            Place("x", "Mangochar", where_prec=2, districts=("Kalat",), radius_km=10),
            "Mangochar, Kalat",
            "within about 10 km",
        ),
        (Place("Kalat district", "Kalat", where_prec=3, districts=("Kalat",)), "Kalat district", "district only"),
        (
            Place("12 places", where_prec=5, districts=("Kech", "Quetta", "Nushki")),
            "12 places",
            "several districts (3)",
        ),
        (
            Place("x", "Bannu", where_prec=4, province="Khyber Pakhtunkhwa", country="PK"),
            "Bannu, Khyber Pakhtunkhwa",
            "province only, or an ambiguous name",
        ),
        (Place("Balochistan", where_prec=4), "Balochistan", "province only, or an ambiguous name"),
    ],
)
def test_place_text(place: Place, words: str, precision: str) -> None:
    assert place_text(place) == words
    assert place_precision_text(place) == precision


def test_titles_are_generated_and_leave_out_what_is_not_known() -> None:
    place = Place("Kalat district", "Kalat", where_prec=3, districts=("Kalat",))
    when = DateRange.on(date(2025, 11, 1))
    assert incident_title("Security operation", place, when, "4 killed", "ISPR") == (
        "Security operation, Kalat district, 1 Nov 2025: 4 killed, according to ISPR"
    )
    assert incident_title("Bombing", None, None, None, None) == "Bombing"
    assert number_text(1000000) == "1\u2009000\u2009000"

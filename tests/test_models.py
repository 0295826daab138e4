"""The nouns: what they refuse, and that their JSON form round-trips."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.models import (
    ActorRef,
    Basis,
    Candidate,
    CountRange,
    DateRange,
    Place,
    Span,
    Stance,
    make_claim,
    value_as_json,
    value_from_json,
)


@pytest.mark.parametrize("bounds", [(5, 4, 6), (None, None, None), (-1, 2, 3), (4, None, 3), (None, 9, 8)])
def test_a_count_out_of_order_is_refused(bounds: tuple[int | None, ...]) -> None:
    with pytest.raises(InputError, match="low <= best <= high"):
        CountRange(*bounds)


@pytest.mark.parametrize(
    ("a", "b", "overlap"),
    [
        (CountRange.exactly(4), CountRange.exactly(4), True),
        (CountRange.exactly(4), CountRange.exactly(5), False),
        (CountRange(4, 4, None), CountRange.exactly(9), True),
        (CountRange(4, 4, None), CountRange.exactly(3), False),
        (CountRange(None, 9, 9), CountRange(10, 10, None), False),
    ],
)
def test_counts_overlap_where_one_number_fits_both(a: CountRange, b: CountRange, overlap: bool) -> None:
    assert a.overlaps(b) is overlap
    assert b.overlaps(a) is overlap


@pytest.mark.parametrize(
    "parts", [(date(2025, 1, 2), date(2025, 1, 1), 1), (date(2025, 1, 1), None, 1), (None, None, 2), (None, None, 9)]
)
def test_an_impossible_date_range_is_refused(parts: tuple[date | None, date | None, int]) -> None:
    with pytest.raises(InputError):
        DateRange(*parts)


def test_a_span_must_hold_something() -> None:
    with pytest.raises(InputError, match="start < end"):
        Span(4, 4)


counts = st.builds(
    lambda numbers: CountRange(*numbers), st.lists(st.integers(0, 10**6), min_size=3, max_size=3).map(sorted)
)
dates = st.builds(
    lambda a, b, prec: DateRange(min(a, b), max(a, b), prec), st.dates(), st.dates(), st.integers(0, 5)
) | st.just(DateRange.unknown())
candidates = st.builds(Candidate, st.text(), st.text(), st.none() | st.text(), st.floats(0, 1))
points = st.none() | st.tuples(st.floats(24, 32), st.floats(60, 71))
places = st.builds(
    lambda text, prec, districts, point, found: Place(
        text, text or None, None, prec, tuple(districts), "Balochistan", "PK", *(point or (None, None)),
        candidates=tuple(found),
    ),
    st.text(), st.integers(1, 7), st.lists(st.text(), max_size=3), points, st.lists(candidates, max_size=2),
)  # fmt: skip
actors = st.builds(ActorRef, st.text(), st.text(), st.none() | st.sampled_from(Basis))


@given(
    st.one_of(
        st.tuples(st.just("killed.total"), counts),
        st.tuples(st.just("date"), dates),
        st.tuples(st.just("place"), places),
        st.tuples(st.just("perpetrator"), actors),
        st.tuples(st.just("event_type"), st.text()),
    )
)
def test_a_value_comes_back_from_its_json(field_value: tuple[str, object]) -> None:
    field, value = field_value
    assert value_from_json(field, value_as_json(value)) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "raw"), [("killed.total", {"low": 5, "best": 1}), ("date", {"first": "soon"}), ("place", {}), ("mood", 1)]
)
def test_a_value_of_the_wrong_form_is_one_clear_error(field: str, raw: object) -> None:
    with pytest.raises(InputError):
        value_from_json(field, raw)


def test_a_claims_id_hangs_on_what_was_said_and_never_on_the_method() -> None:
    said = {"speaker": "police", "stance": Stance.OFFICIAL_STATEMENT}
    first = make_claim("d", "m", "killed.total", CountRange.exactly(4), origin="rules@1", original="four", **said)  # type: ignore[arg-type]
    again = make_claim("d", "m", "killed.total", CountRange(4, 4, None), origin="rules@2", original="four", **said)  # type: ignore[arg-type]
    other = make_claim("d", "m", "killed.total", CountRange.exactly(4), origin="rules@1", original="4", **said)  # type: ignore[arg-type]
    assert first.id == again.id
    assert first.id != other.id

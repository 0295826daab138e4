"""Words to counts, by the codebook's rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DataFileError
from geo.normalize import number_words, parse_count


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("27", (27, 27, 27)),
        ("1,200", (1200, 1200, 1200)),
        ("forty-seven", (47, 47, 47)),
        ("Ninety-two", (92, 92, 92)),
        ("one hundred and five", (105, 105, 105)),
        ("at least 27", (27, 27, None)),
        ("more than 40", (40, 40, None)),
        ("over a dozen", (12, 12, None)),
        ("up to six", (None, 6, 6)),
        ("as many as 93", (None, 93, 93)),
        ("about 30", (None, 30, None)),
        ("nearly 70", (None, 70, None)),
        ("another two", (2, 2, 2)),
        ("all twelve", (12, 12, 12)),
        ("ten to 12", (10, None, 12)),
        ("between 20 and 25", (20, None, 25)),
        ("a dozen", (12, 12, 12)),
        ("dozens", (24, None, None)),
        ("tens of", (20, None, None)),
        ("several", (3, None, None)),
        ("a number of", (2, None, None)),
        ("a couple of", (2, 2, 2)),
        ("no", (0, 0, 0)),
    ],
)
def test_words_become_a_range(words: str, expected: tuple[int | None, int | None, int | None]) -> None:
    count = parse_count(words)
    assert count is not None
    assert (count.low, count.best, count.high) == expected


@pytest.mark.parametrize("words", ["", "militants", "twelfth", "10000000", "and", "-3", "2 to 1 to 3"])
def test_what_is_no_count_gives_none(words: str) -> None:
    assert parse_count(words) is None


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(words: str) -> None:
    count = parse_count(words)
    assert count is None or (count.best or count.low or count.high or 0) >= 0


def test_a_faulty_line_of_the_number_words_is_named(tmp_path: Path) -> None:
    path = tmp_path / "number_words.csv"
    path.write_text("kind,words,low,best,high,source\ncardinal,one,1,one,1,test\n")
    with pytest.raises(DataFileError, match=r"number_words.csv:2: 'one' is no whole number"):
        number_words(path)

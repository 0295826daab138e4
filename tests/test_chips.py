"""A chip says by itself what it stands for, without the widget that it comes from."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from geo.api.chips import chip_words
from geo.query import Query

NAMES: Any = SimpleNamespace(label=lambda _parameter, value: value.upper())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (Query(undated="exclude"), ["undated left out"]),
        (Query(undated="only"), ["undated only"]),
        (Query(date_from=date(2025, 1, 1), date_to=date(2025, 2, 1)), ["from 1 Jan 2025", "to 1 Feb 2025"]),
        (Query(perpetrator=("bla",), basis=("self_claim",)), ["by: BLA", "on word: SELF_CLAIM"]),
        (Query(district=("kech", "kalat")), ["in: KALAT", "in: KECH"]),
        (Query(min_killed=3, where_prec_max=3), ["3 or more killed", "District or better"]),
        (Query(disputed=False, where_prec_max=4), ["place precision 4 or better", "sources agree"]),
        (Query(q="bus", bbox=(61.0, 25.0, 70.0, 32.0)), ["inside the box", "words: bus"]),
    ],
)
def test_words_of_a_chip(query: Query, words: list[str]) -> None:
    told = [chip_words(NAMES, parameter, value).replace("\u2009", " ") for parameter, value in query.pairs()]
    assert sorted(told) == sorted(words)

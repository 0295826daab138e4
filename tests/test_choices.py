"""What a multiple choice of the sidebar lists."""

from __future__ import annotations

import pytest

from ui.choices import Options


@pytest.mark.parametrize(
    ("counts", "chosen", "listed"),
    [
        ({}, [], []),
        (
            {"b": 2, "a": 2, "c": 1234},
            [],
            [("c", "1\u2009234"), ("a", "2"), ("b", "2")],
        ),  # frequent first, then by name
        ({"a": 2}, ["z"], [("a", "2"), ("z", "0")]),  # chosen before other filters left nothing of it
        ({"a": 2, "z": 3}, ["z"], [("z", "3"), ("a", "2")]),
    ],
)
def test_options_are_listed_with_counts(
    counts: dict[str, int], chosen: list[str], listed: list[tuple[str, str]]
) -> None:
    options = Options(counts, lambda value: f"the {value}", chosen)
    assert options.listed() == [[value, f"the {value}", count] for value, count in listed]

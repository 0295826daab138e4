"""A query's values in words, each short enough for a chip."""

from __future__ import annotations

from datetime import date

from geo.names import Names
from geo.wording import day_text

BEFORE = {
    "perpetrator": "by",
    "group": "involving",
    "district": "in",
    "publisher": "reported by",
    "camp": "told by",
    "speaker": "said by",
    "dataset": "data set",
}
UNDATED = {"exclude": "undated left out", "include": "undated too", "only": "undated only"}


def chip_words(names: Names, parameter: str, value: str) -> str:
    """The words of one value of a query."""
    if parameter in ("from", "to"):
        return f"{parameter} {day_text(date.fromisoformat(value))}"
    if parameter in ("event_type", "basis", "review") or parameter in BEFORE:
        return " ".join(filter(None, (BEFORE.get(parameter), names.label(parameter, value))))
    return {
        "undated": UNDATED.get(value, value),
        "min_killed": f"{value} or more killed",
        "where_prec_max": f"place precision {value} or better",
        "disputed": "sources disagree" if value == "true" else "sources agree",
        "q": f"words: {value}",
        "bbox": "inside a box",
    }[parameter]

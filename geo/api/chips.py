"""A query's values in words, each short enough for a chip."""

from __future__ import annotations

from datetime import date

from geo.names import Names
from geo.wording import PLACE_PRECISION_OR_BETTER, day_text

BEFORE = {
    "perpetrator": "by",
    "basis": "on word",
    "group": "involving",
    "event_type": "kind",
    "district": "in",
    "publisher": "reported by",
    "camp": "side",
    "speaker": "said by",
    "review": "checked",
    "dataset": "data set",
}
UNDATED = {"exclude": "undated left out", "include": "undated too", "only": "undated only"}


def chip_words(names: Names, parameter: str, value: str) -> str:
    """The words of one value of a query, as `geo.query.Query.pairs` gives them."""
    if parameter in BEFORE:
        return f"{BEFORE[parameter]}: {names.label(parameter, value)}"
    if parameter in ("from", "to"):
        return f"{parameter} {day_text(date.fromisoformat(value))}"
    if parameter == "where_prec_max":
        return PLACE_PRECISION_OR_BETTER.get(int(value), f"place precision {value} or better")
    return {
        "undated": UNDATED.get(value, value),
        "min_killed": f"{value} or more killed",
        "disputed": "sources disagree" if value == "true" else "sources agree",
        "q": f"words: {value}",
        "bbox": "inside the box",
    }[parameter]

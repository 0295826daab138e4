"""What the page Import calls the fields of a mapping, and in which groups they stand."""

from __future__ import annotations

from geo.importers.mapping import COUNTS
from geo.wording import FIELD_LABELS

PLAIN = ("killed.total", "injured.total")


def _count_label(name: str) -> str:
    for bound, words in (("low", "at least"), ("high", "at most")):
        if name.endswith(f".{bound}"):
            return f"{FIELD_LABELS[name.removesuffix(f'.{bound}')]}: {words}"
    return FIELD_LABELS[name]


LABELS = {
    "date": "Day of the incident",
    "date_end": "Last day",
    "date_prec": "How well the day is known (date_prec)",
    "year": "Year",
    "month": "Month",
    "day": "Day of the month",
    "place": "Place",
    "district": "District",
    "province": "Province",
    "country": "Country",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "where_prec": "How well the place is known (where_prec)",
    "radius_km": "Radius in km",
    "event_type": "Kind of incident",
    **{name: _count_label(name) for name in COUNTS},
    "perpetrator": "Said to have done it",
    "basis": "On whose word",
    "target": "Against whom",
    "involved": "Sides of the fighting",
    "source": "Sources of the row",
    "source_title": "Headline of the source",
    "source_date": "Day of the source",
    "source_url": "Address of the source",
    "id": "Id of the row",
    "url": "Web address of the row",
    "title": "Title of the row",
}
HELPS = {
    "perpetrator": "Names of groups make nobody a culprit unless you say on whose word they are named.",
    "involved": "Groups that took part. Nobody is called a culprit by it.",
    "target": "Kinds of target, like police or civilians. No names of private persons.",
    "source": "They are listed with the row. No figure is put in their mouth.",
    "id": "With it a row is known again when its figures change. Without it a row is known by all its cells.",
    "where_prec": "1 exact, 2 within about 25 km, 3 district, 4 province, 5 a road or several districts, 6 country, "
    "7 sea or air. Without it, coordinates count as within about 25 km.",
    "date_prec": "1 the day, 2 two to six days, 3 a week, 4 a month, 5 longer, 0 not known.",
}
# What is always shown; the rest stands under "More columns".
GROUPS = (
    ("When", ("date",)),
    ("Where", ("place", "district", "province", "country", "latitude", "longitude")),
    ("What and how many", ("event_type", *PLAIN)),
    ("Who", ("perpetrator", "target", "involved")),
    ("Sources and ids", ("source", "id", "url")),
)
MORE = (
    ("When", ("date_end", "date_prec", "year", "month", "day")),
    ("Where", ("where_prec", "radius_km")),
    ("How many", tuple(name for name in COUNTS if name not in PLAIN)),
    ("Sources", ("source_title", "source_date", "source_url", "title")),
)
CONSTANTS = ("province", "country")  # what all rows of a table may have in common

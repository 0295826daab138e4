"""Step 9: incidents -> the incident table, one row each, held as Arrow columns so that a million stay small.

Columns are the flat properties of the GeoJSON contract, plus a few that only queries read (`QUERY_COLUMNS`). Words
that recur are kept once (dictionaries). Geometry is a point (WGS84) for where_prec 1-2 and empty otherwise: district
shapes are joined when drawing or exporting, so that a row stays small. Sorted by `id`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from geo.datafiles import fold
from geo.districts import DistrictTable
from geo.estimate import RULE_SET
from geo.models import ActorRef, Basis, Claim, CountRange, DateRange, Incident, Place, Stance
from geo.vocab import Vocabulary

FLAT_COLUMNS = (
    "id",
    "title",
    "event_type",
    "date_start",
    "date_end",
    "date_prec",
    "place",
    "where_prec",
    "radius_km",
    "district",
    "districts",
    "district_pcode",
    "district_set",
    "province",
    "country",
    "killed_low",
    "killed_best",
    "killed_high",
    "killed_civilians",
    "killed_security",
    "killed_militants",
    "injured_best",
    "abducted_best",
    "arrested_best",
    "perpetrator",
    "perpetrator_id",
    "perpetrator_basis",
    "attributed_by",
    "target",
    "disputed",
    "part_of",
    "review",
    "estimate_rule",
    "n_sources",
    "n_speakers",
    "publishers",
    "camps",
    "first_reported",
    "dataset",
    "data_version",
)
QUERY_COLUMNS = (
    "campaign",
    "perpetrator_pairs",
    "groups",
    "speakers",
    "publisher_ids",
    "search",
    "lat",
    "lon",
    "n_claims",
)
COUNT_COLUMNS = tuple(
    name for name in FLAT_COLUMNS if name.startswith(("killed_", "injured_", "abducted_", "arrested_"))
)
DATE_COLUMNS = ("date_start", "date_end", "first_reported")
REPORTS = "reports"  # `dataset` of incidents that come from articles, not from a data set

Kind = TypeVar("Kind")


TEXT_COLUMNS = ("id", "title", "part_of", "search")  # of many values; other words recur
LIST_COLUMNS = ("districts", "publishers", "camps", "perpetrator_pairs", "groups", "speakers", "publisher_ids")
FLAG_COLUMNS = ("disputed", "campaign")
REAL_COLUMNS = ("lat", "lon", "radius_km")
NUMBER_COLUMNS = ("date_prec", "where_prec", "n_sources", "n_speakers", "n_claims")
SHARED_COLUMNS = ("district_set", "data_version")  # the same in every row
WORDS = pa.dictionary(pa.int32(), pa.string())


def _column_type(name: str) -> pa.DataType:
    kinds: tuple[tuple[Sequence[str], pa.DataType], ...] = (
        (TEXT_COLUMNS, pa.string()),
        (LIST_COLUMNS, pa.list_(pa.string())),
        (FLAG_COLUMNS, pa.bool_()),
        (REAL_COLUMNS, pa.float64()),
        ((*COUNT_COLUMNS, *NUMBER_COLUMNS), pa.int32()),
        (DATE_COLUMNS, pa.date32()),
    )
    return next((kind for names, kind in kinds if name in names), WORDS)


SCHEMA = pa.schema([(name, _column_type(name)) for name in (*FLAT_COLUMNS, *QUERY_COLUMNS)])


def build_columns(incidents: Iterable[Incident], vocabulary: Vocabulary, districts: DistrictTable) -> pa.Table:
    """The incident table, its shared columns still empty.

    Args:
        incidents: As `geo.assemble.assemble` gives them.
        vocabulary, districts: For names, camps and p-codes.
    """
    rows = [_row(incident, vocabulary, districts) for incident in incidents]
    return sort_columns(pa.Table.from_pylist(rows, SCHEMA))


def sort_columns(table: pa.Table) -> pa.Table:
    """The rows in the order of their ids, each column in one piece."""
    table = in_one_piece(table)
    ids = table["id"]
    if len(ids) > 1 and not pc.all(pc.less(ids[:-1], ids[1:])).as_py():
        table = in_one_piece(table.take(pc.sort_indices(ids)))
    return table


def in_one_piece(table: pa.Table) -> pa.Table:
    """The table with each column as one piece; a column that is one already isn't copied."""
    if all(column.num_chunks == 1 for column in table.columns):
        return table
    return table.unify_dictionaries().combine_chunks()


def share(table: pa.Table, *, district_set: str, data_version: str) -> pa.Table:
    """The table with what is the same in every row."""
    for name, value in zip(SHARED_COLUMNS, (district_set, data_version), strict=True):
        codes = pa.array(np.zeros(len(table), dtype=np.int32))
        column = pa.DictionaryArray.from_arrays(codes, pa.array([value]))
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
    return table


def as_frame(table: pa.Table) -> gpd.GeoDataFrame:
    """Rows of the table for those who work with a few: a GeoDataFrame with missing values as pandas has them."""
    columns = {name: as_series(name, table[name].combine_chunks()) for name in table.column_names}
    frame = pd.DataFrame(columns)
    return gpd.GeoDataFrame(frame, geometry=_points(frame), crs="EPSG:4326")


def as_series(name: str, column: pa.Array) -> pd.Series[Any]:
    """A column of the table as pandas has it."""
    if name in LIST_COLUMNS:
        return pd.Series(column.to_pylist(), dtype=object)
    if name in COUNT_COLUMNS:
        return column.to_pandas(types_mapper={pa.int32(): pd.Int32Dtype()}.get)
    if name in DATE_COLUMNS:
        return column.cast(pa.timestamp("s")).to_pandas()
    return pd.Series(column.cast(pa.string()).to_pandas(), dtype="str") if column.type == WORDS else column.to_pandas()


def _points(frame: pd.DataFrame) -> NDArray[Any]:
    points = np.full(len(frame), None, dtype=object)
    known = frame["lat"].notna().to_numpy()
    points[known] = shapely.points(frame.loc[known, "lon"], frame.loc[known, "lat"])
    return points


def estimate_value(incident: Incident, field: str, kind: type[Kind]) -> Kind | None:
    """The shown value of a field, or None where there is none of that kind."""
    estimate = incident.estimates.get(field)
    return estimate.value if estimate and isinstance(estimate.value, kind) else None


def attributed_by(incident: Incident) -> str | None:
    """Who is the first to name the shown perpetrator: the earliest statement that rests on its basis."""
    ref = estimate_value(incident, "perpetrator", ActorRef)
    if ref is None or ref.basis in (None, Basis.UNKNOWN):
        return None
    published = {document.id: document.published or date.max for document in incident.documents}
    naming = [
        claim
        for claim in incident.claims
        if claim.field == "perpetrator"
        and claim.stance is not Stance.DENIAL
        and isinstance(claim.value, ActorRef)
        and claim.value.actor == ref.actor
    ]
    with_basis = [claim for claim in naming if isinstance(claim.value, ActorRef) and claim.value.basis is ref.basis]
    first = min(
        with_basis or naming,
        key=lambda claim: (claim.said_on or published.get(claim.document_id, date.max), claim.id),
        default=None,
    )
    return first.speaker if first else None


def _row(incident: Incident, vocabulary: Vocabulary, districts: DistrictTable) -> dict[str, Any]:
    return {
        "id": incident.id,
        "title": incident.title,
        "event_type": estimate_value(incident, "event_type", str),
        **_when(estimate_value(incident, "date", DateRange)),
        **_where(estimate_value(incident, "place", Place), districts),
        **_tolls(incident),
        **_who(incident),
        "disputed": incident.disputed,
        "part_of": incident.part_of,
        "review": str(incident.review),
        "campaign": incident.campaign,
        "n_claims": len(incident.claims),
        **_sources(incident, vocabulary),
        **_query_lists(incident, vocabulary),
    }


def _when(when: DateRange | None) -> dict[str, Any]:
    shown = when or DateRange.unknown()
    return {"date_start": shown.first, "date_end": shown.last, "date_prec": shown.prec}


def _where(place: Place | None, districts: DistrictTable) -> dict[str, Any]:
    """An incident whose place is open (rival districts tie, or none is said) stands as where_prec 4."""
    shown = place or Place(text="")
    pointed = shown.where_prec in (1, 2)
    district = districts.find(shown.district) if shown.district else None
    return {
        "place": shown.name or shown.text or None,
        "where_prec": shown.where_prec,
        "radius_km": shown.radius_km if pointed else None,
        "district": shown.district,
        "districts": list(shown.districts),
        "district_pcode": district.pcode if district else None,
        "province": shown.province,
        "country": shown.country,
        "lat": shown.lat if pointed else None,
        "lon": shown.lon if pointed else None,
    }


def _tolls(incident: Incident) -> dict[str, int | None]:
    killed = estimate_value(incident, "killed.total", CountRange)
    return {
        "killed_low": killed.low if killed else None,
        "killed_best": killed.best if killed else None,
        "killed_high": killed.high if killed else None,
        **{f"killed_{group}": _best(incident, f"killed.{group}") for group in ("civilians", "security", "militants")},
        **{f"{kind}_best": _best(incident, f"{kind}.total") for kind in ("injured", "abducted", "arrested")},
    }


def _best(incident: Incident, field: str) -> int | None:
    count = estimate_value(incident, field, CountRange)
    return count.best if count else None


def _who(incident: Incident) -> dict[str, Any]:
    ref = estimate_value(incident, "perpetrator", ActorRef)
    target = estimate_value(incident, "target", ActorRef)
    return {
        "perpetrator": ref.name if ref else "unknown",
        "perpetrator_id": ref.actor if ref else "unknown",
        "perpetrator_basis": str(ref.basis if ref and ref.basis else Basis.UNKNOWN),
        "attributed_by": attributed_by(incident),
        "target": target.name if target else None,
        "estimate_rule": RULE_SET,
    }


def _sources(incident: Incident, vocabulary: Vocabulary) -> dict[str, Any]:
    counted = [document for document in incident.documents if not document.retracted]
    publishers = sorted({document.publisher for document in counted})
    return {
        "n_sources": len(counted),
        "publishers": [vocabulary.publisher(name).name for name in publishers],
        "publisher_ids": publishers,
        "first_reported": min((d.published for d in counted if d.published), default=None),
        "dataset": next((d.dataset for d in incident.documents if d.dataset), REPORTS),
    }


def _query_lists(incident: Incident, vocabulary: Vocabulary) -> dict[str, Any]:
    speakers = {vocabulary.speaker(claim.speaker) for claim in incident.claims}
    refs = [(claim, claim.value) for claim in incident.claims if isinstance(claim.value, ActorRef)]
    return {
        "n_speakers": len(speakers),
        "camps": sorted({str(speaker.camp) for speaker in speakers}),
        "speakers": sorted({speaker.id for speaker in speakers}),
        "perpetrator_pairs": sorted({_pair(ref) for claim, ref in refs if _accuses(claim)}),
        "groups": sorted({ref.actor for _, ref in refs if ref.actor != "unknown"}),
        "search": _search_words(incident),
    }


def _accuses(claim: Claim) -> bool:
    return claim.field == "perpetrator" and claim.stance is not Stance.DENIAL


def _pair(ref: ActorRef) -> str:
    return f"{ref.actor}|{ref.basis or Basis.UNKNOWN}"


def _search_words(incident: Incident) -> str:
    places: Sequence[str] = [
        f"{claim.value.name or ''} {claim.value.text} {' '.join(claim.value.districts)}"
        for claim in incident.claims
        if isinstance(claim.value, Place)
    ]
    names = [document.publisher for document in incident.documents]
    return fold(" ".join([incident.title, *sorted(set(places)), *sorted(set(names))]))

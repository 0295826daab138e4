"""Storing rows of a data set: once however often, in whatever order, and a newer release in place of the older."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.assemble import assemble
from geo.datasets import known_datasets
from geo.errors import InputError
from geo.importers import convert
from geo.importers.load import load
from geo.importers.rows import BLOCK
from geo.importers.source import open_source
from geo.models import ActorRef, Basis, Claim, Incident, Place, Records, Review, Stance, make_claim
from geo.rebuild import check
from geo.store.bulk import BULK, columns, rows_of_records
from geo.store.engine import Store, open_store
from geo.store.read import counts, read_state
from geo.store.rows import claim_of, dataset_of, document_of, mention_of
from geo.store.write import change, put_records
from geo.vocab import default_vocabulary
from tests.importers.conftest import Take
from tests.importers.ged import event, ged_file
from tools.make_ged import made_rows, write


def incidents(store: Store) -> dict[str, Incident]:
    records = read_state(store).records
    parts = (records.documents, records.mentions, records.claims, records.links)
    return {incident.id: incident for incident in assemble(*parts, default_vocabulary())}


def live(store: Store) -> dict[str, int]:
    return {name: number["live"] for name, number in counts(store).items()}


def proved(store: Store) -> None:
    assert check(store, default_vocabulary()).faults == ()


def claims_of(store: Store) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in read_state(store).records.claims:
        found.setdefault(claim.field, []).append(claim)
    return found


def test_a_row_becomes_an_incident_whose_speaker_is_the_data_set(store: Store, take: Take, tmp_path: Path) -> None:
    loaded = take(ged_file(tmp_path, event(59553, source_original="police")))
    (incident,) = incidents(store).values()
    (document,) = incident.documents
    assert loaded.counts["new"] == 1
    assert incident.review is Review.IMPORTED
    assert {claim.speaker for claim in incident.claims} == {"UCDP"}
    assert {claim.origin for claim in incident.claims} == {"import:ucdp@25.1"}
    assert {(claim.original, claim.span) for claim in incident.claims} == {(None, None)}
    assert "perpetrator" not in incident.estimates
    assert {ref.value.actor for ref in incident.claims if ref.field == "involved"} >= {"bla"}
    assert (document.publisher, document.dataset, document.title) == ("ucdp", "ucdp", "UCDP GED event 59553")
    assert [cited.publisher for cited in document.cites] == ["police"]
    assert incident.title.endswith("15 (15–20) killed, according to UCDP")
    proved(store)


def test_one_sided_violence_has_a_perpetrator_on_the_data_sets_word(store: Store, take: Take, tmp_path: Path) -> None:
    take(ged_file(tmp_path, event(1, type_of_violence="3", side_a="LeJ", side_b="Civilians")))
    (incident,) = incidents(store).values()
    assert incident.estimates["perpetrator"].value == ActorRef("lej", "LeJ", Basis.ATTRIBUTED_BY_OTHERS)


def test_the_rows_are_those_that_the_models_would_make(store: Store, take: Take, tmp_path: Path) -> None:
    """The fast way of making ids and values gives what `make_claim` gives."""
    write(tmp_path / "ged.csv", made_rows(300))
    take(tmp_path / "ged.csv")
    claims = [claim for found in claims_of(store).values() for claim in found]
    assert len(claims) > 1500
    for claim in claims:
        again = make_claim(
            claim.document_id,
            claim.mention_id,
            claim.field,
            claim.value,
            speaker="UCDP",
            stance=Stance.MEDIA_REPORT,
            origin="import:ucdp@unstated",
        )
        assert again == claim


def test_importing_again_changes_nothing(store: Store, take: Take, tmp_path: Path) -> None:
    path = tmp_path / "ged.csv"
    write(path, made_rows(200))
    first, before = take(path), live(store)
    second = take(path)
    assert (first.counts["new"], second.counts["unchanged"], second.change) == (200, 200, None)
    assert live(store) == before
    proved(store)


def test_a_changed_row_supersedes_what_it_said(store: Store, take: Take, tmp_path: Path) -> None:
    take(ged_file(tmp_path, event(1), event(2)))
    loaded = take(ged_file(tmp_path, event(1, best="16"), event(2)))
    assert (loaded.counts["changed"], loaded.counts["unchanged"]) == (1, 1)
    totals = {claim.value.best for claim in claims_of(store)["killed.total"]}
    assert totals == {15, 16}
    proved(store)


def test_a_newer_release_supersedes_the_older_one(store: Store, take: Take, tmp_path: Path) -> None:
    take(ged_file(tmp_path, event(1), event(2), event(3), name="GEDEvent_v24_1.csv"))
    loaded = take(ged_file(tmp_path, event(1), event(2, best="16"), event(4), name="GEDEvent_v25_1.csv"))
    assert dict(loaded.counts) | {"repeated": 0} == {
        **{"new": 1, "changed": 1, "unchanged": 1, "kept": 0, "withdrawn": 1, "repeated": 0}
    }
    assert {claim.origin for found in claims_of(store).values() for claim in found} == {"import:ucdp@25.1"}
    assert {document.title for document in read_state(store).records.documents} == {
        f"UCDP GED event {key}" for key in (1, 2, 4)
    }
    proved(store)


def test_another_countrys_rows_are_not_missed(store: Store, take: Take, tmp_path: Path) -> None:
    abroad = {"country": "Afghanistan", "adm_1": "Kabul province", "adm_2": "", "where_coordinates": "Kabul"}
    take(ged_file(tmp_path, event(1), event(2, **abroad), name="GEDEvent_v24_1.csv"))
    loaded = take(ged_file(tmp_path, event(3), name="GEDEvent_v25_1.csv"))
    assert loaded.counts["withdrawn"] == 1
    assert {i.estimates["place"].value.country for i in incidents(store).values()} == {"PK", "AF"}


def test_an_older_release_takes_nothing_back(store: Store, take: Take, tmp_path: Path) -> None:
    take(ged_file(tmp_path, event(1, best="16"), name="GEDEvent_v25_1.csv"))
    before = live(store)
    with pytest.raises(InputError, match=r"is UCDP GED 24\.1, but the store holds the newer 25\.1; nothing was stored"):
        take(ged_file(tmp_path, event(1), name="GEDEvent_v24_1.csv"))
    assert live(store) == before


def test_bad_rows_are_listed_and_the_rest_comes_in(take: Take, tmp_path: Path) -> None:
    loaded = take(ged_file(tmp_path, event(1), event(2, best="many"), event(3)))
    assert (loaded.counts["new"], loaded.left_out) == (2, 1)
    assert [str(fault) for fault in loaded.bad] == ["line 3: best 'many' is no whole number"]


def test_a_file_without_one_good_row_leaves_no_trace(store: Store, take: Take, tmp_path: Path) -> None:
    before = live(store)
    with pytest.raises(InputError, match=r"none of its 1 rows can be used; line 2: best 'many'"):
        take(ged_file(tmp_path, event(2, best="many")))
    with pytest.raises(InputError, match="has no rows"):
        take(ged_file(tmp_path))
    assert live(store) == before


def test_an_id_counts_once(take: Take, tmp_path: Path) -> None:
    loaded = take(ged_file(tmp_path, event(1), event(1), event(1, best="16")))
    assert (loaded.counts["new"], loaded.counts["repeated"]) == (1, 1)
    assert [str(fault) for fault in loaded.bad] == ["line 4: its id 1 stands in line 2 already, with other values"]


def test_what_people_said_of_a_row_stays(store: Store, take: Take, tmp_path: Path) -> None:
    take(ged_file(tmp_path, event(1)))
    (incident,) = incidents(store).values()
    said = make_claim(
        incident.documents[0].id,
        incident.id,
        "event_type",
        "bombing",
        speaker="reviewer",
        stance=Stance.INFERENCE,
        origin="review:reviewer",
    )
    with change(store, "reviewer", "a correction") as made:
        put_records(made, Records(claims=(said,)), "review:reviewer")
    take(ged_file(tmp_path, event(1, best="16")))
    assert said in claims_of(store)["event_type"]


def test_the_data_set_is_kept_with_its_licence(store: Store, take: Take, tmp_path: Path) -> None:
    take(ged_file(tmp_path, event(1)))
    with store.reading() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM datasets").mappings()
    assert dataset_of(row) == known_datasets()["ucdp"]


def test_places_elsewhere_keep_the_names_of_the_data_set(store: Store, take: Take, tmp_path: Path) -> None:
    sindh = {"adm_1": "Sindh province", "adm_2": "Karachi city district", "where_coordinates": "Lyari"}
    punjab = {"adm_1": "Punjab province", "adm_2": "Kalat", "where_coordinates": "Lyari"}
    take(ged_file(tmp_path, event(1, **sindh, where_prec="3"), event(2, **punjab)))
    places = [i.estimates["place"].value for i in incidents(store).values()]
    assert all(isinstance(place, Place) for place in places)
    said = {(place.name, place.districts, place.province, place.country, place.where_prec) for place in places}
    assert said == {
        ("Lyari", ("Karachi city",), "Sindh", "PK", 3),
        ("Lyari", (), "Punjab", "PK", 1),  # no namesake of a district is shaded
    }


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({}, (1, ("Kachhi",), 29.865)),
        ({"adm_2": "Quetta district", "where_coordinates": "Quetta city"}, (1, ("Quetta",), 29.865)),
        ({"where_prec": "3", "where_coordinates": "Bolan district"}, (3, ("Kachhi",), None)),
        ({"where_prec": "4", "adm_2": "", "where_coordinates": "Balochistan"}, (4, (), None)),
        ({"where_prec": "5", "where_coordinates": "Bolan Pass"}, (5, ("Kachhi",), None)),
        ({"adm_2": "Lasbela district", "where_coordinates": "Hub town"}, (1, ("Hub",), 29.865)),
        ({"where_coordinates": "a place nobody knows"}, (1, ("Kachhi",), 29.865)),
    ],
)
def test_the_district_comes_from_names_and_the_point_from_the_data_set(
    tmp_path: Path, cells: dict[str, str], wanted: tuple[int, tuple[str, ...], float | None]
) -> None:
    source = open_source("ucdp", ged_file(tmp_path, event(1, **cells)))
    (batch,) = convert.batches_of(source)
    (value,) = [row[4] for row in batch.rows.claims if row[3] == "place"]
    place = Place.from_json(json.loads(value))
    assert (place.where_prec, place.districts, place.lat) == wanted


def test_the_tuples_stand_in_the_order_of_the_columns(tmp_path: Path) -> None:
    """Made for speed as tuples, they must be what the slow way makes of the same nouns."""
    source = open_source("ucdp", ged_file(tmp_path, event(1, source_article="AP 4/11")))
    (batch,) = convert.batches_of(source)
    rows = {name: [dict(zip(columns(name), row, strict=True)) for row in getattr(batch.rows, name)] for name in BULK}
    for name in BULK:
        for row in rows[name]:
            row |= {column: json.loads(row[column]) for column in ("value", "cites") if row.get(column)}
    records = Records(
        tuple(document_of(row) for row in rows["documents"]),
        tuple(mention_of(row) for row in rows["mentions"]),
        tuple(claim_of(row) for row in rows["claims"]),
    )
    again = rows_of_records(records, "import:ucdp@25.1")
    assert (again.documents, again.mentions, again.claims) == (
        batch.rows.documents,
        batch.rows.mentions,
        batch.rows.claims,
    )


@pytest.mark.parametrize("readers", [1, 2, 3])
def test_a_large_file_is_read_by_other_processes(
    store: Store, take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readers: int
) -> None:
    rows = [event(key) for key in range(1, 2 * BLOCK + 100)]
    late = [event(7), event(8, best="16"), event(2 * BLOCK), event(2 * BLOCK, best="16"), event(1, best="many")]
    path = ged_file(tmp_path, *rows, *late)
    monkeypatch.setattr(convert, "LARGE", 10)
    monkeypatch.setattr("os.cpu_count", lambda: readers)
    loaded = take(path)
    assert (loaded.counts["new"], loaded.counts["repeated"], loaded.countries) == (len(rows), 2, {"PK"})
    last = len(rows) + 1
    assert [str(bad) for bad in loaded.bad] == [
        f"line {last + 2}: its id 8 stands in line 9 already, with other values",
        f"line {last + 4}: its id {2 * BLOCK} stands in line {2 * BLOCK + 1} already, with other values",
        f"line {last + 5}: best 'many' is no whole number",
    ]
    assert live(store)["documents"] == len(rows)


def test_a_failure_in_the_middle_leaves_nothing(store: Store, tmp_path: Path) -> None:
    source = open_source("ucdp", ged_file(tmp_path, event(1), event(2)))
    before = live(store)

    def broken_off(_line: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(store, source, "tester", broken_off)
    assert live(store) == before
    proved(store)


def stored(folder: Path, *files: Sequence[dict[str, str]]) -> tuple[dict[str, int], set[str]]:
    """What is in a fresh store after importing these files one after the other."""
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}")
    try:
        for rows in files:
            load(store, open_source("ucdp", ged_file(folder, *rows)), "tester")
        state = read_state(store).records
        held = {repr(item) for item in (*state.documents, *state.mentions, *state.claims)}
        return live(store), held
    finally:
        store.close()


ROWS = list(made_rows(8, seed=5))


@settings(max_examples=12)
@given(st.permutations(ROWS), st.integers(min_value=0, max_value=8))
def test_neither_order_nor_parts_nor_repeating_matters(rows: list[dict[str, str]], cut: int) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        whole = stored(Path(one), ROWS)
        parts = [part for part in (rows[:cut], rows[cut:], rows) if part]
        assert stored(Path(other), *parts) == whole

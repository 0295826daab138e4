"""Districts by name, and which shapes of a layer stand for them."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import geopandas as gpd
import orjson
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from geo.cli import main
from geo.datafiles import DATA_DIR
from geo.district_layers import (
    SCHEMATIC_FILE,
    DistrictLayer,
    active_layer,
    district_in_set,
    layer_json,
    read_layer,
)
from geo.districts import COLUMNS, STATUSES, DistrictTable, district_key, load_districts, read_districts
from geo.errors import DataFileError, InputError
from geo.settings import Settings

TABLE = load_districts()
NAMES = [(name, row.name) for row in TABLE.all() for name in (row.name, *row.aliases, *row.urdu)]
SET_30 = {row.name for row in TABLE.current()} - {
    *("Chaman", "Duki", "Hub", "Sohbatpur", "Surab", "Usta Muhammad"),
}
SET_36 = {row.name for row in TABLE.current()}
SET_41 = (SET_36 | {row.name for row in TABLE.all() if row.status == "new"}) - {"Quetta", "Dera Bugti"}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Bolan", "Kachhi"),
        ("Turbat", "Kech"),
        ("Turbat district", "Kech"),
        ("Ketch", "Kech"),
        ("Jafarabad", "Jaffarabad"),
        ("Jaffar Abad", "Jaffarabad"),
        ("NASEERABAD", "Nasirabad"),
        ("Musa Khel", "Musakhel"),
        ("Musakhail District", "Musakhel"),
        ("Chaghi", "Chagai"),
        ("Killa Saif Ullah", "Killa Saifullah"),
        ("qila saifullah", "Killa Saifullah"),
        ("Qilla Abdullah", "Killa Abdullah"),
        ("Noshki", "Nushki"),
        ("Las Bela", "Lasbela"),
        ("Hub Chowki", "Hub"),
        ("Shaheed Sikandarabad", "Surab"),
        ("ضلع قلعہ عبداللہ", "Killa Abdullah"),
        ("كيچ", "Kech"),
        ("killa-abdullah", "Killa Abdullah"),
        ("PK211", "Kech"),
        ("Upper Dera Bugti", "North Dera Bugti"),
        ("Lehri", "Lehri"),
        ("Balochistan", None),
        ("Karachi", None),
        ("district", None),
        ("", None),
        (None, None),
    ],
)
def test_a_district_is_found_by_any_of_its_names(written: str | None, name: str | None) -> None:
    found = TABLE.find(written)
    assert (found.name if found else None) == name


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_case_marks_and_spacing_do_not_matter(pair: tuple[str, str], random: object) -> None:
    written, name = pair
    choice = random.choice  # type: ignore[attr-defined]
    changed = "".join(
        choice([char.upper(), char.lower(), char + "\N{COMBINING MACRON}", unicodedata.normalize("NFD", char)])
        + (choice(["", " "]) if char in " -" else "")
        for char in written
    )
    found = TABLE.find(f"  {changed}{choice(['', ' district', ' DISTRICT'])} ")
    assert found is not None
    assert found.name == name


def test_the_table_holds_the_sets_that_were_in_force() -> None:
    assert (len(TABLE.current()), len(SET_30), len(SET_36), len(SET_41)) == (36, 30, 36, 41)
    assert {row.status for row in TABLE.all()} == set(STATUSES)
    assert all(row.source for row in TABLE.all())


def test_parents_children_and_likenesses() -> None:
    assert TABLE.parents_of("lehri") == ("Sibi", "Kachhi")
    assert TABLE.parents_of("nowhere") == ()
    assert set(TABLE.children_of("Jafarabad")) == {"Sohbatpur", "Usta Muhammad"}
    assert TABLE.similar("Kila Saifulah") == "Killa Saifullah"
    assert TABLE.similar("Islamabad Capital Territory") is None


def test_life_spans_are_years_with_the_date_beside() -> None:
    duki, lehri = TABLE.find("Duki"), TABLE.find("Lehri")
    assert duki is not None
    assert lehri is not None
    assert (duki.created, duki.created_on, duki.ended) == (2017, "2017-08-01", None)
    assert (lehri.created, lehri.ended, lehri.ended_on) == (2013, 2018, "2018-01")


ROW = {
    **dict.fromkeys(COLUMNS, ""),
    **{"id": "kalat", "name": "Kalat", "division": "Kalat", "status": "current", "source": "a source"},
}


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ([{"id": "qalat"}], "id 'qalat' of 'Kalat' must be 'kalat'"),
        ([{"name": ""}], "id 'kalat' of '' must be"),
        ([{"status": "gone"}], "status 'gone'"),
        ([{"source": ""}], "source of 'Kalat' is missing"),
        ([{"pcode": "PK999"}], "pcode 'PK999'"),
        ([{"division": ""}], "division of 'Kalat'"),
        ([{"created": "soon"}], "created 'soon' must be a year"),
        ([{"created": "1066"}], "created '1066'"),
        ([{"created": "2017-13"}], "created '2017-13'"),
        ([{"created": "2018", "ended": "2017", "status": "abolished"}], "ended (2017) before"),
        ([{"ended": "2017"}], "doesn't go with status 'current'"),
        ([{"status": "abolished"}], "doesn't go with status 'abolished'"),
        ([{"parents": "Atlantis"}], "parent 'Atlantis' of 'Kalat'"),
        ([{"parents": "Kalat"}], "parent 'Kalat' of 'Kalat'"),
        ([{"aliases": "!!!"}], "has no letters"),
        ([{}, {"id": "surab", "name": "Surab", "aliases": "QALĀT|kalat"}], "'Surab' is one of 'Kalat' too (line 2)"),
        ([{}, {}], "line 2"),
        ([], "has no districts"),
    ],
)
def test_a_fault_names_file_line_and_value(tmp_path: Path, faults: list[dict[str, str]], words: str) -> None:
    path = tmp_path / "districts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows({**ROW, **fault} for fault in faults)
    with pytest.raises(DataFileError) as caught:
        read_districts(path)
    assert words in str(caught.value)
    assert caught.value.line == (len(faults) + 1 if faults else None)


def test_the_key_keeps_a_name_that_is_only_the_word_district() -> None:
    assert district_key("District") == "district"
    assert district_key("Kalat  District") == district_key("kalāt") == "kalat"


@pytest.mark.parametrize(
    ("name", "shown", "names"),
    [
        ("Kalat", SET_36, ("Kalat",)),
        ("Bolan", SET_36, ("Kachhi",)),
        ("Kech", SET_36, ("Kech",)),
        ("Kech", SET_41, ("Kech", "Tump")),
        ("Quetta", SET_41, ("Quetta East", "Quetta West")),
        ("Dera Bugti", SET_41, ("North Dera Bugti", "South Dera Bugti")),
        ("Tump", SET_36, ("Kech",)),
        ("Hub", SET_30, ("Lasbela",)),
        ("Usta Muhammad", SET_30, ("Jaffarabad",)),
        ("Lasbela", SET_36, ("Lasbela",)),
        ("Lehri", SET_36, ("Sibi", "Kachhi")),
        ("Sibi", SET_36 | {"Lehri"}, ("Sibi", "Lehri")),
        ("Quetta East", SET_30, ("Quetta",)),
        ("Hub", {"Quetta"}, ()),
        ("Atlantis", SET_36, ()),
        ("New Place", {"New Place"}, ("New Place",)),
    ],
)
def test_which_drawn_districts_stand_for_a_district(name: str, shown: set[str], names: tuple[str, ...]) -> None:
    drawn = district_in_set(name, shown, TABLE)
    assert drawn.names == names
    found = TABLE.find(name)
    assert (drawn.note is None) == (names == ((found.name if found else name),))


def test_a_note_says_why_another_district_is_shown() -> None:
    assert district_in_set("Hub", SET_30, TABLE).note == "Hub is shown as part of Lasbela"
    note = district_in_set("Quetta", SET_41, TABLE).note
    assert note == "Quetta is divided into Quetta East and Quetta West in the districts shown"


def layer_of(*names: str) -> DistrictLayer:
    """Squares of one degree side by side."""
    rows = {"id": [name.lower() for name in names], "name": list(names), "pcode": [None for _ in names]}
    squares = [shapely.box(60 + place, 27, 61 + place, 28) for place in range(len(names))]
    frame = gpd.GeoDataFrame(rows, geometry=squares, crs="EPSG:4326")
    return DistrictLayer(frame, TABLE, "a set", "a source", "a licence", "a credit", schematic=False)


def test_a_layer_is_written_and_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "layer.geojson"
    path.write_bytes(layer_json(layer_of("Kech", "Panjgur"), sha256="00"))
    layer = read_layer(path, TABLE)
    assert (layer.name, layer.source, layer.licence, layer.attribution) == (
        *("a set", "a source", "a licence", "a credit"),
    )
    assert list(layer.frame["name"]) == ["Kech", "Panjgur"]
    assert list(layer.frame["pcode"]) == ["PK211", "PK224"]
    assert layer.frame.crs == "EPSG:4326"
    assert orjson.loads(path.read_bytes())["sha256"] == "00"


def test_the_shape_of_a_district_is_that_of_those_that_stand_for_it() -> None:
    layer = layer_of("Sibi", "Kachhi", "Kech")
    assert layer.shape_of("Kech").area == pytest.approx(1)
    assert layer.shape_of("Lehri").area == pytest.approx(2)
    assert layer.shape_of("Zhob") is None


SQUARE = {"type": "Polygon", "coordinates": [[[60, 27], [61, 27], [61, 28], [60, 27]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[60, 27], [61, 28], [61, 27], [60, 28], [60, 27]]]}


def collection(*features: object, **members: object) -> dict[str, object]:
    credit = {"name": "a set", "source": "s", "license": "l", "attribution": "a"}
    return {"type": "FeatureCollection", **credit, "features": list(features)} | members


def feature(name: str | None = "Kech", geometry: object = SQUARE) -> dict[str, object]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"type": "Feat', "is no JSON"),
        ([], "is no GeoJSON FeatureCollection"),
        (collection(), "has no features"),
        (collection(feature(), attribution=""), "lacks the member 'attribution'"),
        (collection(feature(None)), "feature 1 has no property 'name'"),
        (collection("Kech"), "feature 1 has no property 'name'"),
        (collection(feature(geometry=None)), "feature 1 (Kech) must have a Polygon"),
        (collection(feature(geometry={"type": "Point", "coordinates": [1, 2]})), "must have a Polygon"),
        (collection(feature(geometry={"type": "Polygon", "coordinates": [[[1, 2]]]})), "cannot be read"),
        (collection(feature(geometry=BOW_TIE)), "is no valid shape"),
        (collection(feature("Kech"), feature("Turbat")), "has 2 features for district 'Kech'"),
    ],
)
def test_a_broken_installed_layer_gives_the_schematic_one_and_a_warning(
    tmp_path: Path, content: object, words: str
) -> None:
    settings = Settings.load({"INCIDENTS_DATA_DIR": str(tmp_path)})
    settings.district_file.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    with pytest.raises(DataFileError, match=r"districts\.geojson"):
        read_layer(settings.district_file, TABLE)
    layer = active_layer(settings)
    assert layer.schematic
    assert layer.warning is not None
    assert words in layer.warning
    assert "districts install" in layer.warning


def test_an_installed_layer_is_shown_instead_of_the_schematic_one(tmp_path: Path) -> None:
    settings = Settings.load({"INCIDENTS_DATA_DIR": str(tmp_path)})
    assert active_layer(settings).schematic
    settings.district_file.write_bytes(layer_json(layer_of("Kech")))
    layer = active_layer(settings)
    assert (layer.name, layer.schematic, layer.warning) == ("a set", False, None)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(DataFileError, match="file is missing"):
        read_layer(SCHEMATIC_FILE.with_name("nothing.geojson"), TABLE)


def test_settings_come_from_the_environment_or_the_users_folder(tmp_path: Path) -> None:
    given_ = {"INCIDENTS_DATA_DIR": str(tmp_path), "INCIDENTS_CORRECTIONS": "mailto:a@example.org", "INCIDENTS_DB": "x"}
    assert Settings.load(given_) == Settings(tmp_path, "mailto:a@example.org", "x")
    default = Settings.load({"INCIDENTS_DB": " "})
    assert default.data_dir.name == "balochistan-incident-map"
    assert default.correction_address is None
    assert default.db == f"sqlite:///{default.data_dir / 'incidents.sqlite'}"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "corrections"])
def test_a_correction_address_must_be_a_link_and_stops_nothing(address: str) -> None:
    settings = Settings.load({"INCIDENTS_CORRECTIONS": address, "INCIDENTS_DB": "x"})
    assert (settings.correction_address, settings.db) == (None, "x")
    assert len(settings.warnings) == 1
    assert repr(address) in settings.warnings[0]


def run(*words: str, folder: Path) -> str:
    result = CliRunner().invoke(main, ["districts", *words], env={"INCIDENTS_DATA_DIR": str(folder)})
    assert result.exception is None, result.exception
    return result.output


def test_list_shows_every_district_and_the_set(tmp_path: Path) -> None:
    lines = run("list", folder=tmp_path).splitlines()
    assert sum(line.startswith(tuple(row.name for row in TABLE.all())) for line in lines) == len(TABLE.all())
    lehri = next(line for line in lines if line.startswith("Lehri"))
    assert " ".join(lehri.split()) == "Lehri PK218 2013-05 to 2018-01 Sibi, Kachhi Sibi Sibi, Kachhi"
    body = orjson.loads(run("list", "--format", "json", folder=tmp_path))
    assert body["schematic"] is True
    assert {row["name"]: row["shown_as"] for row in body["districts"]}["Tump"] == ["Kech"]


def test_check_says_what_is_there(tmp_path: Path) -> None:
    said = run("check", folder=tmp_path)
    assert f"{len(TABLE.all())} districts, 36 of them" in said
    assert "36 shapes" in said
    assert run("check", str(DATA_DIR / "districts.csv"), folder=tmp_path).startswith("districts.csv: ")


def test_check_stops_at_a_name_that_is_unknown_and_at_an_incomplete_set(tmp_path: Path) -> None:
    settings = Settings.load({"INCIDENTS_DATA_DIR": str(tmp_path)})
    for names, words in ((("Kech", "Atlantis"), "Atlantis not in"), (("Kech",), "no shape stands for")):
        settings.district_file.write_bytes(layer_json(layer_of(*names)))
        result = CliRunner().invoke(main, ["districts", "check"], env={"INCIDENTS_DATA_DIR": str(tmp_path)})
        assert isinstance(result.exception, InputError)
        assert words in str(result.exception)


def test_a_table_of_its_own_can_be_made() -> None:
    table = DistrictTable.of(TABLE.all()[:2])
    assert table.find("awaran kolwa") == TABLE.find("Awaran")
    assert table.find("Kech") is None

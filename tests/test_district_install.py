"""Official district layers: other people's files and addresses, and what stays when they are no good."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas as gpd
import orjson
import pytest
import shapely
from click.testing import CliRunner

from geo import district_download, district_files
from geo.cli import main
from geo.district_download import PUBLISHERS, download, find_address
from geo.district_files import Credit, read_boundaries
from geo.district_install import install_file, install_from, remove_installed
from geo.district_layers import SCHEMATIC_FILE, active_layer, read_layer
from geo.districts import load_districts
from geo.errors import InputError
from geo.settings import Settings

TABLE = load_districts()
OFFICIAL = Path(__file__).resolve().parents[2] / "shared" / "reference" / "official"
NAMES = ("Kech", "Panjgur", "Washuk")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load({"INCIDENTS_DATA_DIR": str(tmp_path / "data")})


def frame_of(columns: Mapping[str, list[object]], shapes: list[object] | None = None) -> gpd.GeoDataFrame:
    """Three districts under the column names of another maker."""
    known = read_layer(SCHEMATIC_FILE, TABLE).frame.set_index("name").geometry
    return gpd.GeoDataFrame(columns, geometry=shapes or [known[name] for name in NAMES], crs="EPSG:4326")


def write(path: Path, frame: gpd.GeoDataFrame, **options: object) -> Path:
    frame.to_file(path, **options)
    return path


@pytest.mark.parametrize(
    ("columns", "name", "licence"),
    [
        (
            {"ADM2_EN": ["Turbat", "Panjgoor", "Washuk"], "ADM2_PCODE": ["PK211", "PK224", "PK230"]},
            "OCHA COD-AB, 3 districts",
            "CC BY 3.0 IGO",
        ),
        (
            {"adm2_name": ["Kech", "Panjgur", "Washuk"], "adm2_pcode": ["PK211", "PK224", "PK230"]},
            "OCHA COD-AB, 3 districts",
            "CC BY 3.0 IGO",
        ),
        ({"shapeName": ["KECH", "PANJGUR", "WASHUK"]}, "geoBoundaries, 3 districts", None),
        ({"district": ["Kech District", "Panjgur District", "Washuk"]}, "mine, 3 districts", "not stated"),
        ({"Name": ["کیچ", "پنجگور", "واشک"]}, "mine, 3 districts", "not stated"),
    ],
)
def test_the_column_names_of_each_maker_are_known(
    tmp_path: Path, columns: dict[str, list[object]], name: str, licence: str | None
) -> None:
    report = read_boundaries(write(tmp_path / "mine.geojson", frame_of(columns)), TABLE)
    assert sorted(report.layer.frame["name"]) == list(NAMES)
    assert sorted(report.layer.frame["pcode"]) == ["PK211", "PK224", "PK230"]
    assert report.layer.name == name
    assert licence in (None, report.layer.licence)
    assert (report.outside, report.unknown) == (0, ())
    assert len(report.missing) == 33


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp", ".geojson.zip", ".shp.zip", ".gpkg.zip"])
def test_each_format_gives_the_same_districts(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    plain = write(folder / f"districts{ending.removesuffix('.zip')}", frame_of({"shapeName": list(NAMES)}))
    if ending.endswith(".zip"):
        plain = tmp_path / "districts.zip"
        with zipfile.ZipFile(plain, "w") as archive:
            for part in folder.iterdir():
                archive.write(part, f"inside/{part.name}")
    assert sorted(read_boundaries(plain, TABLE).layer.frame["name"]) == list(NAMES)


def test_the_district_layer_of_several_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "pak.gpkg"
    outline = [shapely.union_all(frame_of({"a": [1, 2, 3]}).geometry.to_numpy())] * 3
    write(path, frame_of({"adm1_name": ["Balochistan"] * 3}, outline), layer="adm1")
    tehsils = {"adm3_name": ["Tump", "Parom", "Besima"], "adm2_name": list(NAMES), "adm1_name": ["Balochistan"] * 3}
    write(path, frame_of(tehsils), layer="adm3")
    write(path, frame_of({"adm2_name": list(NAMES), "adm1_name": ["Balochistan"] * 3}), layer="adm2")
    assert district_files._best_source(path) == (str(path), "adm2")


def test_rows_of_other_provinces_are_left_out_by_province_or_by_place(tmp_path: Path) -> None:
    far = shapely.box(73, 31, 74, 32)
    near = shapely.box(67.9, 26.5, 68.4, 27)  # Sindh, beside Khuzdar
    shapes = [*frame_of({"n": [1, 2, 3]}).geometry, far, near]
    given = ["Kech", "Panjgur", "Washuk", "Kech", "Dadu"]
    by_place = write(tmp_path / "a.geojson", frame_of({"shapeName": given}, shapes))
    provinces = ["Balochistan", "BALOCHISTAN", "Baluchistan Province", "Punjab", None]
    by_province = write(tmp_path / "b.geojson", frame_of({"ADM1_EN": provinces, "ADM2_EN": given}, shapes))
    for path in (by_place, by_province):
        report = read_boundaries(path, TABLE)
        assert (len(report.layer.frame), report.outside, report.unknown) == (3, 2, ())


def test_unknown_names_are_drawn_and_reported_with_what_may_be_meant(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", frame_of({"name": ["Kech", "Panchgur", "Xyz"]}))
    report = read_boundaries(path, TABLE)
    assert report.unknown == (("Panchgur", "Panjgur"), ("Xyz", None))
    assert sorted(report.layer.frame["id"]) == ["kech", "panchgur", "xyz"]


def test_parts_of_one_district_are_joined(tmp_path: Path) -> None:
    tehsils = {"tehsil_name": ["a", "b", "c"], "district_name": ["Kech", "Turbat", "Washuk"], "pcode": ["1", "2", "3"]}
    report = read_boundaries(write(tmp_path / "a.geojson", frame_of(tehsils)), TABLE)
    assert list(report.layer.frame["name"]) == ["Kech", "Washuk"]
    assert list(report.layer.frame["pcode"]) == ["PK211", "3"]
    assert report.notes == ("3 rows were joined to 2 districts",)


def test_another_coordinate_system_is_turned_into_degrees(tmp_path: Path) -> None:
    plain = frame_of({"shapeName": list(NAMES)})
    path = write(tmp_path / "a.gpkg", plain.to_crs("EPSG:32642"))
    got = read_boundaries(path, TABLE).layer.frame.geometry
    assert shapely.hausdorff_distance(shapely.union_all(got), shapely.union_all(plain.geometry)) < 1e-5


def test_a_shapefile_without_a_system_is_taken_as_degrees_or_refused(tmp_path: Path) -> None:
    for number, crs in enumerate(("EPSG:4326", "EPSG:32642")):
        path = write(tmp_path / f"a{number}.shp", frame_of({"shapeName": list(NAMES)}).to_crs(crs))
        path.with_suffix(".prj").unlink()
    assert "taken as degrees" in read_boundaries(tmp_path / "a0.shp", TABLE).notes[0]
    with pytest.raises(InputError, match="names no coordinate system"):
        read_boundaries(tmp_path / "a1.shp", TABLE)


def test_shapes_are_mended(tmp_path: Path) -> None:
    bow = shapely.Polygon([(63, 26), (64, 27), (64, 26), (63, 27)])
    overlapping = [bow, shapely.box(64, 26, 65, 27, ccw=False), shapely.force_3d(shapely.box(64.99, 26, 66, 27), 5)]
    report = read_boundaries(write(tmp_path / "a.geojson", frame_of({"name": list(NAMES)}, overlapping)), TABLE)
    shapes = report.layer.frame.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert not shapely.has_z(shapes).any()
    assert shapely.coverage_is_valid(shapes)
    assert any("overlaps of" in note for note in report.notes)


def test_a_very_fine_layer_is_thinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(district_files, "MAX_CORNERS", 500)
    fine = frame_of({"name": list(NAMES)}).geometry.segmentize(0.01)
    report = read_boundaries(write(tmp_path / "a.geojson", frame_of({"name": list(NAMES)}, list(fine))), TABLE)
    assert any("thinned" in note for note in report.notes)
    assert shapely.coverage_is_valid(report.layer.frame.geometry.to_numpy())


POINTS = [shapely.Point(63, 26)] * 3


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (frame_of({"code": ["1", "2", "3"], "colour": ["r", "g", "b"]}), "no column with names of districts"),
        (frame_of({"name": ["Lahore", "Kasur", "Okara"]}), "says 'Lahore', 'Kasur', 'Okara'"),
        (frame_of({"name": [None, "", " "]}), "has no district of Balochistan"),
        (frame_of({"name": list(NAMES)}, POINTS), "have no areas"),
        (frame_of({"name": list(NAMES)}, [None, None, None]), "has no areas"),
        (frame_of({"adm1_name": ["Sindh"] * 3, "adm2_name": list(NAMES)}), "has no district of Balochistan"),
    ],
    ids=["no-names", "elsewhere", "empty-names", "points", "no-shapes", "other-province"],
)
def test_a_file_that_is_no_good_gives_one_clear_error_and_leaves_what_was_there(
    tmp_path: Path, settings: Settings, frame: gpd.GeoDataFrame, words: str
) -> None:
    install_file(write(tmp_path / "good.geojson", frame_of({"name": list(NAMES)})), TABLE, settings)
    before = settings.district_file.read_bytes()
    bad = write(tmp_path / "bad.geojson", frame)
    with pytest.raises(InputError) as caught:
        install_file(bad, TABLE, settings)
    assert words in str(caught.value)
    assert "bad.geojson" in str(caught.value) or "rows of Balochistan" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert settings.district_file.read_bytes() == before
    assert list(settings.data_dir.iterdir()) == [settings.district_file]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.geojson", b"<!doctype html><title>Not found</title>", "cannot be read as"),
        ("a.gpkg", b"SQLite format 3\0 but broken", "cannot be read as"),
        ("a.csv", b"name,pcode\nKech,PK211\n", "has no areas"),
        ("a.zip", None, "holds no .geojson"),
        ("missing.shp", b"", "there is no file"),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_clear_error(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    path = tmp_path / name
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "nothing here")
    elif content:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_boundaries(path, TABLE)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(district_files, "MAX_ZIPPED_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * 5000)
    with pytest.raises(InputError, match="would unpack to more than"):
        read_boundaries(tmp_path / "a.zip", TABLE)


def test_what_is_installed_says_where_it_comes_from_and_can_be_removed(tmp_path: Path, settings: Settings) -> None:
    path = write(tmp_path / "mine.geojson", frame_of({"name": list(NAMES)}))
    install_file(path, TABLE, settings, Credit("Survey", None, "CC0", "the surveyors"))
    layer = active_layer(settings)
    assert (layer.name, layer.licence, layer.attribution) == ("Survey, 3 districts", "CC0", "the surveyors")
    assert not layer.schematic
    installed = orjson.loads(settings.district_file.read_bytes())["installed"]
    assert installed["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert installed["file"] == "mine.geojson"
    assert remove_installed(settings)
    assert not remove_installed(settings)
    assert active_layer(settings).schematic


def test_what_a_geojson_file_says_of_itself_is_kept(tmp_path: Path) -> None:
    body = orjson.loads(frame_of({"name": list(NAMES)}).to_json())
    told = {"source": "OCHA COD-AB v9", "licence": "CC BY-IGO"}
    path = tmp_path / "a.geojson"
    path.write_bytes(orjson.dumps(body | {"metadata": told}))
    layer = read_boundaries(path, TABLE).layer
    assert (layer.name, layer.source, layer.licence) == ("OCHA COD-AB, 3 districts", "OCHA COD-AB v9", "CC BY-IGO")
    assert layer.attribution.startswith("OCHA Field Information Services Section")


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official files aren't part of the project")
@pytest.mark.parametrize(
    ("name", "count", "outside", "missing"),
    [
        ("balochistan_districts_cod36", 36, 0, ()),
        ("balochistan_tehsils_cod103", 35, 0, (("Hub", ("Lasbela",)), ("Usta Muhammad", ("Jaffarabad",)))),
        ("pakistan_adm2_cod160", 35, 125, (("Hub", ("Lasbela",)), ("Usta Muhammad", ("Jaffarabad",)))),
    ],
)
def test_the_official_files_install(
    settings: Settings, name: str, count: int, outside: int, missing: tuple[object, ...]
) -> None:
    report = install_file(OFFICIAL / f"{name}.geojson", TABLE, settings)
    assert (report.outside, report.unknown, report.missing) == (outside, (), missing)
    layer = active_layer(settings)
    assert (len(layer.frame), layer.warning) == (count, None)
    assert all(layer.shape_of(row.name) is not None for row in TABLE.current())


# --- from an address ---------------------------------------------------------------------------------------------


@pytest.fixture
def served() -> Iterator[tuple[str, dict[str, tuple[int, dict[str, str], bytes]]]]:
    """A server on this machine: its address, and what it answers by path."""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for key, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    server.server_close()
    thread.join()


Served = tuple[str, dict[str, tuple[int, dict[str, str], bytes]]]
GOOD = frame_of({"shapeName": list(NAMES)}).to_json().encode()
GOOD_SHA = hashlib.sha256(GOOD).hexdigest()


def test_a_file_with_the_right_checksum_is_installed_through_a_redirect(served: Served, settings: Settings) -> None:
    address, answers = served
    answers["/latest"] = (302, {"Location": "/districts"}, b"")
    answers["/districts"] = (200, {}, GOOD)
    seen: list[tuple[int, int | None]] = []
    report = install_from(
        *("geoboundaries", TABLE, settings),
        url=f"{address}/latest",
        sha256=GOOD_SHA.upper(),
        progress=lambda size, total: seen.append((size, total)),
    )
    assert len(report.layer.frame) == 3
    assert seen[-1] == (len(GOOD), len(GOOD))
    installed = orjson.loads(settings.district_file.read_bytes())["installed"]
    assert (installed["url"], installed["sha256"]) == (f"{address}/latest", GOOD_SHA)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sha256": "0" * 64}, f"SHA-256 {GOOD_SHA}, not 0000"),
        ({}, f"--sha256 {GOOD_SHA}"),
        ({"sha256": "abc"}, "64 hexadecimal digits"),
    ],
)
def test_without_the_right_checksum_nothing_is_written(
    served: Served, settings: Settings, options: dict[str, str], words: str
) -> None:
    address, answers = served
    answers["/districts.geojson"] = (200, {}, GOOD)
    with pytest.raises(InputError) as caught:
        install_from("cod-ab", TABLE, settings, url=f"{address}/districts.geojson", **options)
    assert words in str(caught.value)
    assert not settings.data_dir.exists()


def test_the_publishers_catalogue_is_asked_for_the_file(
    served: Served, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address, answers = served
    archive = write(tmp_path / "adm2.shp", frame_of({"ADM2_EN": list(NAMES), "ADM2_PCODE": ["a", "b", "c"]}))
    with zipfile.ZipFile(tmp_path / "adm2.zip", "w") as zipped:
        for part in tmp_path.glob("adm2.[!z]*"):
            zipped.write(part, part.name)
    assert archive.exists()
    resources = [
        {"format": "XLSX", "url": f"{address}/tables"},
        {"format": "SHP", "url": f"{address}/old", "download_url": f"{address}/file?id=3"},
    ]
    answers["/hdx"] = (200, {}, orjson.dumps({"result": {"resources": resources}}))
    answers["/file?id=3"] = (200, {}, (tmp_path / "adm2.zip").read_bytes())
    answers["/gb"] = (200, {}, orjson.dumps({"gjDownloadURL": f"{address}/raw"}))
    answers["/raw"] = (200, {}, GOOD)
    for key, path in (("cod-ab", "/hdx"), ("geoboundaries", "/gb")):
        known = PUBLISHERS[key]
        local = district_download.Publisher(known.label, address + path, known.find_file)
        monkeypatch.setitem(PUBLISHERS, key, local)
        report = install_from(key, TABLE, settings, accept=True)
        assert report.layer.name == f"{known.label}, 3 districts"


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[]", b"{}", b'{"result": []}', b'{"result": {"resources": [{"format": "XLSX"}]}}']
)
@pytest.mark.parametrize("key", sorted(PUBLISHERS))
def test_a_catalogue_that_has_changed_is_said(served: Served, key: str, answer: bytes) -> None:
    address, answers = served
    answers["/c"] = (200, {}, answer)
    known = PUBLISHERS[key]
    with pytest.raises(InputError, match=f"{known.label}'s catalogue .* names no file; give its address with --url"):
        find_address(district_download.Publisher(known.label, f"{address}/c", known.find_file))


def test_what_goes_wrong_on_the_way_is_said_in_one_line(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, answers = served
    answers["/cut"] = (200, {"Content-Length": "9999999"}, GOOD)
    answers["/empty"] = (200, {}, b"")
    answers["/loop"] = (302, {"Location": "/loop"}, b"")
    answers["/large"] = (200, {}, b" " * 200_000)
    monkeypatch.setattr(district_download, "MAX_BYTES", 100_000)
    for url, words in (
        (f"{address}/cut", "broke off"),
        (f"{address}/empty", "broke off"),
        (f"{address}/nothing", "answers 404"),
        (f"{address}/loop", "too many redirects"),
        (f"{address}/large", "sends more than"),
        ("http://127.0.0.1:9/x", "is this machine online"),
        ("ftp://127.0.0.1/x", "must begin with https://"),
        ("https://", "must begin with https://"),
    ):
        with pytest.raises(InputError) as caught:
            download(url, tmp_path)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_web_page_instead_of_a_file_is_no_layer(served: Served, settings: Settings) -> None:
    address, answers = served
    answers["/page"] = (200, {"Content-Type": "text/html"}, b"<!doctype html><p>Please log in")
    with pytest.raises(InputError, match="cannot be read as GeoJSON"):
        install_from("cod-ab", TABLE, settings, url=f"{address}/page", accept=True)
    assert not settings.district_file.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "needs one of"),
        (["a.geojson", "--remove"], "needs one of"),
        (["a.geojson", "--accept"], "go with --from"),
        (["--from", "cod-ab", "--url", "http://127.0.0.1:9/x", "--accept"], "is this machine online"),
    ],
)
def test_the_command_says_what_it_needs(tmp_path: Path, words: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["districts", "install", *words], env={"INCIDENTS_DATA_DIR": str(tmp_path)})
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_the_command_installs_reports_and_removes(tmp_path: Path) -> None:
    env = {"INCIDENTS_DATA_DIR": str(tmp_path / "data")}
    path = write(tmp_path / "mine.geojson", frame_of({"name": ["Kech", "Panchgur", "Washuk"]}))
    said = CliRunner().invoke(main, ["districts", "install", str(path), "--license", "CC0"], env=env).output
    assert "3 rows read, 0 outside Balochistan" in said
    assert "unknown name 'Panchgur'" in said
    assert "is Panjgur meant?" in said
    assert "Tump" not in said
    assert "licence: CC0" in said
    assert "shown again" in CliRunner().invoke(main, ["districts", "install", "--remove"], env=env).output
    assert "no layer was" in CliRunner().invoke(main, ["districts", "install", "--remove"], env=env).output


def test_check_reads_a_file_without_installing_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", frame_of({"name": list(NAMES)}))
    env = {"INCIDENTS_DATA_DIR": str(tmp_path / "data")}
    result = CliRunner().invoke(main, ["districts", "check", str(path)], env=env)
    assert "no shape stands for" in str(result.exception)
    assert "3 shapes" in result.output
    assert not (tmp_path / "data").exists()

"""What the geocoder says of real wordings: one answer, or an ambiguity kept open with all its candidates."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.cli import main
from geo.gazetteer import load_gazetteer
from geo.geocode import LONGEST_TEXT, Geocoder, geocode
from geo.geocode_forms import read_forms, tidy
from geo.models import Place


def summary(place: Place) -> tuple[str | None, int, tuple[str, ...]]:
    return place.name, place.where_prec, place.districts


@pytest.mark.parametrize(
    ("text", "name", "where_prec", "districts"),
    [
        ("Turbat", "Turbat", 1, "Kech"),
        ("Turbat district", "Kech", 3, "Kech"),
        ("TURBAT BAZAAR", "Turbat", 1, "Kech"),
        ("Ketch", "Kech", 3, "Kech"),
        ("Kech (Turbat)", "Kech", 3, "Kech"),
        ("Korki", "Korki", 2, "Kalat"),
        ("Killi Korki", "Korki", 2, "Kalat"),
        ("Korki area of Kalat district", "Korki", 2, "Kalat"),
        ("Noshki", "Nushki", 3, "Nushki"),
        ("Naushki", "Nushki", 3, "Nushki"),
        ("Nushki town", "Nushki", 1, "Nushki"),
        ("Gwadar", "Gwadar", 3, "Gwadar"),
        ("the port city of Gwadar", "Gwadar", 1, "Gwadar"),
        ("Quetta", "Quetta", 1, "Quetta"),
        ("Quetta district", "Quetta", 3, "Quetta"),
        ("Quetta, Balochistan, Pakistan", "Quetta", 1, "Quetta"),
        ("outskirts of Quetta", "Quetta", 2, "Quetta"),
        ("Quetta's outskirts", "Quetta", 2, "Quetta"),
        ("Quetta’s Sariab Road", "Sariab", 5, "Quetta"),
        ("Kalat", "Kalat", 3, "Kalat"),
        ("Kalat town", "Kalat", 1, "Kalat"),
        ("Kalat district", "Kalat", 3, "Kalat"),
        ("Kalat area", "Kalat", 3, "Kalat"),
        ("Jafarabad Distrcit", "Jaffarabad", 3, "Jaffarabad"),
        ("Mangochar area", "Mangochar", 2, "Kalat"),
        ("near Mangochar", "Mangochar", 2, "Kalat"),
        ("7 km from Mangochar", "Mangochar", 2, "Kalat"),
        ("seven kilometres south of Khuzdar", "Khuzdar", 2, "Khuzdar"),
        ("about 10 miles north-west of Turbat", "Turbat", 2, "Kech"),
        ("Mashkay tehsil in Awaran", "Mashkay", 3, "Awaran"),
        ("tehsil Sui", "Sui", 3, "Dera Bugti"),
        ("Bolan Pass", "Bolan Pass", 5, "Kachhi"),
        ("the Bolan area", "Kachhi", 3, "Kachhi"),
        ("between Quetta and Mastung", "Quetta–Mastung", 5, "Mastung|Quetta"),
        ("Loralai-Musakhel road", "Loralai–Musakhel", 5, "Loralai|Musakhel"),
        ("Karachi-Hub road", "Karachi–Hub", 5, "Hub"),
        ("N-40", "N-40", 5, "Chagai|Mastung|Nushki"),
        ("n 40 highway", "N-40", 5, "Chagai|Mastung|Nushki"),
        ("Makran Division", "Makran Division", 5, "Gwadar|Kech|Panjgur"),
        ("Panjgur and Kech districts", "Panjgur–Kech", 5, "Kech|Panjgur"),
        ("Kalat, Mastung and Quetta", "Kalat–Mastung–Quetta", 5, "Kalat|Mastung|Quetta"),
        ("Unheard Nook area of Kech district", "Kech", 3, "Kech"),
        ("off the coast of Pasni", "Pasni", 7, ""),
        ("Balochistan", "Balochistan", 4, ""),
        ("southwestern Balochistan", "Balochistan", 4, ""),
        ("Pakistan", "Pakistan", 6, ""),
        ("Arabian Sea", "Arabian Sea", 7, ""),
        ("ضلع کیچ", "Kech", 3, "Kech"),
        ("كيچ", "Kech", 3, "Kech"),
        ("کوئٹہ کے علاقے سریاب", "Sariab", 1, "Quetta"),
        ("مستونگ کے قریب", "Mastung", 2, "Mastung"),
        ("تُربت", "Turbat", 1, "Kech"),
        ("Panjgoor", "Panjgur", 3, "Panjgur"),
        ("Kila Saifulla", "Killa Saifullah", 3, "Killa Saifullah"),
        ("Mastng", "Mastung", 3, "Mastung"),
        ("Dera Murad Jamalli", "Dera Murad Jamali", 1, "Nasirabad"),
        ("Tump district", "Tump", 3, "Kech"),
        ("Quetta East", "Quetta East", 3, "Quetta"),
    ],
)
def test_one_good_answer(text: str, name: str, where_prec: int, districts: str) -> None:
    found = geocode(text)
    assert summary(found) == (name, where_prec, tuple(filter(None, districts.split("|")))), found
    assert found.text == text
    assert found.candidates


@pytest.mark.parametrize(
    ("text", "context", "district"),
    [
        ("Dasht", ("Mastung",), "Mastung"),
        ("Dasht", ("Turbat",), "Kech"),
        ("Dasht", ("Kech district", "Balochistan"), "Kech"),
        ("Dasht", ("Gwadar",), "Gwadar"),
        ("Dasht, Kech", (), "Kech"),
        ("Dasht area of Mastung", (), "Mastung"),
        ("Satellite Town", ("Turbat",), "Kech"),
        ("Satellite Town area of Quetta", (), "Quetta"),
        ("Mand", ("Kech",), "Kech"),
        ("Mand", ("Quetta", "Iran"), "Kech"),
        ("Mangochar", ("Quetta",), "Kalat"),
        ("Spin Tangi", ("Harnai",), "Harnai"),
        ("Lyari", ("Lasbela",), "Lasbela"),
        ("Quetta-Karachi highway", ("Kalat",), "Kalat"),
    ],
)
def test_context_decides(text: str, context: tuple[str, ...], district: str) -> None:
    assert geocode(text, context).district == district


@pytest.mark.parametrize(
    ("text", "districts"),
    [
        ("Dasht", {"Mastung", "Kech", "Gwadar"}),
        ("Satellite Town", {"Quetta", "Kech"}),
        ("Spin Tangi", {"Harnai", "Quetta"}),
        ("Mangochar, Quetta", {"Kalat", "Quetta"}),
    ],
)
def test_an_ambiguous_name_stays_open_with_its_candidates(text: str, districts: set[str]) -> None:
    found = geocode(text)
    assert summary(found) == (None, 4, ())
    assert (found.lat, found.place_id, found.district) == (None, None, None)
    assert {candidate.district for candidate in found.candidates} >= districts
    assert found.note


@pytest.mark.parametrize(
    ("text", "province", "country"),
    [
        ("Sistan-Baluchestan", "Sistan and Baluchestan", "IR"),
        ("Sistan and Balochistan", "Sistan and Baluchestan", "IR"),
        ("Saravan", "Sistan and Baluchestan", "IR"),
        ("Karachi", "Sindh", "PK"),
        ("Karachi, Sindh", "Sindh", "PK"),
        ("Dera Ghazi Khan", "Punjab", "PK"),
        ("North Waziristan district", "Khyber Pakhtunkhwa", "PK"),
        ("Kandahar", None, "AF"),
        ("Iran", None, "IR"),
    ],
)
def test_what_lies_outside_is_named_and_has_no_district(text: str, province: str | None, country: str) -> None:
    found = geocode(text)
    assert (found.province, found.country, found.districts) == (province, country, ())
    assert found.name


@pytest.mark.parametrize(
    ("text", "context"),
    [("Mand", ("Iran",)), ("Satellite Town", ("Rawalpindi",)), ("Dasht", ("Sindh",)), ("Dasht, Iran", ())],
)
def test_a_context_outside_gives_no_place_of_balochistan(text: str, context: tuple[str, ...]) -> None:
    found = geocode(text, context)
    assert found.districts == ()
    assert found.province != "Balochistan"
    assert not any(candidate.district for candidate in found.candidates)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "!?",
        "Bazaar",
        "Camp",
        "the Road",
        "area",
        "xyzzy",
        "Bannerghatta",
        "security forces",
        "7 km",
        "Wed",
        "ab",
    ],
)
def test_unknown_is_unknown(text: str) -> None:
    found = geocode(text)
    assert summary(found) == (None, 4, ())
    assert (found.province, found.country, found.candidates) == (None, None, ())
    assert found.note


def test_a_quarter_of_one_town_is_no_quarter_of_another() -> None:
    assert geocode("Jinnah Road").district == "Quetta"
    assert geocode("Jinnah Road", ["Khuzdar"]).candidates == ()


def test_kech_and_kachhi_are_told_apart_and_the_reader_is_warned() -> None:
    assert geocode("Ketch").note == "unusual spelling of Kech; Kachhi is near in spelling"
    for usual in ("Kech", "Kachhi", "Kacchi", "Turbat", "Noshki"):
        assert geocode(usual).note is None, usual


def test_a_guess_says_how_it_was_read() -> None:
    assert geocode("Mangocher").note == "read as Mangochar"
    assert geocode("Mangochar").note is None


def test_far_from_a_place_is_no_district() -> None:
    far = geocode("70 km south of Quetta")
    assert summary(far) == (None, 4, ())
    assert [candidate.place_id for candidate in far.candidates] == ["quetta"]
    close = geocode("7 km from Mangochar")
    assert (close.radius_km, close.lat is not None) == (7.0, True)


def test_a_town_and_a_district_of_one_name_are_both_candidates() -> None:
    assert [candidate.place_id for candidate in geocode("Gwadar").candidates] == ["district:gwadar", "gwadar"]
    assert [candidate.place_id for candidate in geocode("Quetta").candidates] == ["quetta", "district:quetta"]


def test_a_district_outside_the_set_is_given_as_its_parents() -> None:
    lehri = geocode("Lehri district")
    assert (lehri.where_prec, lehri.districts) == (5, ("Kachhi", "Sibi"))
    assert "Lehri is no district of the set of 36" in str(lehri.note)


def test_only_points_of_where_prec_1_and_2_have_coordinates() -> None:
    for name in load_gazetteer().names():
        found = geocode(name.text)
        assert (found.lat is not None) == (found.radius_km is not None), name
        assert found.lat is None or found.where_prec in (1, 2), name
        assert found.where_prec not in (4, 6, 7) or not found.districts, name


@given(st.text(max_size=200), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_gives_an_answer(text: str, context: list[str]) -> None:
    found = geocode(text, context)
    assert found.text == text
    assert all(0 <= candidate.score <= 1 for candidate in found.candidates)
    assert Place.from_json(json.loads(json.dumps(found.as_json()))) == found


JOINTS = ["near", "between", "and", "of", ",", "the", "7", "km", "from", "district", "area", "(", ")", "-", "'s", "in"]
WORDS = st.sampled_from([*JOINTS, "highway", "Dasht", "Kech", "Quetta", "Killi"])


@settings(max_examples=200, deadline=500)
@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_any_nesting_of_forms_ends(text: str) -> None:
    assert geocode(text).text == text


@given(st.sampled_from(sorted(name.text for name in load_gazetteer().names() if name.text.isascii())))
def test_case_changes_nothing(name: str) -> None:
    assert summary(geocode(name.swapcase())) == summary(geocode(name))


@pytest.mark.parametrize("text", ["a" * 1_000_000, "between " * 50_000, "Quetta, " * 50_000, "-" * LONGEST_TEXT])
@pytest.mark.timeout(20)
def test_long_text_is_answered_at_once(text: str) -> None:
    assert geocode(text, [text]).name is None


@pytest.mark.parametrize(
    ("text", "relation", "names", "context"),
    [
        ("7 km from Mangochar", "away", ("Mangochar",), ()),
        ("some 25-kilometres off Turbat", "away", ("Turbat",), ()),
        ("Sui, Dera Bugti, Balochistan", "within", ("Sui",), ("Dera Bugti", "Balochistan")),
        ("Kachhi district's Sanni Shoran area", "within", ("Sanni Shoran area",), ("Kachhi district",)),
        ("Quetta-Karachi National Highway", "road", ("Quetta", "Karachi"), ()),
        ("the town of Wadh", "plain", ("Wadh",), ()),
        ("Duki coal mines", "plain", ("Duki",), ()),
        ("between Pasni and Ormara", "between", ("Pasni", "Ormara"), ()),
    ],
)
def test_the_outermost_layer(text: str, relation: str, names: tuple[str, ...], context: tuple[str, ...]) -> None:
    form = next(iter(read_forms(tidy(text))))
    assert (form.relation, form.names, form.context) == (relation, names, context)


def test_the_package_offers_geocode() -> None:
    assert geo.geocode("Turbat").district == "Kech"
    assert Geocoder.default().geocode("Turbat") == geocode("Turbat")


def test_command_line_prints_the_contract() -> None:
    result = CliRunner().invoke(main, ["geocode", "Dasht", "Turbat", "--context", "Kech"])
    assert result.exit_code == 0
    rows = json.loads(result.output)
    assert [row["district"] for row in rows] == ["Kech", "Kech"]
    where = ["where_prec", "district", "districts", "province", "country", "lat", "lon", "radius_km"]
    assert list(rows[0]) == ["text", "name", "place_id", *where, "candidates", "note"]
    assert list(rows[0]["candidates"][0]) == ["place_id", "name", "district", "score"]


def test_command_line_as_text_shows_candidates() -> None:
    result = CliRunner().invoke(main, ["geocode", "Dasht", "--format", "text"])
    assert "Dasht: ? [Balochistan], where_prec 4" in result.output
    assert "(Mastung)" in result.output
    assert CliRunner().invoke(main, ["geocode"]).exit_code == 2

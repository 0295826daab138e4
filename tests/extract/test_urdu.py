"""Urdu: places, days and counts of one incident, with a warning; other languages give the warning alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from geo.documents import Article, prepare
from geo.extract import read
from geo.extract.present import as_json
from geo.extract.urdu import find_day, find_event, find_figures
from geo.models import DateRange

WEDNESDAY = date(2025, 11, 5)


def shown(body: str) -> dict[str, Any]:
    prepared = prepare(Article("u.txt", body, publisher="Example Daily"), WEDNESDAY)
    return as_json(read(prepared.document, prepared.warnings), "u.txt")


def best(toll: dict[str, Any]) -> dict[str, int]:
    return {group: count["best"] for group, count in toll.items() if count}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "بم دھماکے میں ۳ پولیس اہلکار شہید اور پانچ افراد زخمی ہو گئے",
            {("killed", "security", 3), ("injured", "total", 5)},
        ),
        ("فائرنگ سے ۲ افراد جاں بحق ہوگئے۔", {("killed", "total", 2)}),
        ("دو مزدوروں کو ہلاک اور ایک کو زخمی کر دیا", {("killed", "civilians", 2), ("injured", "total", 1)}),
        ("کارروائی میں پینتیس دہشت گردوں کو ہلاک کر دیا گیا", {("killed", "militants", 35)}),
        ("ایک سو بیس افراد زخمی ہوئے", {("injured", "total", 120)}),
        ("12 افراد حملے میں زخمی ہوئے", {("injured", "total", 12)}),
        ("فائرنگ سے 25 سالہ نوجوان قتل", set()),
        ("دو دھماکوں میں پولیس اہلکار شہید", set()),
        ("تین گاڑیاں تباہ اور لوگ زخمی", set()),
        ("ٹریفک حادثے میں بارہ افراد جاں بحق ہوئے", set()),
        ("دھماکے میں دو افراد کے ہلاک ہونے کی تصدیق نہیں ہوئی", set()),
    ],
)
def test_figures(text: str, expected: set[tuple[str, str, int]]) -> None:
    assert {(f.harm, f.group, f.value.best) for f in find_figures(text)} == expected


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("کم از کم پانچ شہری جاں بحق", 5, None),
        ("بیس سے زائد افراد زخمی", 20, None),
        ("دو تین افراد زخمی ہوئے", 2, 3),
        ("متعدد افراد زخمی", 3, None),
        ("درجنوں افراد زخمی", 24, None),
    ],
)
def test_vague_words_give_open_bounds(text: str, low: int, high: int | None) -> None:
    (figure,) = find_figures(text)
    assert (figure.value.low, figure.value.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("واقعہ پیر کے روز پیش آیا", date(2025, 11, 3)),
        ("گزشتہ شب حملہ ہوا", date(2025, 11, 4)),
        ("آج صبح دھماکہ ہوا", date(2025, 11, 5)),
        ("ہفتے کو حملہ ہوا", date(2025, 11, 1)),
        ("گزشتہ ہفتے حملہ ہوا", None),
        ("دو ہفتے قبل حملہ ہوا", None),
        ("کل 12 افراد زخمی ہوئے", None),
        ("کل رات حملہ ہوا", date(2025, 11, 4)),
        ("3 نومبر کو حملہ ہوا", date(2025, 11, 3)),
        ("۲۸ دسمبر کو حملہ ہوا", date(2024, 12, 28)),
        ("31 فروری 2025 کو", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    found = find_day(text, WEDNESDAY)
    assert (found[2] if found else None) == (DateRange.on(day) if day else None)


def test_a_day_needs_the_day_of_publication_unless_it_names_its_year() -> None:
    assert find_day("پیر کو حملہ ہوا", None) is None
    named = find_day("3 نومبر 2025 کو حملہ ہوا", None)
    assert named is not None
    assert named[2] == DateRange.on(date(2025, 11, 3))


def test_an_accident_is_no_event() -> None:
    assert find_event("گیس سلنڈر دھماکے میں دو افراد زخمی") is None
    assert find_event("دستی بم حملے میں دو افراد زخمی") == (0, 7, "bombing")


@pytest.mark.parametrize(
    ("body", "districts"),
    [
        ("کوئٹہ: مستونگ میں بم دھماکے میں تین اہلکار شہید ہو گئے۔", ["Mastung"]),
        ("زیارت: دھماکے میں پانچ شہری جاں بحق ہوگئے۔", ["Ziarat"]),
        ("کوئٹہ: دھماکے میں پانچ شہری جاں بحق ہوگئے۔", []),
        ("پسنی میں فائرنگ سے دو افراد قتل ہو گئے", ["Gwadar"]),
        ("مچھ میں حملے میں ۱۱ کان کن قتل کر دیے گئے۔", ["Kachhi"]),
        ("تربت ميں بم دھماكے ميں تين اہلكار شہيد ہو گئے", ["Kech"]),  # typed on an Arabic keyboard
    ],
)
def test_places(body: str, districts: list[str]) -> None:
    assert [i["districts"] for i in shown(body)["incidents"]] == ([districts] if districts else [])


def test_a_report_gives_place_day_and_counts_and_a_warning() -> None:
    found = shown(
        "کوئٹہ: مستونگ میں پیر کو بم دھماکے میں ۳ پولیس اہلکار شہید اور پانچ افراد زخمی ہو گئے۔ پولیس نے تصدیق کی۔"
    )
    (incident,) = found["incidents"]
    assert (incident["event_type"], incident["districts"], incident["date_start"]) == (
        "bombing",
        ["Mastung"],
        "2025-11-03",
    )
    assert (best(incident["killed"]), best(incident["injured"])) == ({"total": 3, "security": 3}, {"total": 5})
    text = found["document"]["text"]
    assert all(text[slice(*claim["span"])] == claim["original"] for claim in incident["claims"])
    assert found["warnings"] == ["Urdu: only places, dates and counts are read; the rest of the rules is for English"]


def test_a_report_without_an_incident_gives_none() -> None:
    body = "وزیراعلیٰ نے کوئٹہ میں نئے ہسپتال کا افتتاح کیا۔ انہوں نے کہا کہ عوام کو سہولیات فراہم کی جائیں گی۔"
    assert shown(body)["incidents"] == []


@pytest.mark.parametrize(
    "body",
    [
        "په کوټه کې د بم چاودنې له امله درې کسان ووژل شول او پنځه نور ټپیان شول.",
        "در انفجار بمب در شهر کویته سه نفر کشته و هفت نفر زخمی شدند. پلیس گفت این حمله روز دوشنبه رخ داد.",
        "مستونگ ءَ بمب تراکے ءَ سئے سپاہی بیران و ھپت ٹپّی بوتگ اَنت۔ سرمچاراں ایشیئے زمہ واری زرتگ۔",
        "ڪوئيٽا ۾ بم ڌماڪي ۾ ٽي ماڻهو فوت ۽ ست زخمي ٿي پيا. پوليس چيو ته واقعو سومر تي ٿيو.",
        "قُتل ثلاثة جنود في انفجار قنبلة في مدينة كويتا يوم الاثنين، بحسب ما قالت الشرطة.",
        "क्वेटा में बम विस्फोट में तीन लोगों की मौत हो गई और सात घायल हो गए।",
        "Trois soldats ont été tués lundi dans l'explosion d'une bombe à Quetta, a annoncé la police.",
        "Attentat à Quetta: trois morts et sept blessés",
        "Drei Soldaten wurden am Montag in der Provinz von Unbekannten erschossen, wie die Polizei mitteilte.",
        "Mastung mein bam dhamake ke nateeje mein teen ahlkar shaheed aur saat zakhmi ho gaye",
    ],
    ids=["Pashto", "Persian", "Balochi", "Sindhi", "Arabic", "Hindi", "French", "headline", "German", "Roman"],
)
def test_another_language_gives_a_warning_only(body: str) -> None:
    found = shown(body)
    assert found["document"]["language"] is None
    assert (found["incidents"], found["warnings"]) == (
        [],
        ["the language is neither English nor Urdu: nothing was extracted"],
    )


def test_of_a_mixed_text_the_part_in_most_letters_is_read() -> None:
    english = "QUETTA: Two policemen were killed in a bomb blast in Mastung on Monday, the police said in a statement."
    found = shown(f"{english} مستونگ میں دھماکے کے نتیجے میں دو اہلکار شہید ہو گئے۔")
    assert (found["document"]["language"], len(found["incidents"])) == ("en", 1)
    assert found["warnings"] == ["only the English part of the text was read, not what is in other letters"]

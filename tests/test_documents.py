"""Files of every kind to documents with a clean text."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.documents import Article, clean_text, detect_language, parse_day, prepare, read_articles, read_plain
from geo.errors import InputError

PAGE = """<html><head><title>Two hurt in Hub blast - Example Daily</title>
<meta property="article:published_time" content="2024-05-06T07:00:00+05:00">
<meta property="og:site_name" content="Example Daily">
</head><body>
<nav>Home</nav><article><h1>Two hurt in Hub blast</h1>
<p>HUB: Two policemen were injured when
a bomb went off near a police station in Hub on Sunday, officials said.</p>
<p>The injured men were taken to a hospital.
Nobody has claimed the attack so far, the officials said in the evening.</p>
</article></body></html>"""


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("belong\u00ad\u00aded", "belonged"),
        ("\u202eQuetta\u200f", "Quetta"),
        ("\u201cIndian proxy\u201d \u2018x\u2019", "\"Indian proxy\" 'x'"),
        ("a\u00a0 b\r\nc", "a b\nc"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("text.\n(adsbygoogle=window.adsbygoogle||[]).push({});", "text."),
        ("nul\x00l", "null"),
    ],
)
def test_cleaning_takes_out_what_nobody_sees(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text())
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert clean_text(clean_text(raw)) == clean_text(raw)


def test_header_lines_are_read_and_taken_off() -> None:
    article = read_plain(
        "TITLE: A blast\nPUBLISHER: Dawn\nPUBLISHED: 2025-01-02\nURL: https://x.org/1\n\nBody.", "a.txt"
    )
    document = prepare(article).document
    assert (document.title, document.publisher, document.published) == ("A blast", "Dawn", date(2025, 1, 2))
    assert (document.url, document.text) == ("https://x.org/1", "A blast\n\nBody.")


@pytest.mark.parametrize(
    ("body", "published"),
    [
        ("Dark Mode\nWednesday, 04 February 2026\nThe men were killed.", date(2026, 2, 4)),
        ("The men were killed.\n\nPublished in Dawn, September 19th, 2025", date(2025, 9, 19)),
        ("Updated: Jan 3, 2024\nThe men were killed.", date(2024, 1, 3)),
        ("HUB, Jan 2, 2025: Two men were killed on Wednesday.", date(2025, 1, 2)),
        ("ISLAMABAD: 2 January 2025 (APP) - Two men were killed.", date(2025, 1, 2)),
        ("QUETTA: January 2, 2025 Two men were killed.", date(2025, 1, 2)),
        ("Thursday, 02 January 2025 10:30 am\nThe men were killed.", date(2025, 1, 2)),
        ("The men were killed on 4 February 2026 in the hills.", None),
        ("2 Jan 2025: Two men were killed in Hub.", None),  # a data base's day of the incident
        ("HUB, Jan 2: Two men were killed.", None),
        ("Two men were killed. Copyright 2024 Example Daily", None),
    ],
)
def test_the_publication_date_is_found_or_missed_with_a_warning(body: str, published: date | None) -> None:
    prepared = prepare(Article("a.txt", body))
    assert prepared.document.published == published
    assert any("publication date" in warning for warning in prepared.warnings) == (published is None)


def test_a_given_date_holds_only_where_the_article_has_none() -> None:
    dated = Article("a.txt", "Text.", published="2025-01-02")
    assert prepare(dated, date(2020, 1, 1)).document.published == date(2025, 1, 2)
    assert prepare(Article("a.txt", "Text."), date(2020, 1, 1)).document.published == date(2020, 1, 1)


def test_a_page_gives_its_main_text_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE)
    document = prepare(next(read_articles(path))).document
    assert document.published == date(2024, 5, 6)
    assert document.publisher == "Example Daily"
    assert "police station in Hub" in (document.text or "")
    assert "Home" not in (document.text or "")


def test_json_lines_are_articles(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    records = [{"id": "1", "text": "One.", "published": "2025-01-02"}, {"id": "2", "text": "Two.", "title": "T"}]
    path.write_text("\n".join(map(json.dumps, records)))
    found = list(read_articles(path))
    assert [(a.file, a.body, a.title) for a in found] == [("a.jsonl:1", "One.", None), ("a.jsonl:2", "Two.", "T")]


def test_the_day_of_a_page_is_never_that_of_its_copyright_or_of_today() -> None:
    body = "<p>HUB: Two policemen were injured when a bomb went off near a police station, officials said.</p>" * 3
    page = f"<html><body><article>{body}</article><footer>Copyright 2024</footer></body></html>"
    assert prepare(Article("a.html", page, is_html=True)).document.published is None


def test_the_headline_of_a_page_stands_in_its_text_once(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE.replace(" - Example Daily", ""))
    assert (prepare(next(read_articles(path))).document.text or "").count("Two hurt in Hub blast") == 1


@pytest.mark.parametrize("given", ["2025-01-02", "2025-01-02T10:00:00+05:00", "2 January 2025", "Jan 2, 2025 10:15 pm"])
def test_days_that_are_given(given: str) -> None:
    assert parse_day(given) == date(2025, 1, 2)


def test_files_in_other_encodings(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\ufeffTITLE: A blast\n\nBody.", encoding="utf-16-le")
    assert [(a.title, a.body) for a in read_articles(path)] == [("A blast", "Body.")]
    page = tmp_path / "a.html"
    page.write_bytes("<meta charset=windows-1252><p>“So” – he said</p>".encode("cp1252"))
    assert "“So” – he said" in next(read_articles(page)).body


def test_a_bad_record_never_stops_the_rest(tmp_path: Path) -> None:
    lines, array = tmp_path / "a.jsonl", tmp_path / "a.json"
    lines.write_text('{"text": "One\u2028line."}\n{\n{"title": "x"}\n{"text": "Four."}\n', encoding="utf-8")
    array.write_text('[{"text": "One."}, 5, {"html": "<p>Three.</p>"}]')
    faults: list[str] = []
    assert [a.body for path in (lines, array) for a in read_articles(path, faults)] == [
        *("One\u2028line.", "Four.", "One.", "<p>Three.</p>")
    ]
    assert [fault.split(": ")[0].rpartition("/")[2] for fault in faults] == ["a.jsonl:2", "a.jsonl:3", "a.json:1"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", "x", "cannot read .pdf"),
        ("a.json", "{", "is not JSON"),
        ("a.jsonl", '{"title": "x"}', 'needs "text" or "html"'),
    ],
)
def test_bad_files_are_one_clear_line(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        list(read_articles(path))


def test_a_bad_date_is_named() -> None:
    with pytest.raises(InputError, match="'soon' is no date"):
        prepare(Article("a.txt", "Text.", published="soon"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Two soldiers were killed in a blast in Turbat on Monday, the police said in a statement to the press.", "en"),
        ("مستونگ میں دھماکے کے نتیجے میں تین اہلکار شہید ہو گئے، پولیس", "ur"),
        ("قُتل ثلاثة جنود في انفجار", None),
        (
            "Drei Soldaten wurden am Montag bei einem Anschlag in der Provinz von Unbekannten erschossen und verletzt",
            None,
        ),
        ("پنجگور میں دھماکہ، پانچ افراد زخمی", "ur"),
        ("تربت: فائرنگ، دو افراد ہلاک", "ur"),
        ("په کوټه کې چاودنه", None),
        ("Blast in Mastung kills three", "en"),
        ("Mastung blast: 3 killed", "en"),
        ("Bombe in Quetta: drei Tote, sieben Verletzte", None),
        ("12 34 56", None),
        ("", None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert detect_language(text) == language

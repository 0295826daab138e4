"""Uploaded files become articles: text, HTML, JSON and PDF; one bad file never stops the rest."""

from __future__ import annotations

import json

import pytest

from geo.errors import InputError
from geo.intake import MOST_ARTICLES, take_files
from geo.pdf import read_pdf, unwrap

STORY = (
    "TURBAT: Unidentified gunmen opened fire on a check post of the Levies near the",
    "town on Monday night, killing two personnel, a spokes-",
    "man for the district administration said.",
    "No group claimed responsibility.",
)


def make_pdf(*lines: str, extra: str = "") -> bytes:
    """A one-page PDF with these lines, written by hand."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    content = f"BT /F1 11 Tf 14 TL 72 720 Td {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = "%PDF-1.4\n"
    offsets = []
    for number, entry in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{entry}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    body += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {extra}>>\nstartxref\n{start}\n%%EOF\n"
    return body.encode("latin-1")


def test_a_pdf_gives_its_text_in_paragraphs() -> None:
    text = read_pdf(make_pdf(*STORY), "report.pdf")
    assert "near the town on Monday night, killing two personnel, a spokesman for the district" in text
    assert text.splitlines()[-1] == "No group claimed responsibility."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no pdf at all", "cannot be read as PDF"),
        (make_pdf()[:300], "cannot be read as PDF|holds no text"),
        (make_pdf(), "holds no text, perhaps a scan"),
        (b"%PDF-1.4\n" + b"x" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_one_clear_line(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        read_pdf(content, "report.pdf")
    assert str(raised.value).startswith("report.pdf: ")
    assert len(str(raised.value).splitlines()) == 1


def test_a_pdf_that_takes_for_ever_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.pdf.SECONDS", 0.01)
    with pytest.raises(InputError, match=r"took longer than 0\.01 seconds"):
        read_pdf(make_pdf(*STORY), "report.pdf")


@pytest.mark.parametrize(
    ("wrapped", "text"),
    [
        ("one line that is full of words\nand goes on", "one line that is full of words and goes on"),
        ("A heading\n\nA line of text that is long enough.", "A heading\n\nA line of text that is long enough."),
        ("Killed in an opera-\ntion near the town of X", "Killed in an operation near the town of X"),
        ("", ""),
    ],
)
def test_wrapped_lines_are_joined(wrapped: str, text: str) -> None:
    assert unwrap(wrapped) == text


def test_files_of_every_kind_are_taken() -> None:
    taken = take_files(
        [
            ("a.txt", b"TITLE: One\nPUBLISHED: 2025-11-04\n\nTwo men were killed."),
            ("b.html", b"<html><body><p>Two men were killed.</p></body></html>"),
            ("c.json", json.dumps([{"id": "x", "text": "A"}, {"id": "y", "html": "<p>B</p>"}]).encode()),
            ("d.jsonl", b'{"text": "C"}\n\n{"text": "D"}\n'),
            ("e.pdf", make_pdf(*STORY)),
        ]
    )
    assert taken.faults == ()
    files = [article.file for article in taken.articles]
    assert files == ["a.txt", "b.html", "c.json:0", "c.json:1", "d.jsonl:1", "d.jsonl:3", "e.pdf"]
    assert [article.is_html for article in taken.articles] == [False, True, False, True, False, False, False]
    assert taken.articles[0].published == "2025-11-04"


def test_a_bad_file_is_named_and_the_rest_is_taken() -> None:
    taken = take_files(
        [
            ("../../etc/broken.json", b"{"),
            ("d.jsonl", b'{"text": "C"}\n{"no": "text"}\n'),
            ("picture.png", b"\x89PNG"),
            ("fine.txt", b"Two men were killed."),
        ]
    )
    assert [article.file for article in taken.articles] == ["d.jsonl:1", "fine.txt"]
    assert len(taken.faults) == 3
    assert taken.faults[0].startswith("broken.json: is not JSON")
    assert taken.faults[1].startswith("d.jsonl:2: ")
    assert taken.faults[2].startswith("picture.png: cannot be read; known endings: .txt, .html")
    assert not any("/tmp" in fault or "article" in fault.split(":")[0] for fault in taken.faults)


def test_a_folder_full_is_for_the_command_line() -> None:
    rows = b"\n".join(b'{"text": "A"}' for _ in range(MOST_ARTICLES + 1))
    taken = take_files([("many.jsonl", rows)])
    assert len(taken.articles) == MOST_ARTICLES
    assert "python -m geo extract" in taken.faults[0]

"""Steps 1 and 2: a file, pasted text, JSON record or web page -> `Article` -> `Document` with its clean text.

The clean text is fixed for ever: spans of claims index it. What is taken out: soft hyphens, zero-width and direction
marks, stray control characters, scripts of advertising. What is kept and only marked later: cross-heads, notices.
"""

from __future__ import annotations

import calendar
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from geo.errors import InputError
from geo.models import Document, stable_id

SUFFIXES = (".txt", ".html", ".htm", ".json", ".jsonl")
MAX_FILE_BYTES = 20_000_000
LONGEST_TITLE = 300
UNKNOWN_PUBLISHER = "unknown outlet"
HEADERS = ("title", "publisher", "published", "url")
DATE_LINES = 12
LANGUAGE_SAMPLE = 1500
URDU_ONLY = frozenset("ٹڈڑںےۓہھگچپیک")
ENGLISH_WORDS = frozenset(
    ("the", "of", "and", "in", "to", "a", "was", "were", "on", "that", "by", "said", "for", "with", "at", "from")
)

_HEADER = re.compile(r"^\s*(TITLE|PUBLISHER|PUBLISHED|URL)\s*:\s*(.*?)\s*$", re.I)
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
_QUOTES = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2011": "-",
        "\u2010": "-",
        "\u0130": "I",
        "\ufffd": " ",
    }
)
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufefe]")
_LATIN = re.compile("[A-Za-z]")
_SPACES = re.compile(  # but not a single plain one
    r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]{2,}|[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
)
_LINE_ENDS = re.compile(r"\r\n?|\x85|\u2028|\u2029")
_AD_SCRIPT = re.compile(r"\(adsbygoogle[^\n]*|googletag\.[^\n]*")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE_LINE = re.compile(
    rf"^\W*(?:(?:updated|published|posted|last updated)\W+)?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
    rf"(?:(?P<d>\d\d?)(?:st|nd|rd|th)? (?P<m>{_MONTH}),? (?P<y>20\d\d)|"
    rf"(?P<m2>{_MONTH}) (?P<d2>\d\d?)(?:st|nd|rd|th)?,? (?P<y2>20\d\d)|"
    rf"(?P<iso>20\d\d-\d\d-\d\d))\W*$",
    re.I,
)
_TAIL = re.compile(
    rf"\bPublished in [A-Z][\w ]{{2,30}}, (?P<m>{_MONTH}) (?P<d>\d\d?)(?:st|nd|rd|th)?,? (?P<y>20\d\d)", re.I
)
_MONTH_NUMBERS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}


@dataclass(frozen=True, slots=True)
class Article:
    """What came in, before cleaning: `body` is text, or the source of a page where `is_html`."""

    file: str
    body: str
    is_html: bool = False
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document, the file that it came from, and what was odd about it."""

    document: Document
    file: str
    warnings: tuple[str, ...]


def clean_text(raw: str) -> str:
    """The text that spans index: invisible characters gone, plain quotes and spaces, at most one blank line in a row.

    >>> clean_text("belong\\u00ad\\u00aded to \\u201cQila\\u00a0Abdullah\\u201d")
    'belonged to "Qila Abdullah"'
    """
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", raw))
    text = _INVISIBLE.sub("", text).translate(_QUOTES)
    text = _AD_SCRIPT.sub("", text)
    lines = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def read_articles(path: Path) -> Iterator[Article]:
    """The articles of one file, by its suffix.

    Raises:
        InputError: for an unknown suffix, a file that can't be read or is too large, or broken JSON.
    """
    suffix = path.suffix.casefold()
    if suffix not in SUFFIXES:
        raise InputError(f"{path}: cannot read {suffix or 'files without a suffix'}; known: {', '.join(SUFFIXES)}")
    text = _read_text(path)
    if suffix in (".html", ".htm"):
        yield Article(path.name, text, is_html=True)
    elif suffix == ".txt":
        yield read_plain(text, path.name)
    elif suffix == ".jsonl":
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield _from_json(line, f"{path.name}:{number}", path)
    else:
        yield from _from_json_file(text, path)


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path}: larger than {MAX_FILE_BYTES // 1_000_000} MB; split it")
        return path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def read_plain(text: str, file: str) -> Article:
    """Plain text with optional header lines (`TITLE:`, `PUBLISHER:`, `PUBLISHED:`, `URL:`) and a blank line."""
    given: dict[str, str] = {}
    lines = text.splitlines(keepends=True)
    count = 0
    for line in lines[: len(HEADERS) + 1]:
        match = _HEADER.match(line)
        if not match:
            break
        given[match[1].casefold()] = match[2]
        count += 1
    if count and count < len(lines) and not lines[count].strip():
        count += 1
    title, publisher, published, url = (given.get(key) or None for key in HEADERS)
    return Article(file, "".join(lines[count:]), False, title, publisher, published, url)


def _from_json_file(text: str, path: Path) -> Iterator[Article]:
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise InputError(f"{path}: is not JSON ({error})") from error
    for number, record in enumerate(raw if isinstance(raw, list) else [raw]):
        yield _from_record(record, f"{path.name}:{number}" if isinstance(raw, list) else path.name)


def _from_json(line: str, file: str, path: Path) -> Article:
    try:
        return _from_record(json.loads(line), file)
    except ValueError as error:
        raise InputError(f"{path.parent / file}: is not JSON ({error})") from error


def _from_record(record: Any, file: str) -> Article:
    if not isinstance(record, dict) or not isinstance(record.get("text") or record.get("html"), str):
        raise InputError(f'{file}: a record needs "text" or "html" with the article')
    title, publisher, published, url = (str(record[key]) if record.get(key) else None for key in HEADERS)
    key = str(record["id"]) if record.get("id") else None
    body = record.get("text") or record["html"]
    return Article(file, body, not record.get("text"), title, publisher, published, url, key)


def prepare(article: Article, published: date | None = None, publisher: str | None = None) -> Prepared:
    """The document of an article; what `published` and `publisher` say holds where the article says nothing.

    Raises:
        InputError: when the article's own publication date is no date.
    """
    warnings: list[str] = []
    source = _from_html(article, warnings) if article.is_html else article
    title = clean_text(source.title or "").replace("\n", " ")[:LONGEST_TITLE] or None
    body = clean_text(source.body)
    if source.body.count("\ufffd") > 3:
        warnings.append("some bytes are no UTF-8 text; they were replaced by spaces")
    if not body:
        warnings.append("no text was found")
    day = _published(source, body) or published
    if day is None:
        warnings.append("no publication date was found: days like 'on Monday' stay unresolved (give --published)")
    language = detect_language(body)
    if language == "ur":
        warnings.append("Urdu: only places, dates and counts are read; the rest of the rules is for English")
    elif language != "en":
        warnings.append("the language is neither English nor Urdu: nothing was extracted")
    text = f"{title}\n\n{body}" if title else body
    document = Document(
        id=stable_id("d", article.body, article.url or article.key),
        publisher=source.publisher or publisher or UNKNOWN_PUBLISHER,
        title=title,
        url=source.url,
        published=day,
        language=language,
        text=text,
    )
    return Prepared(document, article.file, tuple(warnings))


def _published(article: Article, body: str) -> date | None:
    """From the header or metadata, else a line that is nothing but a date, else the "Published in ..." tail."""
    if article.published:
        return parse_day(article.published, f"{article.file}: publication date")
    for line in [line for line in body[:3000].splitlines() if line.strip()][:DATE_LINES]:
        if match := _DATE_LINE.match(line[:80]):
            return _day_of(match)
    tail = _TAIL.search(body[-600:])
    return _day_of(tail) if tail else None


def _day_of(match: re.Match[str]) -> date | None:
    found = match.groupdict()
    if found.get("iso"):
        return parse_day(found["iso"], "date")
    month, day, year = (found.get(key) or found.get(f"{key}2") for key in "mdy")
    try:
        return date(int(year or 0), _MONTH_NUMBERS[str(month)[:3].casefold()], int(day or 0))
    except ValueError:
        return None


def parse_day(text: str, what: str = "date") -> date:
    """A day in ISO form, a time after it left aside.

    Raises:
        InputError: naming what was wrong.
    """
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise InputError(f"{what} {text!r} is no date like 2025-11-04") from error


def _from_html(article: Article, warnings: list[str]) -> Article:
    """Main text and metadata of a page; what the article itself says goes before the page's."""
    import htmldate  # noqa: PLC0415  (slow to import, and only pages need it)
    import trafilatura  # noqa: PLC0415

    extracted = trafilatura.extract(article.body, include_comments=False, include_tables=False, deduplicate=False)
    metadata = trafilatura.extract_metadata(article.body, default_url=article.url)
    if not extracted:
        warnings.append("no article text was found in the page")
    day = article.published or htmldate.find_date(article.body, original_date=True, extensive_search=False)
    return replace(
        article,
        body=extracted or "",
        is_html=False,
        title=article.title or getattr(metadata, "title", None),
        publisher=article.publisher or getattr(metadata, "sitename", None),
        published=day,
        url=article.url or getattr(metadata, "url", None),
    )


def detect_language(text: str) -> str | None:
    """`en`, `ur`, or None for any other language; a text of a few words in Latin letters counts as English."""
    sample = text[:LANGUAGE_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if not letters:
        return None
    if not sample.isascii():
        arabic = len(_ARABIC.findall(sample))
        if arabic > letters * 0.4:
            return "ur" if sum(map(URDU_ONLY.__contains__, sample)) > arabic * 0.05 else None
        if letters - len(_LATIN.findall(sample)) > letters * 0.3:
            return None
    words = re.findall(r"[a-z]+", sample.casefold())
    known = sum(map(ENGLISH_WORDS.__contains__, words))
    return "en" if len(words) < 12 or known > len(words) * 0.08 else None

"""Steps 1 and 2: a file, pasted text, JSON record or web page -> `Article` -> `Document` with its clean text.

The clean text is fixed for ever: spans of claims index it. What is taken out: soft hyphens, zero-width and direction
marks, stray control characters, scripts of advertising. What is kept and only marked later: cross-heads, notices.
"""

from __future__ import annotations

import calendar
import codecs
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from geo.errors import InputError
from geo.languages import detect_language, language_warning
from geo.models import Document, stable_id

SUFFIXES = (".txt", ".html", ".htm", ".json", ".jsonl")
MAX_FILE_BYTES = 20_000_000
LONGEST_TITLE = 300
UNKNOWN_PUBLISHER = "unknown outlet"
HEADERS = ("title", "publisher", "published", "url")
DATE_LINES = 12
DATELINES = 3
LONGEST_DATELINE = 120

MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.I)
_PLAIN_CHARSET = re.compile(r"(utf-?8|us-ascii|iso-8859-\d+|latin-?1|windows-125\d|cp125\d|utf-16(le|be)?)", re.I)
_HEADER = re.compile(r"^\s*(TITLE|PUBLISHER|PUBLISHED|URL)\s*:\s*(.*?)\s*$", re.I)
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
# The parser's time grows with the square of a tag's attributes; what has this many, or is this long, is no page.
MOST_ATTRIBUTES = 200
_LONG_TAG = re.compile(r"<[a-zA-Z!/?][^<>]{20000,}>?")
_TAG = re.compile(r"<[a-zA-Z][^\s>/]*")
_ATTRIBUTE = re.compile(r"""[\s/]*=?[^\s>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?""")
_HALVES = re.compile("[\ud800-\udfff]")  # of characters: JSON can hold them, no file of text can
_QUOTES = (
    ("\u2018", "'"),
    ("\u2019", "'"),
    ("\u201a", "'"),
    ("\u201c", '"'),
    ("\u201d", '"'),
    ("\u201e", '"'),
    ("\u2011", "-"),
    ("\u2010", "-"),
    ("\u0130", "I"),
    ("\ufffd", " "),
)
_SPACES = re.compile(  # but not a single plain one
    r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]{2,}|[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
)
_ODD_SPACE = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_ENDS = re.compile(r"\r\n?|\x85|\u2028|\u2029")
_AD_SCRIPT = re.compile(r"\(adsbygoogle[^\n]*|googletag\.[^\n]*")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = (
    rf"(?:(?P<d>\d\d?)(?:st|nd|rd|th)?[ -](?P<m>{_MONTH}),?[ -](?P<y>20\d\d)|"
    rf"(?P<m2>{_MONTH}) (?P<d2>\d\d?)(?:st|nd|rd|th)?,? (?P<y2>20\d\d)|"
    rf"(?P<iso>20\d\d-\d\d-\d\d))"
)
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?\s+)?"
_DATE_LINE = re.compile(
    rf"^\W*(?:(?:updated|published|posted|last updated)\W+)?{_WEEKDAY}{_DAY}"
    rf"(?:\W+\d\d?:\d\d(?::\d\d)?(?: ?[ap]m)?(?: ?[A-Z]{{2,4}})?)?\W*$",
    re.I,
)
_GIVEN_DAY = re.compile(rf"{_WEEKDAY}{_DAY}(?:\W+\d\d?:\d\d.*)?", re.I)
# "HUB, Jan 2, 2025:" and "ISLAMABAD: 2 January 2025 (APP) -": a town, or two, and the day before the report begins.
_DATELINE_DAY = re.compile(
    rf"^\W*(?:[A-Z][\w.'’/-]+[ ,:(-]+){{1,5}}?(?<=[ ,:(-])(?:Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday)?"
    rf"[, ]*(?i:{_DAY})[) ]*(?:\([A-Z][\w/. ]{{1,20}}\) ?)?(?:(?P<sign>[:–—]|-{{1,2}}(?= ))|(?= ?[A-Z]))"
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
    text = raw if raw.isascii() and "\r" not in raw else _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", raw))
    text = _INVISIBLE.sub("", text)
    if not text.isascii():
        for odd, plain in _QUOTES:
            text = text.replace(odd, plain)
    if "adsbygoogle" in text or "googletag" in text:
        text = _AD_SCRIPT.sub("", text)
    if "  " in text or "\t" in text or (not text.isascii() and _ODD_SPACE.search(text)):
        text = _SPACES.sub(" ", text)
    text = "\n".join(map(str.strip, text.split("\n")))
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def read_articles(path: Path, faults: list[str] | None = None) -> Iterator[Article]:
    """The articles of one file, by its suffix.

    Args:
        path: The file.
        faults: Takes a line for each record of it that can't be read, so that the others still are.

    Raises:
        InputError: for an unknown suffix, a file that can't be read or is too large, or broken JSON; for a bad record
            where there is no list to take its fault.
    """
    suffix = path.suffix.casefold()
    if suffix not in SUFFIXES:
        raise InputError(f"{path}: cannot read {suffix or 'files without a suffix'}; known: {', '.join(SUFFIXES)}")
    text = _read_text(path, is_html=suffix in (".html", ".htm"))
    if suffix in (".html", ".htm"):
        yield Article(path.name, text, is_html=True)
    elif suffix == ".txt":
        yield read_plain(text, path.name)
    else:
        yield from _from_records(_lines(text, path) if suffix == ".jsonl" else _array(text, path), faults)


def _read_text(path: Path, *, is_html: bool) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path}: larger than {MAX_FILE_BYTES // 1_000_000} MB; split it")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    return decode_page(content, None) if is_html else decode(content)


def decode(content: bytes) -> str:
    """Bytes as text, by their mark, else as UTF-8; odd bytes are replaced."""
    for mark, name in MARKS.items():
        if content.startswith(mark):
            return content.decode(name, "replace").removeprefix("\ufeff")
    return content.decode("utf-8", "replace")


def decode_page(content: bytes, charset: str | None) -> str:
    """A page as text, by its mark, what its site says, its own word or as UTF-8; odd bytes are replaced."""
    said = _META_CHARSET.search(content[:4096])
    for given in (charset, said[1].decode("ascii", "replace") if said else None):
        if given and _PLAIN_CHARSET.fullmatch(given) and not content.startswith(tuple(MARKS)):
            return content.decode(given, "replace")
    return decode(content)


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


def _lines(text: str, path: Path) -> Iterator[tuple[str, Any]]:
    """The records of JSON lines with their file and line; a line that is none comes as its error."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f"{path.name}:{number}", json.loads(line)
            except (ValueError, RecursionError) as error:
                yield f"{path.name}:{number}", InputError(f"{path}:{number}: is not JSON ({error})")


def _array(text: str, path: Path) -> Iterator[tuple[str, Any]]:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not JSON ({error})") from error
    for number, record in enumerate(raw if isinstance(raw, list) else [raw]):
        yield f"{path.name}:{number}" if isinstance(raw, list) else path.name, record


def _from_records(records: Iterator[tuple[str, Any]], faults: list[str] | None) -> Iterator[Article]:
    for file, record in records:
        try:
            if isinstance(record, InputError):
                raise record
            yield _from_record(record, file)
        except InputError as error:
            if faults is None:
                raise
            faults.append(str(error))


def _from_record(record: Any, file: str) -> Article:
    if not isinstance(record, dict) or not isinstance(record.get("text") or record.get("html"), str):
        raise InputError(f'{file}: a record needs "text" or "html" with the article')
    given = {name: _HALVES.sub("\ufffd", str(record[name])) for name in (*HEADERS, "id") if record.get(name)}
    title, publisher, published, url, key = map(given.get, (*HEADERS, "id"))
    body = _HALVES.sub("\ufffd", record.get("text") or record["html"])
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
    day = _published(source, body) or published
    language = detect_language(body)
    if not body:
        if "no article text was found in the page" not in warnings:
            warnings.append("no text was found")
    elif day is None:
        warnings.append("no publication date was found: days like 'on Monday' stay unresolved (give --published)")
    if body and (warning := language_warning(body, language)):
        warnings.append(warning)
    text = f"{title}\n\n{body}".strip() if title else body
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
    """From the header or metadata, else a line that is only a date, the dateline, or the "Published in ..." tail."""
    if article.published:
        return parse_day(article.published, f"{article.file}: publication date")
    lines = [line for line in body[:3000].splitlines() if line.strip()]
    for line in lines[:DATE_LINES]:
        if match := _DATE_LINE.match(line[:80]):
            return _day_of(match)
    for line in lines[:DATELINES]:
        if match := _DATELINE_DAY.match(line[:LONGEST_DATELINE]):
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
    """A day in ISO form or with its month in words ("4 November 2025"), a time after it left aside.

    Raises:
        InputError: naming what was wrong.
    """
    given = text.strip()
    try:
        return date.fromisoformat(given[:10])
    except ValueError as error:
        worded = _GIVEN_DAY.fullmatch(given)
        day = _day_of(worded) if worded and not worded["iso"] else None
        if day is None:
            raise InputError(f"{what} {text[:60]!r} is no date like 2025-11-04") from error
        return day


def _from_html(article: Article, warnings: list[str]) -> Article:
    """Main text and metadata of a page; what the article itself says goes before the page's."""
    import htmldate  # noqa: PLC0415  (slow to import, and only pages need it)
    import trafilatura  # noqa: PLC0415

    page = _LONG_TAG.sub(" ", "".join(_without_crowded_tags(article.body)))
    extracted = trafilatura.extract(page, include_comments=False, include_tables=False, deduplicate=False)
    metadata = trafilatura.extract_metadata(page, default_url=article.url)
    if not extracted:
        warnings.append("no article text was found in the page")
    title = article.title or getattr(metadata, "title", None)
    day = article.published or htmldate.find_date(page, original_date=True, extensive_search=False)
    return replace(
        article,
        body=_without_title(extracted or "", title),
        is_html=False,
        title=title,
        publisher=article.publisher or getattr(metadata, "sitename", None),
        published=day,
        url=article.url or getattr(metadata, "url", None),
    )


def _without_crowded_tags(page: str) -> Iterator[str]:
    """The parts of a page between tags with more attributes than any page has."""
    kept = at = 0
    while tag := _TAG.search(page, at):
        at, attributes = tag.end(), 0
        while found := _ATTRIBUTE.match(page, at):
            at, attributes = found.end(), attributes + 1
        if attributes > MOST_ATTRIBUTES:
            yield page[kept : tag.start()]
            kept = page.find(">", at) + 1 or len(page)
            at = kept
    yield page[kept:]


def _without_title(text: str, title: str | None) -> str:
    """A page's text often begins with its own headline: it stands above the text already."""
    first, _, rest = text.partition("\n")
    return rest.lstrip() if title and first.strip().casefold() == title.strip().casefold() else text

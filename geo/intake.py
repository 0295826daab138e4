"""Step 1 for what a page is given: uploaded files and web addresses -> `Article`s; `geo.documents` reads the rest."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from geo.documents import SUFFIXES, Article, read_articles, read_plain
from geo.errors import IncidentMapError, InputError
from geo.fetch import INTERNET, USUAL, Fetched, Limits, Network, fetch
from geo.pdf import read_pdf

UPLOAD_SUFFIXES = (*SUFFIXES, ".pdf")
MOST_ARTICLES = 200
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.I)
_PLAIN_CHARSET = re.compile(r"(utf-?8|us-ascii|iso-8859-\d+|latin-?1|windows-125\d|cp125\d|utf-16(le|be)?)", re.I)


@dataclass(frozen=True, slots=True)
class Taken:
    """The articles of what was given, and one line for each part of it that could not be read."""

    articles: tuple[Article, ...]
    faults: tuple[str, ...] = ()


def take_files(files: Sequence[tuple[str, bytes]]) -> Taken:
    """The articles of uploaded files, given as (name, content); one bad file never stops the rest."""
    articles: list[Article] = []
    faults: list[str] = []
    for name, content in files:
        try:
            _take_file(PurePath(name).name or "file", content, articles)
        except IncidentMapError as error:
            faults.append(str(error))
    if len(articles) > MOST_ARTICLES:
        faults.append(
            f"{len(articles)} articles are too many for one page, the first {MOST_ARTICLES} are shown: "
            "use `python -m geo extract` for a whole folder"
        )
    return Taken(tuple(articles[:MOST_ARTICLES]), tuple(faults))


def _take_file(name: str, content: bytes, articles: list[Article]) -> None:
    suffix = PurePath(name).suffix.casefold()
    if suffix not in UPLOAD_SUFFIXES:
        raise InputError(f"{name}: cannot be read; known endings: {', '.join(UPLOAD_SUFFIXES)}")
    if suffix == ".pdf":
        articles.append(read_plain(read_pdf(content, name), name))
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"article{suffix}"
        path.write_bytes(content)
        try:
            for article in read_articles(path):
                articles.append(replace(article, file=article.file.replace(path.name, name, 1)))
        except InputError as error:
            raise InputError(str(error).replace(str(path), name).replace(path.name, name)) from error


def take_address(url: str, limits: Limits = USUAL, network: Network = INTERNET) -> Article:
    """The article of a web address.

    Raises:
        InputError: when the address can't be read; see `geo.fetch`.
    """
    return article_of(fetch(url.strip(), limits, network))


def article_of(page: Fetched) -> Article:
    """The article that a fetched page holds."""
    if page.media_type == "application/pdf":
        return Article(page.url, read_pdf(page.body, page.url), url=page.url)
    text = decode(page.body, page.charset)
    if page.media_type == "text/plain":
        return replace(read_plain(text, page.url), url=page.url)
    return Article(page.url, text, is_html=True, url=page.url)


def decode(body: bytes, charset: str | None) -> str:
    """Bytes as text, by their mark, the header, the page's own word or as UTF-8; odd bytes are replaced."""
    for mark, name in MARKS.items():
        if body.startswith(mark):
            return body.decode(name, "replace")
    said = _META_CHARSET.search(body[:4096])
    for given in (charset, said[1].decode("ascii", "replace") if said else None):
        if given and _PLAIN_CHARSET.fullmatch(given):
            return body.decode(given, "replace")
    return body.decode("utf-8", "replace")

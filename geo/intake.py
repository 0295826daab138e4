"""Step 1 for what a page is given: uploaded files and web addresses -> `Article`s; `geo.documents` reads the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from geo.documents import SUFFIXES, Article, decode_page, read_articles, read_plain
from geo.errors import IncidentMapError, InputError
from geo.fetch import INTERNET, USUAL, Fetched, Limits, Network, fetch
from geo.pdf import read_pdf

UPLOAD_SUFFIXES = (*SUFFIXES, ".pdf")
MOST_ARTICLES = 200


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
            _take_file(PurePath(name).name or "file", content, articles, faults)
        except IncidentMapError as error:
            faults.append(str(error))
    if len(articles) > MOST_ARTICLES:
        faults.append(
            f"{len(articles)} articles are too many for one page, the first {MOST_ARTICLES} are shown: "
            "use `python -m geo extract` for a whole folder"
        )
    return Taken(tuple(articles[:MOST_ARTICLES]), tuple(faults))


def _take_file(name: str, content: bytes, articles: list[Article], faults: list[str]) -> None:
    suffix = PurePath(name).suffix.casefold()
    if suffix not in UPLOAD_SUFFIXES:
        raise InputError(f"{name}: cannot be read; known endings: {', '.join(UPLOAD_SUFFIXES)}")
    if suffix == ".pdf":
        articles.append(read_plain(read_pdf(content, name), name))
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"article{suffix}"
        path.write_bytes(content)
        bad: list[str] = []
        try:
            for article in read_articles(path, bad):
                articles.append(replace(article, file=article.file.replace(path.name, name, 1)))
        except InputError as error:
            bad.append(str(error))
        faults += [told.replace(str(path), name).replace(path.name, name) for told in bad]


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
    text = decode_page(page.body, page.charset)
    if page.media_type == "text/plain":
        return replace(read_plain(text, page.url), url=page.url)
    return Article(page.url, text, is_html=True, url=page.url)

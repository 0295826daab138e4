"""`python -m geo extract`: read articles and print attributed incidents; stores nothing."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from geo.documents import SUFFIXES, Article, decode, parse_day, prepare, read_articles, read_plain
from geo.errors import IncidentMapError, InputError
from geo.reading import unexpected

LEAST_SHARE = 8  # articles that are worth a process
MOST_AT_ONCE = 16  # articles handed to a process at once; few, so that none waits for another's last share
CHUNKS_EACH = 4
WARMING = Article("-", "QUETTA: Two policemen were killed in Turbat on Monday, officials said.")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for every article of a run."""

    published: date | None
    publisher: str | None
    with_text: bool
    explain: bool


@click.command(name="extract")
@click.argument("inputs", nargs=-1, required=True)
@click.option("--published", help="Publication date (2025-11-04) of articles that state none.")
@click.option("--publisher", help="Publisher of articles that state none.")
@click.option("--format", "form", type=click.Choice(["json", "jsonl"]), default="json", show_default=True)
@click.option("--no-text", is_flag=True, help="Leave the articles' text out.")
@click.option("--explain", is_flag=True, help="Say for each claim which rule read which words.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else printed.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to use.")
@click.option("--strict", is_flag=True, help="Exit with 1 when a file could not be read.")
def command(
    inputs: tuple[str, ...],
    published: str | None,
    publisher: str | None,
    form: str,
    no_text: bool,
    explain: bool,
    output: Path | None,
    jobs: int,
    strict: bool,
) -> None:
    """Read articles (.txt, .html, .json, .jsonl, folders, web addresses, "-" for standard input).

    Prints the attributed incidents of each and stores nothing. One bad file never stops the rest: it is named on
    standard error. Of a web address one page is fetched, from the public internet only.
    """
    options = Options(parse_day(published, "--published") if published else None, publisher, not no_text, explain)
    articles, faults = collect_articles(inputs)
    results, failed = _run(articles, options, jobs)
    faults += failed
    if not results and faults:
        raise InputError(faults[0])
    _write(b"\n".join(results) + b"\n" if form == "jsonl" else _array(results), output)
    for fault in faults:
        click.echo(f"left out: {fault}", err=True)
    if faults:
        click.echo(f"{len(results)} documents read, {len(faults)} left out", err=True)
        if strict:
            sys.exit(1)


def _array(results: Sequence[bytes]) -> bytes:
    """JSON for readers: one document as an object, several as an array."""
    objects = [orjson.loads(result) for result in results]
    shown = objects[0] if len(objects) == 1 else objects
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def collect_articles(
    inputs: Sequence[str], take: Callable[[str], Article] | None = None
) -> tuple[list[Article], list[str]]:
    """The articles of files, folders, web addresses and standard input, and one line for each that can't be read.

    Args:
        inputs: What the command line names.
        take: Fetches the article of a web address; else `geo.intake.take_address` with its limits.
    """
    faults: list[str] = []
    return list(each_article(inputs, faults, take)), faults


def each_article(
    inputs: Sequence[str], faults: list[str], take: Callable[[str], Article] | None = None
) -> Iterator[Article]:
    """The same one after another, for archives that are larger than the memory; what can't be read goes to `faults`."""
    for name in inputs:
        if _ADDRESS.match(name.strip()):
            try:
                yield (take or _take_address)(name)
            except IncidentMapError as error:
                faults.append(str(error))
            continue
        if name == "-":
            yield read_plain(decode(sys.stdin.buffer.read()), "-")
            continue
        try:
            paths = list(_files(Path(name)))
        except IncidentMapError as error:
            faults.append(str(error))
            continue
        for path in paths:
            try:
                yield from read_articles(path, faults)
            except IncidentMapError as error:
                faults.append(str(error))


def _take_address(address: str) -> Article:
    from geo.intake import take_address  # noqa: PLC0415  (certificates and PDF are slow to load)

    return take_address(address)


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or the readable files of a folder and of those within it, in the order of their names."""
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if not path.is_dir():
        yield path
        return
    inside = (p for p in path.rglob("*") if not any(part.startswith(".") for part in p.relative_to(path).parts))
    found = sorted(p for p in inside if p.suffix.casefold() in SUFFIXES and p.name != "gold.jsonl" and p.is_file())
    if not found:
        raise InputError(f"{path}: no file to read; known: {', '.join(SUFFIXES)}")
    yield from found


def _run(articles: Sequence[Article], options: Options, jobs: int) -> tuple[list[bytes], list[str]]:
    """The JSON of every article in order, and what went wrong with the others."""
    results: list[bytes] = []
    faults: list[str] = []
    quiet = len(articles) < 2 or not sys.stderr.isatty()
    bar: Any = click.progressbar
    with bar(
        _outcomes(articles, options, jobs),
        length=len(articles),
        label="reading articles",
        file=sys.stderr,
        hidden=quiet,
    ) as outcomes:
        for found, fault in outcomes:
            if fault is None:
                results.append(found)
            else:
                faults.append(fault)
    return results, faults


def _outcomes(articles: Sequence[Article], options: Options, jobs: int) -> Iterator[tuple[bytes, str | None]]:
    outcome = partial(_outcome, options)
    jobs = min(jobs, len(articles) // LEAST_SHARE or 1)  # a process takes as long to start as some articles to read
    if jobs == 1:
        yield from map(outcome, articles)
        return
    _outcome(options, WARMING)  # the processes begin as copies of this one, with the vocabularies already loaded
    chunk = min(MOST_AT_ONCE, len(articles) // (jobs * CHUNKS_EACH) or 1)
    with ProcessPoolExecutor(jobs, initializer=gc.freeze) as pool:
        yield from pool.map(outcome, articles, chunksize=chunk)


def _outcome(options: Options, article: Article) -> tuple[bytes, str | None]:
    """The JSON of one article, or why there is none."""
    from geo.extract import read  # noqa: PLC0415  (loads the vocabularies, in each process once)
    from geo.extract.present import as_json  # noqa: PLC0415

    try:
        prepared = prepare(article, options.published, options.publisher)
        result = read(prepared.document, prepared.warnings)
        shown = as_json(result, prepared.file, with_text=options.with_text, explain=options.explain)
        return orjson.dumps(shown), None
    except IncidentMapError as error:
        return b"", str(error)
    except Exception as error:  # a fault of ours, or of a library with one page, must not stop the rest
        return b"", unexpected(article, error)


def _write(content: bytes, output: Path | None) -> None:
    """Print, or write a file as a whole: nothing half-written stays."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    partial = output.with_name(f".{output.name}.part")
    try:
        partial.write_bytes(content)
        partial.replace(output)
    except OSError as error:
        raise InputError(f"{output}: cannot be written ({error.strerror})") from error
    finally:
        partial.unlink(missing_ok=True)

"""Steps 2 and 3 for many articles: each comes back once, read, or with the line that says why it can't be.

Here, in one process or several; or by the workers of a Dask cluster. Dask does the work of a cluster: it hands pieces
to workers, and gives the pieces of one that died to another. Only so many pieces are on their way at once, so that an
archive is never held in memory. Storing stays with the caller; the same document again is no duplicate, so a run that
was broken off is simply begun again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from geo.datafiles import DATA_DIR
from geo.documents import Article, prepare
from geo.errors import IncidentMapError, InputError
from geo.models import Extraction

if TYPE_CHECKING:  # only who has a cluster needs it
    from distributed import Client, Future

PIECE = 32  # articles of one message: some tenths of a second of work, so that handing out costs little
AHEAD = 4  # pieces on their way for each thread of the workers
RETRIES = 3  # of a piece whose worker died
CONNECT_SECONDS = 15

Reading = tuple[Extraction | None, str]


@dataclass(frozen=True, slots=True)
class Stated:
    """What holds for articles that state neither day nor publisher."""

    published: date | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """What a worker gives back, and a digest of the rules and vocabularies that it read with."""

    rules: str
    readings: tuple[Reading, ...]


def read_article(article: Article, stated: Stated) -> Reading:
    """What an article says, or the line that says why it can't be read."""
    from geo.extract import read  # noqa: PLC0415  (loads the vocabularies, in each process once)

    try:
        prepared = prepare(article, stated.published, stated.publisher)
        return read(prepared.document, prepared.warnings).extraction, ""
    except IncidentMapError as error:
        return None, str(error)
    except Exception as error:  # a fault of ours, or of a library with one page, must not stop the rest
        return None, unexpected(article, error)


def unexpected(article: Article, error: Exception) -> str:
    """The line for an article that made the program fail."""
    told = str(error).splitlines()[:1]
    return f"{article.file}: could not be read ({type(error).__name__}{': ' + told[0][:200] if told else ''})"


def read_here(articles: Iterable[Article], stated: Stated, jobs: int) -> Iterator[Reading]:
    """Every article's reading in order, by as many processes; some pieces are read ahead, never all."""
    if jobs == 1:
        yield from (read_article(article, stated) for article in articles)
        return
    pieces = _pieces(iter(articles))
    with ProcessPoolExecutor(jobs) as pool:
        waiting = [pool.submit(_read_piece, piece, stated) for piece in islice(pieces, jobs * AHEAD)]
        while waiting:
            yield from waiting.pop(0).result().readings
            waiting += [pool.submit(_read_piece, piece, stated) for piece in islice(pieces, 1)]


def read_on_cluster(articles: Iterable[Article], stated: Stated, address: str) -> Iterator[Reading]:
    """Every article's reading, in the order in which workers finish.

    Args:
        address: Of a Dask scheduler whose workers can import this project: `tcp://host:8786`.

    Raises:
        InputError: in one line, when no scheduler answers, or its workers hold another version of this project.
    """
    with _connect(address) as client:
        yield from _read_on(client, _pieces(iter(articles)), stated)


def _pieces(articles: Iterator[Article]) -> Iterator[tuple[Article, ...]]:
    while piece := tuple(islice(articles, PIECE)):
        yield piece


def _read_piece(articles: tuple[Article, ...], stated: Stated) -> Piece:
    """In another process, here or on a worker."""
    return Piece(_own_rules(), tuple(read_article(article, stated) for article in articles))


@lru_cache(maxsize=1)
def _own_rules() -> str:
    """A digest of what readings hang on: rules of another version would give other claims."""
    from geo.extract.resolve import ORIGIN  # noqa: PLC0415

    digest = hashlib.sha256(ORIGIN.encode())
    for path in sorted(DATA_DIR.glob("*.csv")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _connect(address: str) -> Client:
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError as error:
        raise InputError("--dask needs Dask: pip install -r requirements-cluster.txt") from error
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        told = f"--dask {address}: no Dask scheduler answers there; an address is like tcp://host:8786"
        raise InputError(told) from error


def _read_on(client: Any, pieces: Iterator[tuple[Article, ...]], stated: Stated) -> Iterator[Reading]:
    from distributed import as_completed  # noqa: PLC0415

    waiting: dict[Future[Piece], tuple[Article, ...]] = {}
    done: Any = as_completed(loop=client.loop)  # type: ignore[no-untyped-call]

    def send(piece: tuple[Article, ...]) -> None:
        future = client.submit(_read_piece, piece, stated, pure=False, retries=RETRIES)
        waiting[future] = piece
        done.add(future)

    def fill() -> None:
        room = max(sum(client.nthreads().values()), 1) * AHEAD - len(waiting)
        for piece in islice(pieces, max(room, 0)):
            send(piece)

    fill()
    for future in done:
        piece = waiting.pop(future)
        if future.status == "finished":
            yield from _same_rules(future.result(), client).readings
        elif len(piece) > 1:  # one of them may be what ends workers: each alone
            for article in piece:
                send((article,))
        else:
            yield None, _failed(piece[0], future.exception())
        fill()


def _same_rules(piece: Piece, client: Any) -> Piece:
    if piece.rules != _own_rules():
        raise InputError(
            f"--dask {client.scheduler.address}: its workers read by other rules or other files of data/ than this "
            "machine: install the same version everywhere"
        )
    return piece


def _failed(article: Article, error: BaseException | None) -> str:
    if isinstance(error, ImportError):
        raise InputError(f"--dask: the workers cannot import this project ({error}): install it on each of them")
    told = str(error).splitlines()[0] if error and str(error) else type(error).__name__
    return f"{article.file}: was not read, {RETRIES + 1} tries failed ({told})"

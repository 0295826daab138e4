"""How tests read whole reports: a file of a folder -> what `geo extract` prints for it, and what assembling gives."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.assemble import assemble
from geo.documents import Article, prepare, read_articles
from geo.extract import Result, read
from geo.extract.present import as_json
from geo.models import Incident
from geo.vocab import default_vocabulary

REPORTS = Path(__file__).resolve().parent / "reports"
DEV = Path(__file__).resolve().parents[3] / "shared" / "eval" / "dev"


@lru_cache(maxsize=256)
def read_report(path: Path) -> tuple[Result, dict[str, Any]]:
    """A report's reading, and the JSON of it."""
    (article,) = read_articles(path)
    prepared = prepare(article, None, None)
    result = read(prepared.document, prepared.warnings)
    return result, as_json(result, path.name)


def assembled(result: Result) -> dict[str, Incident]:
    """What the store would show of a reading alone, by mention."""
    extraction = result.extraction
    incidents = assemble([extraction.document], extraction.mentions, extraction.claims, [], default_vocabulary())
    return {mention.id: incident for incident in incidents for mention in incident.mentions}


def read_text(body: str, published: str = "2025-08-15", title: str | None = None) -> list[dict[str, Any]]:
    """The incidents of a text, as `geo extract` prints them."""
    prepared = prepare(Article("text", body, title=title, publisher="Example Register"), date.fromisoformat(published))
    found: list[dict[str, Any]] = as_json(read(prepared.document, prepared.warnings), "text")["incidents"]
    return found


def best(toll: dict[str, Any]) -> dict[str, int | None]:
    """The best figures of the groups that have one."""
    return {group: count["best"] for group, count in toll.items() if count}

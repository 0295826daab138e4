"""Reading curated incidents: the project's own files are sound, and each fault names file, line and value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from geo.curated import INCIDENTS_DIR, read_curated
from geo.models import DateRange, Place
from geo.pipeline import load_reference

REFERENCE = load_reference()
DOCUMENT = {"kind": "document", "key": "x-1", "publisher": "dawn", "title": "T", "url": "https://example.org/1"}
MENTION = {"kind": "mention", "key": "x-1/a", "document": "x-1", "role": "main"}


def claim(field: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"kind": "claim", "mention": "x-1/a", "field": field, "value": value, "speaker": "police",
            "stance": "official_statement", **more}  # fmt: skip


TYPE = claim("event_type", "bombing")
DATE = claim("date", {"first": "2025-09-18", "last": "2025-09-18", "prec": 1})
PLACE = claim("place", {"text": "Kalat district", "where_prec": 3, "districts": ["Kalat"]})
SOUND = [DOCUMENT, MENTION, TYPE, DATE, PLACE]


def read(folder: Path, rows: list[Any]) -> tuple[Any, list[str]]:
    lines = [row if isinstance(row, bytes) else orjson.dumps(row) for row in rows]
    (folder / "x.jsonl").write_bytes(b"\n".join(lines))
    records, faults = read_curated(REFERENCE, folder)
    return records, [str(fault) for fault in faults]


def test_the_projects_own_incidents_are_sound_and_sourced() -> None:
    records, faults = read_curated(REFERENCE)
    assert [str(fault) for fault in faults] == []
    assert len(records.mentions) >= 100
    documents = {document.id: document for document in records.documents}
    for made in records.claims:
        assert made.original is None
        assert made.origin == "curated"
        assert made.document_id in documents
    assert {mention.document_id for mention in records.mentions} <= set(documents)


def test_a_sound_file_becomes_records(tmp_path: Path) -> None:
    records, faults = read(tmp_path, SOUND)
    assert faults == []
    values = {made.field: made.value for made in records.claims}
    assert values["event_type"] == "bombing"
    assert isinstance(values["date"], DateRange)
    assert isinstance(values["place"], Place)
    assert values["place"].place_id == "district:kalat"


def test_a_stated_town_gets_its_point_from_the_gazetteer(tmp_path: Path) -> None:
    place = claim("place", {"text": "market in Turbat", "name": "Turbat", "where_prec": 1, "districts": ["Kech"]})
    records, faults = read(tmp_path, [DOCUMENT, MENTION, TYPE, DATE, place])
    assert faults == []
    found = next(made.value for made in records.claims if made.field == "place")
    assert (found.districts, round(found.lat), round(found.lon)) == (("Kech",), 26, 63)


@pytest.mark.parametrize(
    ("row", "line", "words"),
    [
        (b"{", 6, "is not JSON"),
        ({"kind": "rumour"}, 6, "kind 'rumour'"),
        ({**MENTION, "key": "x-1/b", "mood": 1}, 6, "unknown member 'mood'"),
        ({**DOCUMENT, "url": "javascript:alert(1)", "key": "x-2"}, 6, "must start with https"),
        (DOCUMENT, 6, "already stands in x.jsonl:1"),
        ({**MENTION, "key": "x-1/b", "document": "x-9"}, 6, "document 'x-9'"),
        ({**MENTION, "key": "x-1/b", "role": "hero"}, 6, "'hero'"),
        (TYPE, 6, "stands twice"),
        (claim("event_type", "massacre"), 6, "'massacre'"),
        (claim("killed.total", {"low": 5, "best": 2, "high": 9}), 6, "low <= best <= high"),
        (claim("killed.total", None), 6, "needs a value"),
        (claim("mood", 1), 6, "'mood'"),
        (claim("perpetrator", {"actor": "martians", "basis": "unknown"}), 6, "'martians'"),
        (claim("perpetrator", {"actor": "bla", "basis": "rumour"}), 6, "'rumour'"),
        (claim("date", {"first": "2025-02-30", "last": "2025-03-01", "prec": 1}), 6, "day"),
        (claim("place", {"text": "x", "where_prec": 3, "districts": ["Atlantis"]}), 6, "'Atlantis'"),
        (claim("place", {"text": "x", "where_prec": 3}), 6, "needs a district"),
        (claim("place", {"text": "x", "where_prec": 4, "districts": ["Kech"]}), 6, "has no district"),
        (claim("place", {"text": "x", "where_prec": 1, "districts": ["Kech"]}), 6, "needs a `name`"),
        (claim("place", {"text": "x", "name": "Turbat", "where_prec": 1, "districts": ["Zhob"]}), 6, "Turbat"),
        (claim("killed.total", {"low": 1, "best": 1, "high": 1}, speaker=""), 6, "needs a speaker"),
        (claim("killed.total", {"low": 1, "best": 1, "high": 1}, stance="gossip"), 6, "'gossip'"),
        ({"kind": "link", "a": "x-1/a", "b": "x-1/a", "relation": "same", "why": ""}, 6, "linked to itself"),
        ({"kind": "claim", "mention": "x-1/a", "field": "date"}, 6, "is missing"),
    ],
)
def test_a_fault_names_file_line_and_value_and_the_rest_is_used(
    tmp_path: Path, row: Any, line: int, words: str
) -> None:
    records, faults = read(tmp_path, [*SOUND, row])
    assert len(faults) == 1
    assert faults[0].startswith(f"x.jsonl:{line}: ")
    assert words in faults[0]
    assert len(records.mentions) == 1
    assert len(records.claims) == 3


def test_a_mention_without_a_place_is_left_out_and_said(tmp_path: Path) -> None:
    records, faults = read(tmp_path, [DOCUMENT, MENTION, TYPE, DATE])
    assert records.mentions == ()
    assert "no claim on place" in faults[0]


def test_curated_titles_and_values_use_neutral_words() -> None:
    """Our own words are neutral; outlets' headlines (document titles) stay theirs."""
    loaded = re.compile(r"martyr|terroris|neutrali[sz]ed|freedom fighter|eliminat|hell\b", re.IGNORECASE)
    for path in sorted(INCIDENTS_DIR.glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            row = orjson.loads(line)
            row.pop("title", None)
            row.pop("url", None)
            assert not loaded.search(orjson.dumps(row).decode()), f"{path.name}:{number}"

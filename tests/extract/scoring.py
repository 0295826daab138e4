"""A small scorer of readings against labelled reports; the corpora's own scorer, beside the project, says it finer.

A reading matches a label of its districts and of its day, give or take one; labels outside the province, optional
ones and those of no conflict count neither way.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from geo.districts import load_districts
from geo.vocab import default_vocabulary
from tests.extract.reading import read_report

Row = dict[str, Any]
SHARES = ("date", "killed", "injured", "perpetrator")
KHWARIJ = {"fitna-al-khwarij": "ttp"}  # the label under which the state speaks of the TTP


def score(folder: Path) -> dict[str, float]:
    """precision, recall, f1, and the share of matched incidents whose killed, injured, date and perpetrator are right.

    `strict_f1` counts a match only where date, killed and perpetrator are right.
    """
    counted: Counter[str] = Counter()
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        report = json.loads(line)
        _, printed = read_report(folder / report["file"])
        _score_report(report["incidents"], printed["incidents"], counted)
    found, labelled = counted["matched"] + counted["extra"], counted["matched"] + counted["missed"]
    shares = {
        field: counted[f"{field} right"] / counted[field] for field in ("date", "killed", "injured", "perpetrator")
    }
    return {
        "precision": counted["matched"] / found,
        "recall": counted["matched"] / labelled,
        "f1": 2 * counted["matched"] / (found + labelled),
        "strict_f1": 2 * counted["strict"] / (found + labelled),
        **shares,
    }


def _score_report(labels: list[Row], readings: list[Row], counted: Counter[str]) -> None:
    pairs = [(_likeness(a, b), i, j) for i, a in enumerate(labels) for j, b in enumerate(readings)]
    open_labels, open_readings = set(range(len(labels))), set(range(len(readings)))
    for likeness, i, j in sorted(pairs, reverse=True):
        if likeness <= 0 or i not in open_labels or j not in open_readings:
            continue
        open_labels.remove(i)
        open_readings.remove(j)
        if not _aside(labels[i]):
            counted["matched"] += 1
            counted["strict"] += all(_compare(labels[i], readings[j], counted))
    elsewhere = any(label["province"] != "Balochistan" for label in labels)
    counted["missed"] += sum(not _aside(labels[i]) for i in open_labels)
    counted["extra"] += sum(readings[j]["province"] == "Balochistan" or not elsewhere for j in open_readings)


def _aside(label: Row) -> bool:
    return bool(label.get("optional")) or label.get("conflict") is False or label["province"] != "Balochistan"


def _compare(label: Row, reading: Row, counted: Counter[str]) -> Iterator[bool]:
    """Whether each field is right; a number of injured is counted, and asked of nobody."""
    if label["date_precision"] in ("day", "days") and not label.get("date_approx"):
        yield _count(counted, "date", reading["date_start"] in {label["date_start"], *label.get("date_alt", ())})
    killed, shown = label["killed"]["total"], _best(reading["killed"]["total"])
    if killed is not None or shown:
        yield _count(counted, "killed", shown in {killed, *label.get("killed_total_alt", ())} - {None})
    injured = label["injured"]["total"]
    if injured:
        accepted = {injured, *label.get("injured_total_alt", ())}
        _count(counted, "injured", _best(reading["injured"]["total"]) in accepted)
    actors = {_side(name) for name in (label["perpetrator"], *label.get("perpetrator_alt", ()))}
    yield _count(counted, "perpetrator", _side(reading["perpetrator"]) in actors)


def _count(counted: Counter[str], field: str, right: bool) -> bool:
    counted[field] += 1
    counted[f"{field} right"] += right
    return right


def _best(count: Row | None) -> int | None:
    return count["best"] if count else None


def _side(name: str) -> str:
    """Who it is at the top of its lineage: the CTD and the army are the state's forces."""
    vocabulary = default_vocabulary()
    actor = vocabulary.actor(name)
    return vocabulary.lineage(KHWARIJ.get(actor.id, actor.id))[-1] if actor else name


def _likeness(label: Row, reading: Row) -> float:
    """0 for no match; else more, the more is alike."""
    gap = _days_apart(label, reading)
    if not _same_place(label, reading) or gap > 1:
        return 0.0
    alike = label["killed"]["total"] is not None and label["killed"]["total"] == _best(reading["killed"]["total"])
    return 2.0 - gap + 0.5 * (label["event_type"] == reading["event_type"]) + 0.75 * alike


def _same_place(label: Row, reading: Row) -> bool:
    wanted = {_district(name) for name in label.get("districts") or [label["district"]] if name}
    got = {_district(name) for name in reading["districts"]}
    if not wanted or not got:
        return wanted == got
    return len(wanted & got) / len(wanted | got) >= 0.5


def _district(name: str) -> str:
    district = load_districts().find(name)
    return district.id if district else name


def _days_apart(label: Row, reading: Row) -> int:
    days = (label["date_start"], label["date_end"], reading["date_start"], reading["date_end"])
    if not all(days):
        return 0
    first, last, start, end = map(date.fromisoformat, days)
    return max((start - last).days, (first - end).days, 0)

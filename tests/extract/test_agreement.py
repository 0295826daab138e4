"""What `geo extract` prints of an incident is what assembling its stored claims shows: one rule serves both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geo.extract.tolls import Toll
from geo.models import GROUPS, CountRange, Incident
from tests.extract.reading import DEV, REPORTS, assembled, read_report

FILES = sorted([*REPORTS.glob("[ab]/*.txt"), *DEV.glob("*.txt")])


def figures_of(incident: Incident) -> dict[str, Any]:
    """The counts that an assembled incident shows, in the shape of the printed ones."""

    def shown(name: str) -> dict[str, int | None] | None:
        value = incident.estimates[name].value if name in incident.estimates else None
        return value.as_json() if isinstance(value, CountRange) else None

    figures: dict[str, Any] = {harm: {g: shown(f"{harm}.{g}") for g in GROUPS} for harm in ("killed", "injured")}
    return figures | {harm: shown(f"{harm}.total") for harm in ("abducted", "arrested")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_printed_and_assembled_figures_agree(path: Path) -> None:
    result, printed = read_report(path)
    incidents = assembled(result)
    for incident in printed["incidents"]:
        stored = incidents[incident["mention_id"]]
        assert {name: incident[name] for name in figures_of(stored)} == figures_of(stored)
        assert incident["disputed"] == stored.disputed


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_claims_give_the_main_account_that_was_read(path: Path) -> None:
    """Best figures: a rival's figure may widen a range, never move it; the codebook takes the lower of two that tie."""
    result, printed = read_report(path)
    for reading, incident in zip(result.readings, printed["incidents"], strict=True):
        for harm in ("killed", "injured"):
            toll: Toll = reading.tolls[harm]
            for group in GROUPS:
                read = getattr(toll, group)
                if read is not None and read.best is not None and not incident["disputed"]:
                    assert incident[harm][group]["best"] == read.best, (incident["title"], harm, group)

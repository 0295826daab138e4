"""The five articles that the project started from, where they are at hand, against what each of them says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.documents import prepare, read_articles
from geo.extract import read
from geo.extract.present import as_json

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "articles"
PUBLISHED = {"001": date(2025, 1, 13), "002": date(2026, 2, 5), "003": date(2026, 2, 4), "004": date(2025, 11, 4)}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the starting articles are not beside the project")


def incidents(number: str) -> list[dict[str, Any]]:
    path = next(FOLDER.glob(f"{number}_*.txt"))
    prepared = prepare(next(read_articles(path)), PUBLISHED.get(number))
    found: list[dict[str, Any]] = as_json(read(prepared.document, prepared.warnings), path.name)["incidents"]
    return found


def killed(incident: dict[str, Any], group: str = "total") -> tuple[int | None, int | None] | None:
    count = incident["killed"][group]
    return (count["low"], count["best"]) if count else None


def test_000_residents_against_militants_at_korki() -> None:
    (found,) = incidents("000")
    assert (found["event_type"], found["districts"], found["where_prec"]) == ("armed_clash", ["Kalat"], 2)
    assert (found["date_start"], found["date_prec"]) == (None, 0)
    assert killed(found, "militants") == (3, None)
    assert (found["perpetrator"], found["perpetrator_basis"], found["attributed_by"]) == (
        "residents",
        "attributed_by_others",
        "local sources",
    )
    assert found["target"] == "Fitna al-Hindustan"
    assert {c["value"]["name"] for c in found["claims"] if c["field"] == "perpetrator"} == {"residents"}


def test_001_the_operation_in_ketch_and_three_recalled_attacks() -> None:
    operation, convoy, station, august = incidents("001")
    assert (operation["event_type"], operation["districts"], operation["where_prec"]) == (
        "security_operation",
        ["Kech"],
        3,
    )
    assert operation["place"]["text"] == "Ketch"
    assert operation["killed"]["militants"] == {"low": 27, "best": 27, "high": None}
    assert operation["date_prec"] != 1
    assert operation["attributed_by"] == "Pakistan military"
    assert [i["role"] for i in (convoy, station, august)] == ["background"] * 3
    assert (convoy["districts"], convoy["where_prec"], convoy["date_start"]) == (["Kech"], 2, "2025-01-04")
    assert (killed(convoy, "security"), convoy["perpetrator_basis"]) == ((6, 6), "attributed_by_media")
    assert (station["districts"], killed(station), killed(station, "security")) == (["Quetta"], (26, 26), (16, 16))
    assert station["perpetrator_basis"] == "claimed_by_group"
    assert (august["districts"], august["where_prec"], killed(august)) == ([], 4, (39, 39))


def test_002_the_campaign_the_wave_and_the_takeover() -> None:
    campaign, wave, takeover = incidents("002")
    assert campaign["campaign"]
    assert wave["campaign"]
    assert campaign["killed"]["militants"] == {"low": 216, "best": 216, "high": None}
    assert (wave["event_type"], wave["perpetrator"], wave["perpetrator_basis"]) == (
        "armed_attack",
        "BLA",
        "attributed_by_media",
    )
    assert killed(wave, "civilians") == (24, None)
    assert (wave["date_start"], wave["date_end"], wave["date_prec"]) == ("2026-01-21", "2026-01-31", 4)
    assert (takeover["event_type"], takeover["districts"]) == ("takeover", ["Nushki"])
    assert takeover["date_prec"] > 1, "three days are a length; the text doesn't say when they began"


def test_003_the_wave_of_saturday_and_the_operations() -> None:
    operations, wave = incidents("003")
    assert (killed(operations, "militants"), killed(operations, "security")) == ((197, 197), (22, 22))
    assert (operations["attributed_by"], operations["campaign"]) == ("security officials", True)
    assert (wave["date_start"], killed(wave, "civilians")) == ("2026-01-31", (36, 36))
    assert (wave["perpetrator"], wave["perpetrator_basis"]) == ("Fitna al-Hindustan", "attributed_by_authorities")


def test_004_one_operation_in_kalat_and_two_outside() -> None:
    operation, *outside = incidents("004")
    assert (operation["districts"], operation["date_start"]) == (["Kalat"], "2025-11-01")
    assert (killed(operation, "militants"), operation["attributed_by"]) == ((4, 4), "ISPR")
    assert operation["target"] == "BLA"
    targets = {c["value"]["name"] for c in operation["claims"] if c["field"] == "target"}
    assert targets == {"BLA", "Fitna al-Hindustan"}
    assert all(not i["districts"] and i["province"] != "Balochistan" for i in outside)
    pakhtunkhwa = next(i for i in outside if i["province"] == "Khyber Pakhtunkhwa")
    assert (killed(pakhtunkhwa, "militants"), pakhtunkhwa["date_start"]) == ((3, 3), "2025-11-03")
    border = next(i for i in outside if i is not pakhtunkhwa)
    assert (border["country"], border["where_prec"], border["place"]["lat"]) == ("AF", 6, None)

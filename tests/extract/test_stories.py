"""Stages attach and resolve: whole texts, written for these tests, to incidents."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from geo.documents import Article, prepare
from geo.extract import read
from geo.extract.present import as_json

FRIDAY = date(2025, 8, 8)


def incidents(body: str, published: date | None = FRIDAY, title: str | None = None) -> list[dict[str, Any]]:
    prepared = prepare(Article("a.txt", body, title=title, publisher="Dawn"), published)
    shown = as_json(read(prepared.document, prepared.warnings), "a.txt")
    text = shown["document"]["text"]
    for incident in shown["incidents"]:
        for claim in incident["claims"]:
            start, end = claim["span"]
            assert text[start:end] == claim["original"]
            if claim["speaker_span"]:
                assert text[slice(*claim["speaker_span"])]
    found: list[dict[str, Any]] = shown["incidents"]
    return found


def best(toll: dict[str, Any]) -> dict[str, int]:
    return {group: count["best"] for group, count in toll.items() if count}


def test_an_operation_that_its_forces_announce() -> None:
    (found,) = incidents(
        "RAWALPINDI: Security forces killed four terrorists of Fitna al-Hindustan during an intelligence-based "
        "operation in Kalat district on Thursday, the ISPR said. A soldier also embraced martyrdom."
    )
    assert (found["event_type"], found["districts"], found["date_start"]) == (
        "security_operation",
        ["Kalat"],
        "2025-08-07",
    )
    assert best(found["killed"]) == {"total": 5, "militants": 4, "security": 1}
    assert (found["perpetrator"], found["perpetrator_basis"], found["attributed_by"], found["target"]) == (
        "Pakistan security forces",
        "attributed_by_authorities",
        "ISPR",
        "Fitna al-Hindustan",
    )


def test_a_roundup_is_its_parts_and_not_its_sum() -> None:
    found = incidents(
        "QUETTA: Five people were killed in separate attacks in Turbat and Panjgur on Thursday, officials said.\n"
        "Gunmen on motorcycles shot dead two labourers in the Absar area of Turbat, police said.\n"
        "In another incident, three men died when a bomb exploded near a hotel in Panjgur. "
        "No group has claimed responsibility."
    )
    assert [(i["districts"], best(i["killed"])["total"]) for i in found] == [(["Kech"], 2), (["Panjgur"], 3)]
    assert [i["date_start"] for i in found] == ["2025-08-07", "2025-08-07"]
    assert {i["perpetrator"] for i in found} == {"unknown"}


def test_a_claim_and_a_rival_figure_stay_claims_of_the_group() -> None:
    (found,) = incidents(
        "Three soldiers were killed when a bomb hit their vehicle in Buleda, Kech, on Wednesday, police said. "
        "The Balochistan Liberation Front (BLF) claimed responsibility for the attack. "
        "Its spokesperson said that 12 soldiers had been killed."
    )
    assert best(found["killed"]) == {"total": 3, "security": 3}
    assert (found["perpetrator"], found["perpetrator_basis"]) == ("BLF", "claimed_by_group")
    figures = {(c["speaker"], c["value"]["best"]) for c in found["claims"] if c["field"] == "killed.security"}
    assert figures == {("police", 3), ("BLF", 12)}
    assert found["disputed"]


def test_a_toll_that_rises_replaces_the_first() -> None:
    (found,) = incidents(
        "A blast in Chaman on Thursday killed four people instantly and injured two others, officials said. "
        "The wounded later succumbed to their injuries, raising the death toll to six."
    )
    assert best(found["killed"])["total"] == 6


def test_background_is_marked_and_dated_by_its_own_words() -> None:
    main, recalled = incidents(
        "Two policemen were shot dead by unknown men in Mastung on Thursday, police said. "
        "Last month, five people were killed in a suicide attack in Khuzdar."
    )
    assert (main["role"], recalled["role"]) == ("main", "background")
    assert (recalled["date_start"], recalled["date_end"], recalled["date_prec"]) == ("2025-07-01", "2025-07-31", 4)


@pytest.mark.parametrize(
    ("text", "role", "start"),
    [
        (
            "The minister on Tuesday inaugurated a police station in Mastung that had been attacked last year.",
            1,
            "2024-01-01",
        ),
        (
            "A bridge near Mastung which had been blown up last month was reopened to traffic on Tuesday.",
            1,
            "2025-07-01",
        ),
        ("A school in Mastung that had been attacked in March 2023 was reopened on Tuesday.", 1, "2023-03-01"),
        ("The body of a labourer who had been abducted last month was found in Mastung on Tuesday.", 0, "2025-08-05"),
        ("A convoy that had left Quetta was attacked in Mastung on Tuesday.", 0, "2025-08-05"),
        ("A bomb that had been planted on a motorcycle exploded in Mastung on Tuesday.", 0, "2025-08-05"),
    ],
)
def test_what_a_report_only_recalls_of_a_thing(text: str, role: int, start: str) -> None:
    """The day of the report's own news is not the day of what had happened before."""
    (found,) = incidents(text)
    assert (found["role"], found["date_start"]) == (("main", "background")[role], start)


def test_places_that_are_none_of_the_incident() -> None:
    (found,) = incidents(
        "KARACHI: A Quetta-bound bus from Gwadar came under fire near Ormara on Thursday, leaving a passenger dead. "
        "The wounded were shifted to Turbat, and the driver, a resident of Khuzdar, is safe."
    )
    assert found["districts"] == ["Gwadar"]


def test_an_accusation_and_its_denial() -> None:
    (found,) = incidents(
        "A trader was gunned down in Kharan on Thursday, and a security official said the BLA was the main suspect. "
        "The Baloch Liberation Army (BLA) denied the killing."
    )
    assert (found["perpetrator"], found["perpetrator_basis"]) == ("BLA", "denied")


@pytest.mark.parametrize(
    "body",
    [
        "Ten people died and 20 were injured when a bus plunged into a ravine near Khuzdar on Thursday, police said.",
        "Two brothers were killed in a clash over a land dispute in Sibi on Thursday, police said.",
        "Quetta Gladiators attacked the Kings' bowlers, and one of the sixes went into the crowd like a rocket.",
        "The high court in Quetta stopped a takeover of land; the judges fired questions at the counsel.",
        "More than 240 policemen have been killed in the past three years in Balochistan, the minister said.",
        "Militants have often attacked convoys in Balochistan, analysts say.",
        "The minister vowed that the attackers would be brought to justice if they were found.",
        "Nine people were killed as flash floods swept through Lasbela on Thursday.",
    ],
)
def test_texts_without_an_incident_give_none(body: str) -> None:
    assert incidents(body) == []


def test_a_data_base_summary() -> None:
    (found,) = incidents(
        "01/10/2021: Assailants threw a grenade at a checkpoint in Turbat, Balochistan, Pakistan. At least two "
        "soldiers were injured in the blast. No group claimed responsibility for the incident.",
        date(2021, 6, 30),
    )
    assert (found["event_type"], found["districts"], found["date_start"]) == ("bombing", ["Kech"], "2021-01-10")
    assert found["injured"]["security"] == {"low": 2, "best": 2, "high": None}
    assert found["perpetrator_basis"] == "unknown"


def test_a_day_that_is_not_told_is_never_the_publication_day() -> None:
    (found,) = incidents("Six militants were killed in an operation in Zhob, the ISPR said.")
    assert (found["date_start"], found["date_prec"]) == (None, 0)


def test_the_day_of_the_statement_gives_a_window() -> None:
    (found,) = incidents("Six militants were killed in an operation in Zhob, the ISPR said on Thursday.")
    assert (found["date_start"], found["date_end"], found["date_prec"]) == ("2025-08-06", "2025-08-07", 2)


def test_titles_are_made_and_name_nobody() -> None:
    (found,) = incidents(
        "Mufti Gulzar Khan, a cleric, was shot dead by unknown men in Turbat on Thursday, police said.",
        title="Mufti Gulzar Khan martyred",
    )
    assert "Gulzar" not in found["title"]
    assert found["title"].startswith("Targeted killing, Turbat, Kech, 7 Aug 2025: 1 killed")


def test_reading_again_gives_the_same() -> None:
    body = "Two policemen were shot dead by unknown men in Mastung on Thursday, police said."
    assert incidents(body) == incidents(body)


def test_a_summary_that_counts_the_attacker_and_an_attribution_by_others() -> None:
    (found,) = incidents(
        "02/17/2020: A suicide bomber detonated near a procession in Quetta, Balochistan, Pakistan. In addition to the "
        "bomber, eight people were killed and 23 people were injured. No group claimed responsibility; however, "
        "sources attributed the attack to Lashkar-e-Jhangvi.",
        date(2020, 12, 31),
    )
    assert best(found["killed"]) == {"total": 9, "militants": 1}
    assert (found["perpetrator"], found["perpetrator_basis"]) == ("LeJ", "attributed_by_others")


def test_a_wave_of_attacks_and_the_operation_that_answers_it_are_two_campaigns() -> None:
    wave, answer = incidents(
        "Coordinated attacks across Balochistan killed 20 civilians on Wednesday, officials said. "
        "The counter-terrorism campaign that followed was launched on Thursday; security forces killed 50 militants, "
        "the ISPR said."
    )
    assert (wave["campaign"], answer["campaign"]) == (True, True)
    assert (best(wave["killed"])["total"], best(answer["killed"])["total"]) == (20, 50)
    assert answer["event_type"] == "security_operation"


def test_residents_who_fight_militants_act_and_the_label_is_their_foes() -> None:
    (found,) = incidents(
        "KALAT: Villagers took up arms and overpowered militants of Fitna al-Hindustan in an armed clash near "
        "Mangochar on Thursday, police said. Two militants were killed."
    )
    assert (found["event_type"], found["perpetrator"], found["target"]) == (
        "armed_clash",
        "residents",
        "Fitna al-Hindustan",
    )
    assert found["perpetrator_basis"] == "attributed_by_authorities"


def test_a_length_gives_the_end_only_where_the_start_is_known() -> None:
    known, unknown = (
        incidents(f"Militants seized the police station in Nushki{day}, and a three-day siege followed.")
        for day in (" on Tuesday", "")
    )
    assert [(i["date_start"], i["date_end"], i["date_prec"]) for i in known] == [("2025-08-05", "2025-08-07", 1)]
    assert [i["date_end"] for i in unknown] == [None]


def test_a_seat_of_government_is_no_place_of_what_happened() -> None:
    found = incidents(
        "QUETTA: Two policemen were killed when gunmen attacked their post in Zhob on Wednesday, officials said.\n"
        "Islamabad says that such attacks are planned abroad. Kabul rejects the allegation.\n"
        "Islamabad and Kabul were engaged in a border clash last month."
    )
    assert [(i["districts"], i["country"]) for i in found] == [(["Zhob"], "PK"), ([], "AF")]
    assert all(i["place"]["name"] != "Islamabad" for i in found)


def test_days_that_cannot_be_told_still_part_two_acts() -> None:
    found = incidents(
        "The military said that five militants were killed in an operation in Kech district.\n"
        "In one of the recent attacks, on January 4, a convoy was ambushed near Turbat, and six soldiers were killed.",
        published=None,
    )
    assert [best(i["killed"]) for i in found] == [
        {"total": 5, "militants": 5},
        {"total": 6, "security": 6},
    ]
    assert [i["date_start"] for i in found] == [None, None]


@pytest.mark.parametrize(("hospital", "disputed"), [("seven", True), ("at least four", False)])
def test_figures_of_two_speakers_that_exclude_each_other_are_disputed(hospital: str, disputed: bool) -> None:
    (found,) = incidents(
        "Five people were killed in a bomb blast in Hub on Thursday, police said. "
        f"Hospital officials said that {hospital} people were killed."
    )
    assert found["disputed"] is disputed

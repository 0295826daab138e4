"""One-paragraph summaries as incident databases write them, agency reports and tickers: all made for these tests."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from geo.documents import Article, prepare
from geo.extract import read
from geo.extract.present import as_json


def only(text: str, published: date | None = None) -> dict[str, Any]:
    """The one incident of a text."""
    prepared = prepare(Article("a.txt", text, publisher="Dawn"), published)
    (found,) = as_json(read(prepared.document, prepared.warnings), "a.txt")["incidents"]
    return dict(found)


def number(toll: dict[str, Any], group: str = "total") -> int | None:
    count = toll[group]
    return count["best"] if count else None


SUMMARIES = [
    (
        "01/10/2021: Assailants threw a grenade at a police vehicle in Turbat, Balochistan, Pakistan. At least three "
        "people were injured in the attack. No group claimed responsibility for the incident.",
        ("bombing", "2021-01-10", ["Kech"], None, 3, "unknown", "unknown"),
    ),
    (
        "03/14/2019: An explosive device detonated on a railway track in Dera Murad Jamali, Balochistan, Pakistan. "
        "There were no reported casualties in the blast. No group claimed responsibility for the incident; however, "
        "sources attributed the attack to the Baloch Republican Army (BRA).",
        ("sabotage", "2019-03-14", ["Nasirabad"], 0, 0, "BRA", "attributed_by_others"),
    ),
    (
        "11/02/2017: Gunmen opened fire on a Levies checkpoint in Mastung district, Balochistan, Pakistan. Two Levies "
        "soldiers were killed and one other was wounded in the assault. This was one of two attacks in the area on the "
        "same day. No group claimed responsibility; however, sources attributed the attack to the Baloch Liberation "
        "Army (BLA).",
        ("armed_attack", "2017-11-02", ["Mastung"], 2, 1, "BLA", "attributed_by_others"),
    ),
    (
        "09/05/2020: A roadside bomb detonated targeting a Frontier Corps (FC) convoy near Hoshab, Balochistan, "
        "Pakistan. An unknown number of people were killed and injured in the blast. The Baloch Liberation Front (BLF) "
        "claimed responsibility for the attack.",
        ("bombing", "2020-09-05", ["Kech"], None, None, "BLF", "claimed_by_group"),
    ),
    (
        "02/17/2020: A suicide bomber detonated an explosives-laden vest near a rally in Quetta, Balochistan, "
        "Pakistan. In addition to the assailant, eight people, including two police officers, were killed and 20 "
        "people were injured in the blast. No group claimed responsibility for the attack.",
        ("suicide_attack", "2020-02-17", ["Quetta"], 9, 20, "unknown", "unknown"),
    ),
    (
        "04/18/2019: Assailants stopped passenger buses along the Makran Coastal Highway near Ormara, Balochistan, "
        "Pakistan. The assailants abducted and killed 14 passengers. Baloch Raji Ajoi Sangar (BRAS) claimed "
        "responsibility for the incident.",
        ("abduction", "2019-04-18", ["Gwadar"], 14, None, "BRAS", "claimed_by_group"),
    ),
    (
        "13/05/2017: Gunmen shot dead ten labourers in Gwadar, Balochistan, Pakistan. The Balochistan Liberation Army "
        "claimed responsibility for the attack.",
        ("targeted_killing", "2017-05-13", ["Gwadar"], 10, None, "BLA", "claimed_by_group"),
    ),
    (
        "06/21/2018: Assailants abducted three civilians in Panjgur, Balochistan, Pakistan. The whereabouts of the "
        "victims is unknown. No group has claimed responsibility for the incident.",
        ("abduction", "2018-06-21", ["Panjgur"], None, None, "unknown", "unknown"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), SUMMARIES)
def test_a_database_summary(text: str, expected: tuple[Any, ...]) -> None:
    found = only(text)
    read_as = (
        found["event_type"],
        found["date_start"],
        found["districts"],
        number(found["killed"]),
        number(found["injured"]),
        found["perpetrator"],
        found["perpetrator_basis"],
    )
    assert read_as == expected


@pytest.mark.parametrize(
    ("text", "group", "killed"),
    [
        ("A suicide bomber struck a bus in Dalbandin. The assailant was killed and six were hurt.", "militants", 1),
        ("A bomb exploded in Kuchlak. Four people, including the assailant, were killed.", "militants", 1),
        ("Nine people were killed when gunmen took passengers off a coach near Ormara.", "civilians", 9),
        ("Gunmen killed three men in Turbat. The deceased were labourers from Punjab.", "civilians", 3),
        ("Gunmen shot a man dead in Turbat bazaar.", "civilians", None),
        ("Five people, including a child, died in a bomb blast in Hub.", "civilians", None),
        ("Gunmen killed 14 passengers near Ormara, including ten Navy personnel.", "security", 10),
    ],
)
def test_who_the_dead_are(text: str, group: str, killed: int | None) -> None:
    assert number(only(text)["killed"], group) == killed


@pytest.mark.parametrize(
    "text",
    [
        "Two militants were killed when security forces foiled an attack on a convoy in Gwadar, the military said.",
        "Terrorists attacked a check-post in Kohlu and FC troops killed three attackers. The attack was repulsed.",
        "Armed men stormed a Levies post in Kalat and the personnel beat off the attack, killing one militant.",
    ],
)
def test_an_attack_that_was_beaten_off_is_no_operation(text: str) -> None:
    assert only(text)["event_type"] == "armed_attack"


def test_a_local_name_with_a_towns_name_in_it_lies_where_the_report_comes_from() -> None:
    found = only(
        "KALAT: Armed men stormed a Levies post in the Shah Mardan area late on Friday night. Two Levies men died.",
        date(2025, 2, 16),
    )
    assert (found["districts"], found["where_prec"], found["date_start"]) == (["Kalat"], 3, "2025-02-14")


def test_bodies_of_people_are_dead() -> None:
    found = only("The bodies of three men who had been kidnapped were found in the Parom area of Panjgur on Sunday.")
    assert number(found["killed"]) == 3


def test_a_ticker_without_a_day_has_none() -> None:
    found = only("BREAKING: Blast near police van in Quetta; 4 injured, including 2 cops: police", date(2021, 11, 14))
    assert (found["event_type"], found["date_start"], number(found["injured"])) == ("bombing", None, 4)


def test_the_second_operation_of_a_sum_is_one_too() -> None:
    text = (
        "RAWALPINDI: Security forces killed seven terrorists of Fitna al Hindustan in two separate operations in "
        "Balochistan, the ISPR said on Saturday. In the first operation in Kharan district, four terrorists were "
        "killed. Three others were gunned down in Washuk district."
    )
    prepared = prepare(Article("a.txt", text), date(2025, 9, 20))
    found = as_json(read(prepared.document, prepared.warnings), "a.txt")["incidents"]
    assert [(i["event_type"], i["districts"], number(i["killed"], "militants"), i["target"]) for i in found] == [
        ("security_operation", ["Kharan"], 4, "Fitna al-Hindustan"),
        ("security_operation", ["Washuk"], 3, "Fitna al-Hindustan"),
    ]


def test_relatives_who_say_that_forces_took_somebody_and_police_who_deny_it() -> None:
    found = only(
        "Family members of a student said that he was taken away by personnel of the security forces from his home in "
        "Turbat on Monday night. Police denied having arrested him.",
        date(2025, 9, 20),
    )
    assert (found["event_type"], found["perpetrator"], found["perpetrator_basis"], found["disputed"]) == (
        "abduction",
        "Pakistan security forces",
        "denied",
        True,
    )


def test_the_bodies_of_the_kidnapped_go_on_with_their_story() -> None:
    found = only(
        "KALAT: Gunmen kidnapped four employees of a construction company in Johan on Wednesday. The bodies of two of "
        "them were found on Friday in the mountains.",
        date(2025, 9, 20),
    )
    assert (found["abducted"]["best"], number(found["killed"]), found["date_start"]) == (4, 2, "2025-09-17")


def test_a_minister_who_holds_a_group_responsible_accuses_it() -> None:
    found = only(
        "LORALAI: Nine passengers were shot dead on a highway in Loralai on Thursday. The chief minister held Fitna "
        "al-Hindustan responsible.",
        date(2025, 9, 20),
    )
    assert (found["perpetrator"], found["perpetrator_basis"]) == ("Fitna al-Hindustan", "attributed_by_authorities")


def test_a_street_named_after_a_town_is_not_there() -> None:
    found = only("HUB: Gunmen shot dead a trader at Lasbela Chowk on Friday, police said.", date(2025, 9, 20))
    assert found["districts"] == ["Hub"]


def test_passengers_taken_off_and_shot_in_the_next_sentence() -> None:
    found = only(
        "BARKHAN: Militants blocked the highway for several hours on Wednesday night and checked vehicles. They "
        "offloaded seven passengers from a Lahore-bound bus and shot them dead, the deputy commissioner said.",
        date(2025, 9, 20),
    )
    assert (number(found["killed"]), number(found["killed"], "civilians"), found["date_start"]) == (7, 7, "2025-09-17")
    assert (found["districts"], found["where_prec"]) == (["Barkhan"], 3)


def test_as_many_means_the_number_before() -> None:
    found = only("Two policemen were martyred and as many injured when armed men attacked a patrol in Hub on Friday.")
    assert (number(found["killed"]), number(found["injured"])) == (2, 2)


def test_taken_from_a_place_is_taken_there() -> None:
    found = only("Armed men abducted a judge, Muhammad Jan, and his driver from Kharan bazaar on Thursday.")
    assert (found["event_type"], found["districts"]) == ("abduction", ["Kharan"])


def test_another_place_also_attacked_in_one_district_is_another_act() -> None:
    text = (
        "The Balochistan Liberation Front claimed responsibility for killing two personnel of the Frontier Corps in an "
        "attack on a post in Mand on September 17. In a statement, its spokesman said that BLF fighters also attacked "
        "a military convoy in Tump, killing four personnel."
    )
    prepared = prepare(Article("a.txt", text), date(2025, 9, 20))
    found = as_json(read(prepared.document, prepared.warnings), "a.txt")["incidents"]
    assert [(i["place"]["name"], number(i["killed"], "security"), i["perpetrator"]) for i in found] == [
        ("Mand", 2, "BLF"),
        ("Tump", 4, "BLF"),
    ]

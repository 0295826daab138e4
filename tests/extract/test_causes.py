"""Causes of misreadings that were found on reports, each with sentences of its own: a table per cause."""

from __future__ import annotations

import pytest

from geo.models import CountRange
from tests.extract.reading import best, read_text

KILLED_AND_INJURED = [
    # What a text adds later
    (
        "Four men were killed and nine injured in a blast in Sibi on Monday. Two of the injured died at a hospital.",
        6,
        9,
    ),
    ("Five men died in a blast in Sibi on Monday. Two of the wounded succumbed, taking the toll to seven.", 7, None),
    (
        "A blast killed seven men in Sibi on Monday. Five died on the spot and two of the injured succumbed later.",
        7,
        None,
    ),
    ("A teacher was shot dead in Mand on Monday. His two sons were also killed.", 3, None),
    ("Four policemen were killed in a raid in Wadh on Monday. Two soldiers were also martyred.", 6, None),
    # One and one
    ("The tribal leader and his guard were killed by a bomb in Mand on Monday.", 2, None),
    ("The teacher and his son were wounded when a grenade went off in Khuzdar on Monday.", None, 2),
    ("A tribal elder and two of his sons were killed by a landmine in Kohlu on Monday.", 3, None),
    # As many, of the many, all of them
    ("Three soldiers were martyred and as many terrorists killed in a gun battle in Gichk on Monday.", 6, None),
    ("Two policemen were martyred and as many injured in an ambush in Mastung on Monday.", 2, 2),
    ("Prayers were offered for five of the seven miners killed in an attack in Duki on Monday.", 7, None),
    ("Four members of a Hazara family, all of them vegetable vendors, were gunned down in Quetta on Monday.", 4, None),
    # Whose word of harm it is
    ("In a raid in Kalat on Monday four militants were killed, one soldier killed and two wounded.", 5, 2),
    ("Nine militants, among them two commanders, were gunned down in a raid in Kalat on Monday.", 9, None),
    ("Two policemen guarding vaccinators were martyred when gunmen attacked them in Pishin on Monday.", 2, None),
    ("A policeman who had been injured in Sunday's firing in Sariab died in Karachi on Monday.", 1, 1),
    # Of those taken
    ("Gunmen abducted 11 miners in Mach on Monday. The hostages were killed later the same day.", 11, None),
    ("Four barbers were kidnapped in Kech on Monday; their bodies were found near Hoshab.", 4, None),
    # Somebody unhurt says nothing of others
    ("Two engineers escaped unhurt but three guards were injured by a bomb in Gwadar on Monday.", None, 3),
    ("A minister escaped unhurt when a bomb went off near his car in Khuzdar on Monday.", 0, 0),
]


@pytest.mark.parametrize(("text", "killed", "injured"), KILLED_AND_INJURED, ids=lambda value: str(value)[:40])
def test_how_many_were_killed_and_injured(text: str, killed: int | None, injured: int | None) -> None:
    (found,) = read_text(text)
    assert (best(found["killed"]).get("total"), best(found["injured"]).get("total")) == (killed, injured)


TYPES = [
    ("Assailants sabotaged a gas pipeline in Sui, Dera Bugti district, on Monday.", "sabotage"),
    ("Police discovered and defused two explosive devices in Loralai on Monday.", "bombing"),
    ("Three rockets fired from the hills landed in different parts of Quetta city on Monday.", "shelling"),
    ("Separatists fired two rockets at an FC camp in Zamuran on Monday.", "shelling"),
    ("Armed men raided a camp in Tump on Monday and took away five young men.", "abduction"),
    ("Soldiers picked up two brothers in Nal on Monday; their whereabouts are unknown, relatives said.", "abduction"),
    (
        "Two attackers were killed and a third was arrested in an assault on a base in Turbat on Monday. "
        "A soldier was martyred.",
        "armed_attack",
    ),
    (
        "Forces killed nine militants, among them two suicide bombers, in a raid in Mastung on Monday, CTD said.",
        "security_operation",
    ),
    (
        "In an encounter in Musakhel on Monday own forces killed three khwarij; two soldiers embraced martyrdom.",
        "security_operation",
    ),
    ("A roadside bomb hit a convoy in Awaran on Monday. Four soldiers, including a captain, were killed.", "bombing"),
]


@pytest.mark.parametrize(("text", "expected"), TYPES, ids=lambda value: str(value)[:40])
def test_what_happened(text: str, expected: str) -> None:
    assert [found["event_type"] for found in read_text(text)] == [expected]


PARTIES = [
    ("In March the Baloch Liberation Army seized a train in the Bolan Pass.", "BLA", "attributed_by_media"),
    ("A BLF spokesman said that on Monday its fighters ambushed a convoy in Jhao.", "BLF", "claimed_by_group"),
    ("Three men were killed when a drone fired at a house in Zehri on Monday, residents said. "
     "A security official said that seven militants were killed.", "Pakistan security forces", "attributed_by_others"),
    ("On Monday Pakistani forces forcibly disappeared two students in Panjgur.",
     "Pakistan security forces", "attributed_by_media"),
    ("Two students were whisked away from a hostel in Quetta on Monday. The Baloch Yakjehti Committee said that CTD "
     "men in plain clothes had taken them.", "Pakistan security forces", "attributed_by_others"),
    ("A bomb killed ten people at a rally in Mastung on Monday. The BLA distanced itself from the bombing.",
     "unknown", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "actor", "basis"), PARTIES, ids=lambda value: str(value)[:40])
def test_who_did_it(text: str, actor: str, basis: str) -> None:
    (found,) = read_text(text)
    assert (found["perpetrator"], found["perpetrator_basis"]) == (actor, basis)


def test_a_claim_goes_to_what_it_names() -> None:
    pipeline, line = read_text(
        "Saboteurs blew up a gas pipeline in Loti, Dera Bugti, on Monday. Hours later two towers of a transmission "
        "line were toppled in Chattar, Nasirabad. The BRA took responsibility for blowing up the pipeline. "
        "Nobody has claimed the attack on the transmission line."
    )
    assert (pipeline["perpetrator"], line["perpetrator"]) == ("BRA", "unknown")


PLACES = [
    ("Four khwarij were killed in Tank District of Khyber Pakhtunkhwa on Monday.", [], "Khyber Pakhtunkhwa"),
    ("Gunmen kidnapped five men at Nasirabad, a sub-tehsil of Kech, on Monday.", ["Kech"], "Balochistan"),
    ("A bomb went off in Nokkundi on Monday.", ["Chagai"], "Balochistan"),
    ("A soldier was shot dead near Paroom on Monday.", ["Panjgur"], "Balochistan"),
    ("An explosive device was defused on Jacobabad road, Dera Allah Yar, on Monday.", ["Jaffarabad"], "Balochistan"),
    ("The deputy commissioner of Panjgur was killed when gunmen fired at his car in Khad Koocha, Mastung, on Monday.",
     ["Mastung"], "Balochistan"),
    ("A driver who was injured in firing near Nushki on Sunday had died in Quetta.", ["Nushki"], "Balochistan"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "districts", "province"), PLACES, ids=lambda value: str(value)[:40])
def test_where(text: str, districts: list[str], province: str) -> None:
    assert [(found["districts"], found["province"]) for found in read_text(text)] == [(districts, province)]


def test_the_day_of_the_act_is_not_that_of_the_statement() -> None:
    first, second = read_text(
        "The group's spokesman said that on August 9 its fighters ambushed a convoy in Kolwa, Awaran. He said that on "
        "August 10 a sniper killed a soldier in Zamuran, Kech."
    )
    assert (first["date_start"], second["date_start"]) == ("2025-08-09", "2025-08-10")


@pytest.mark.parametrize(
    "text",
    [
        "Balochistan saw a rise of 40 per cent in attacks last year, with 322 people killed in 202 attacks, says an "
        "annual report released on Thursday. The BLA alone carried out 119 attacks.",
        "The men will be produced before an anti-terrorism court in Quetta on Thursday.",
        "A man was killed when a cylinder exploded in a hotel in Hub on Sunday.",
    ],
)
def test_what_is_no_incident(text: str) -> None:
    assert read_text(text) == []


def test_acts_in_one_district_are_told_apart_by_what_comes_hours_later() -> None:
    sergeant, guard = read_text(
        "A sergeant was shot dead at Surkhab Chowk in Pishin on Monday. Around an hour later, gunmen killed the guard "
        "of a bank in Huramzai and took his rifle away."
    )
    assert sergeant["districts"] == guard["districts"] == ["Pishin"]
    assert "Huramzai" in guard["place"]["name"]


def test_where_an_incident_took_place_is_no_other_one() -> None:
    (found,) = read_text(
        "Gunmen fired at a train in Nasirabad on Monday. The incident took place at Altafabad, where four rockets were "
        "fired, police said."
    )
    assert found["districts"] == ["Nasirabad"]


def test_figures_of_one_text_become_claims_that_give_its_account() -> None:
    (found,) = read_text(
        "Six soldiers were killed in an attack in Kalat on Monday, the military said. The BLA put the number of dead "
        "troops at 20. Officials had initially reported four deaths."
    )
    assert best(found["killed"]) == {"total": 6, "security": 6}
    figures = {(c["speaker"], c["value"]["low"], c["value"]["best"]) for c in found["claims"] if "killed" in c["field"]}
    assert ("BLA", 20, 20) in figures
    assert not any(low == high == 4 for _, low, high in figures), "what was replaced bounds the toll, and is no rival"
    assert found["disputed"]


def test_a_denial_is_a_claim_that_disputes() -> None:
    (found,) = read_text(
        "Officials blamed the BLA for the bombing that killed four people in Hub on Monday. The BLA denied involvement."
    )
    denials = [claim for claim in found["claims"] if claim["stance"] == "denial"]
    assert [(claim["speaker"], claim["value"]["actor"]) for claim in denials] == [("BLA", "bla")]
    assert (found["perpetrator_basis"], found["disputed"]) == ("denied", True)


def test_a_hospital_counts_those_brought_to_it() -> None:
    (found,) = read_text(
        "A blast in Duki on Monday killed two miners and wounded seven, police said. A doctor at the hospital said "
        "that six wounded men had been brought in."
    )
    assert best(found["injured"]) == {"total": 7, "civilians": 7}
    assert CountRange(6, None, None).as_json() in [c["value"] for c in found["claims"] if "injured" in c["field"]]

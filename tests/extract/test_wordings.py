"""Other ways in which reporters say the same: a table for each cause of misreading, of sentences written for it."""

from __future__ import annotations

import pytest

from tests.extract.reading import best, read_text

COUNTED = [
    # One beside those counted
    ("The driver of a bus and a passenger, who was on his way to Quetta, were killed near Mastung on Monday.", 2, None),
    ("The owner of a hotel and a waiter were injured when a grenade exploded in Turbat on Monday.", None, 2),
    ("The imam of a mosque and two worshippers were killed in a blast in Pishin on Monday.", 3, None),
    ("SHO Bashir Ahmed and three constables were martyred in an attack in Mand on Monday.", 4, None),
    ("Gunmen killed a lawyer, Ahmed Shah, and two others in Khuzdar on Monday.", 3, None),
    ("A bomb exploded in Sibi on Sunday, wounding journalist Haji Khan and two others.", None, 3),
    ("A man, his wife and their son were killed in a blast in Sibi on Monday.", 3, None),
    ("A couple was shot dead in the Sanjdi area of Quetta on Monday.", 2, None),
    ("Abdul Karim, 35, and Nadir Khan, 28, were killed when armed men fired at their car in Zhob on Monday.", 2, None),
    ("Unidentified men gunned down Jameel Ahmed and Bilal Ahmed in Hub on Monday.", 2, None),
    # Other verbs
    ("Three tribesmen fell to firing by their rivals in Jhal Magsi on Monday.", 3, None),
    ("Eleven miners had their throats slit by gunmen at a coal field in Mach on Sunday.", 11, None),
    ("Clashes in Mangochar on Monday cost the lives of 18 soldiers and 24 militants, the army said.", 42, None),
    ("The security forces lost four men and killed seven insurgents in a firefight in Harnai on Monday.", 11, None),
    ("A man was killed and nine, including three women, suffered burns in a blast near Mach on Monday.", 1, 9),
    ("Two officers of the Anti-Narcotics Force were shot dead and a third wounded in Gwadar on Monday.", 2, 1),
    ("Suspected rebels killed two and hurt six Pakistani soldiers in an ambush near Awaran on Monday.", 2, 6),
    ("The blast killed a man on the spot in Quetta on Monday; three more succumbed at the Civil Hospital.", 4, None),
    ("Gunmen fired at a minister's car in Kalat on Monday. The minister was not injured but his driver died.", 1, None),
    # Hurt when taken
    ("In a raid in Awaran on Monday two terrorists were killed and one was apprehended in an injured state.", 2, 1),
    ("One militant was killed and two were arrested in wounded condition in Kech on Monday.", 1, 2),
    ("Three attackers were captured injured after an assault on a post in Zhob on Monday.", None, 3),
    ("Five labourers, three women and a child among them, were killed in Gwadar on Monday.", 5, None),
    # Some of those taken
    ("Gunmen abducted five men in Tump on Monday. Three of the hostages were found shot dead on Thursday.", 3, None),
    ("Six miners were kidnapped in Mach on Sunday. Two of them were later killed.", 2, None),
    # A sum over several acts is no toll of the first
    ("Forces killed six terrorists in two engagements in Balochistan on Sunday. In Kalat four terrorists were "
     "killed and a naik embraced martyrdom.", 5, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "killed", "injured"), COUNTED, ids=lambda value: str(value)[:50])
def test_how_many(text: str, killed: int | None, injured: int | None) -> None:
    found = read_text(text)[0]
    assert (best(found["killed"]).get("total"), best(found["injured"]).get("total")) == (killed, injured)


GROUPS = [
    ("Three farm labourers were shot dead in Wadh on Monday.", "civilians", 3),
    ("At least six coach passengers were shot dead in Bolan on Monday.", "civilians", 6),
    ("Two plumbers and a waiter died in a blast in Quetta on Monday.", "civilians", 3),
    ("Assailants killed a muezzin and a cattle trader in Khuzdar on Monday.", "civilians", 2),
    ("Two coal cutters were killed by gunmen in Harnai on Monday.", "civilians", 2),
    ("Gunmen took six passengers off a coach in Kalat on Monday. The bodies of four of them were found by noon.",
     "civilians", 4),
    ("Four members of Pakistan's Levies force were killed in Sherani on Monday.", "security", 4),
    ("Two men of the Frontier Corps were killed by a bomb in Kohlu on Monday.", "security", 2),
    ("Twelve people died when a bomb hit a train near Sibi on Monday. Nine of the dead were soldiers.", "security", 9),
    ("A bomb killed eight people in Chaman on Monday. Two of the dead were customs guards.", "security", 2),
    ("A blast killed nine people in Sibi on Monday. The dead included two policemen.", "security", 2),
    ("Fighting in Mangochar on Monday ended with heavy losses of the militants, with 24 of them killed.",
     "militants", 24),
    ("A suicide bomber blew himself up beside people waiting in Pishin on Monday, killing nine of them.",
     "militants", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "group", "killed"), GROUPS, ids=lambda value: str(value)[:50])
def test_of_whom(text: str, group: str, killed: int | None) -> None:
    (found,) = read_text(text)
    assert best(found["killed"]).get(group) == killed


DAYS = [
    ("March 4: Militants shot dead a Levies man in Mastung.", ["2025-03-04"]),
    ("March 7: Two herders were killed in Kohlu.\n\nMarch 9: Three miners were abducted in Duki.",
     ["2025-03-07", "2025-03-09"]),
    ("Officials said Wednesday that 12 people died in Sunday's bombing in Sibi.", ["2025-08-10"]),
    ("The governor on Wednesday condemned the killing of two teachers in Barkhan. They were shot dead at Nahar Kot on "
     "Monday.", ["2025-08-11"]),
    ("A bomb killed ten people in Sibi on Sunday. Hours before the blast, a mine killed a soldier in Kohlu.",
     ["2025-08-10", "2025-08-10"]),
    ("In July, two policemen were shot dead in Khuzdar city, while on August 9 a hand grenade was thrown at a house in "
     "Wahir.", ["2025-07-01", "2025-08-09"]),
    ("Gunmen attacked a post in Kharan on Monday. An hour earlier, armed men had set fire to an office in the town.",
     ["2025-08-11", "2025-08-11"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "days"), DAYS, ids=lambda value: str(value)[:50])
def test_when(text: str, days: list[str]) -> None:
    assert [found["date_start"] for found in read_text(text)] == days


STATE = "Pakistan security forces"
WHO = [
    # The state's forces, and who says so
    ("A student was picked up from his home in Turbat on Monday by men in plain clothes, his mother said.",
     "abduction", STATE, "attributed_by_others"),
    ("A student was taken away from a hostel in Quetta on Monday by men who came in two FC vehicles, his uncle said.",
     "abduction", STATE, "attributed_by_others"),
    ("Security forces raided houses in Buleda on Monday and took away three young men, residents said.",
     "abduction", STATE, "attributed_by_others"),
    ("Three men were detained by soldiers in Awaran on Monday and have been missing since, their relatives alleged.",
     "abduction", STATE, "attributed_by_others"),
    ("Residents said helicopters fired on houses in Bolan on Monday, killing two women.",
     "air_strike", STATE, "attributed_by_others"),
    ("Police baton-charged and tear-gassed students marching in Quetta on Monday, injuring eleven.",
     "protest", STATE, "attributed_by_media"),
    ("Two protesters were killed when police opened fire on a rally in Gwadar on Monday. Organisers said the crowd was "
     "unarmed. The deputy commissioner denied that police had fired.", "protest", STATE, "denied"),
    # Arrests and operations
    ("The CTD on Monday claimed to have arrested four TTP operatives in a raid in Pishin.",
     "arrest", STATE, "attributed_by_authorities"),
    ("Police arrested two suspected members of the Baloch Liberation Front in a raid on a house in Hub on Monday.",
     "arrest", STATE, "attributed_by_authorities"),
    ("Families of five men killed in what the CTD called an encounter in Barkhan on Monday said they had been in "
     "custody.", "security_operation", STATE, "attributed_by_authorities"),
    ("Security forces shot dead four terrorists who were trying to sneak into Zhob from Afghanistan on Sunday.",
     "security_operation", STATE, "attributed_by_authorities"),
    # Groups, named once or twice
    ("Sources suspect that the BLF carried out the killing of a teacher in Mand on Monday.",
     "targeted_killing", "BLF", "attributed_by_others"),
    ("Jamaat-ul-Ahrar said that it sent the bomber who killed 12 people outside a mosque in Pishin on Monday.",
     "armed_attack", "Jamaat-ul-Ahrar", "claimed_by_group"),
    ("According to the group's spokesman, BLF fighters captured a Levies post in Basima on Monday.",
     "armed_attack", "BLF", "claimed_by_group"),
    ("The IED that killed two sepoys in Kharan on Monday was planted by the outlawed BLF, the CTD said.",
     "bombing", "BLF", "attributed_by_authorities"),
    ("An affiliate of the Islamic State group said it was behind Monday's shooting of two Christians in Quetta.",
     "armed_attack", "ISKP", "claimed_by_group"),
    ("The TTP denied any role in the blast in Quetta on Monday that killed 15 worshippers; officials had blamed it.",
     "bombing", "TTP", "denied"),
    # What was done, in other words
    ("A constable was gunned down in Sibi on Monday by riders who made off with his official rifle.",
     "targeted_killing", "unknown", "unknown"),
    ("A watchman died when a hand grenade was lobbed at a house in Hub on Monday. Nobody claimed the attack.",
     "bombing", "unknown", "unknown"),
    ("Militants fired grenades from launchers at a post in Mand on Monday.", "armed_attack", "unknown", "unknown"),
    ("Gunmen took six passengers off a bus near Kalat on Monday and shot them dead.",
     "targeted_killing", "unknown", "unknown"),
    ("Militants killed seven passengers, burnt ten trucks and kidnapped four people in a raid in Musakhel on Monday.",
     "armed_attack", "unknown", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "event_type", "actor", "basis"), WHO, ids=lambda value: str(value)[:50])
def test_what_and_who(text: str, event_type: str, actor: str, basis: str) -> None:
    (found,) = read_text(text)
    assert (found["event_type"], found["perpetrator"], found["perpetrator_basis"]) == (event_type, actor, basis)


def test_the_group_is_the_one_named_before() -> None:
    _, recalled = read_text(
        "The Baloch Liberation Army claimed a raid in Kharan on Monday in which five soldiers died. Separatists accuse "
        "outsiders of plundering it. In May, the group said it was behind a bombing that killed four soldiers "
        "in Washuk."
    )
    assert (recalled["perpetrator"], recalled["perpetrator_basis"]) == ("BLA", "claimed_by_group")


WHERE = [
    ("A man was led away by Rangers in the Lyari neighbourhood of Karachi on Monday, his brother said.", [], "Sindh"),
    ("Gunmen stormed a camp in Kharan, 300 kilometres from the provincial capital Quetta, on Monday.", ["Kharan"],
     "Balochistan"),
    ("QUETTA (Pakistan) (CW) – Militants stormed a camp in Pakistan's southwest on Monday. It lies in Kharan.",
     ["Kharan"], "Balochistan"),
    ("MASTUNG: Fourteen people were killed by a suicide bomber on Tuesday, an official in Quetta told AFP.",
     ["Mastung"], "Balochistan"),
    ("Three victims of Monday's blast in Panjgur succumbed in hospitals of Karachi and Quetta.", ["Panjgur"],
     "Balochistan"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "districts", "province"), WHERE, ids=lambda value: str(value)[:50])
def test_where(text: str, districts: list[str], province: str) -> None:
    assert [(found["districts"], found["province"]) for found in read_text(text)] == [(districts, province)]


def test_a_lead_without_a_place_is_told_from_what_came_a_day_later() -> None:
    ambush, hunt = read_text(
        "PASNI: Fourteen soldiers were martyred when terrorists ambushed two vehicles carrying security forces to "
        "Ormara, the ISPR said on Friday. A day later, three of the attackers were killed in an operation at Kulanch."
    )
    assert (best(ambush["killed"])["total"], best(hunt["killed"])["total"]) == (14, 3)
    assert ambush["districts"] == ["Gwadar"]


@pytest.mark.parametrize(
    "text",
    [
        "Two motorcyclists lost their lives in Bolan on Monday when their bike collided with a truck.",
        "Police seized 300 kg of hashish from two smugglers near Jiwani on Monday.",
    ],
)
def test_accidents_and_crimes_are_none(text: str) -> None:
    assert read_text(text) == []

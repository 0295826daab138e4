"""Stages find and attach: who speaks and who is named in a sentence; which sentences tell of which incident."""

from __future__ import annotations

from datetime import date

import pytest

from geo.documents import Article, prepare
from geo.extract import read
from geo.extract.attach import attach
from geo.extract.find import Tools, find_units
from geo.extract.lexicon import default_lexicon
from geo.extract.model import Draft, Unit, Voice
from geo.extract.segment import read_lines, split_sentences
from geo.extract.select import chosen_drafts
from geo.vocab import default_vocabulary

FRIDAY = date(2025, 8, 8)
OUTLET = Voice("Example Daily", None, "publisher", None)


def units_of(text: str) -> list[Unit]:
    sentences = split_sentences(text, read_lines(text))
    return find_units(text, sentences, FRIDAY, OUTLET, Tools(default_lexicon(), default_vocabulary()))


@pytest.mark.parametrize(
    ("text", "speaker", "kind"),
    [
        ("Two men were killed, police said.", "police", "state_forces"),
        ("According to the Levies, two men were killed.", "Levies", "state_forces"),
        ("The ISPR said in a statement that four militants were killed.", "ISPR", "state_forces"),
        ("The BLF said its fighters killed five soldiers.", "BLF", "armed_group"),
        ("A hospital official said three bodies were brought in.", "hospital officials", "hospital"),
        ("Residents said they heard an explosion.", "residents", "civilians"),
        ("Deputy Commissioner Kalat said two men were killed.", "district administration", "government"),
        ('"Two men were killed," a police officer said.', "police", "state_forces"),
        ("Police said a bomb went off. He added that two were hurt.", "police", "state_forces"),
        ("Two men were killed.", "Example Daily", "publisher"),
    ],
)
def test_who_speaks_in_a_sentence(text: str, speaker: str, kind: str) -> None:
    voice = units_of(text)[-1].voice
    assert (voice.name, voice.kind) == (speaker, kind)


@pytest.mark.parametrize(
    ("text", "actor", "relation"),
    [
        ("The BLA claimed responsibility for the attack.", "bla", "claim"),
        ("The BLF said its fighters killed five soldiers.", "blf", "claim"),
        ("Officials blamed the BLA for the attack.", "bla", "blame"),
        ("The TTP denied any involvement.", "ttp", "denial"),
        ("No group claimed responsibility.", "unknown", "no_claim"),
    ],
)
def test_whom_a_sentence_names(text: str, actor: str, relation: str) -> None:
    (unit,) = units_of(text)
    assert [(named.actor, named.relation) for named in unit.attributions] == [(actor, relation)]


def shown(drafts: list[Draft]) -> list[list[str]]:
    return [[unit.text.split()[0] for unit in draft.units] for draft in drafts]


@pytest.mark.parametrize(
    ("text", "drafts", "roundups"),
    [
        (
            "Gunmen killed two policemen in Mastung on Thursday. Assailants fled.\n\n"
            "Separately, a bomb went off in Turbat. Nobody was hurt.",
            [["Gunmen", "Assailants"], ["Separately,", "Nobody"]],
            [],
        ),
        (
            "Gunmen killed two policemen in Mastung on Thursday.\n\nThe attack took place on the main road, police "
            "said.\n\nBoth policemen were laid to rest in Quetta.",
            [["Gunmen", "The", "Both"]],
            [],
        ),
        (
            "At least ten people were killed in separate attacks in Balochistan on Thursday.\n\nFour were killed in "
            "Mastung when a bomb exploded.\n\nSix labourers were shot dead in Kech.",
            [["Four"], ["Six"]],
            [["At"]],
        ),
        (
            "Gunmen killed two policemen in Mastung on Thursday. Last month, five passengers were killed in Kalat "
            "when gunmen stopped a bus.",
            [["Gunmen"], ["Last"]],
            [],
        ),
    ],
    ids=["two incidents", "follow-ups", "a sum and its parts", "background"],
)
def test_which_sentences_tell_of_one_incident(text: str, drafts: list[list[str]], roundups: list[list[str]]) -> None:
    story = attach(units_of(text))
    assert (shown(story.drafts), shown(story.roundups)) == (drafts, roundups)


@pytest.mark.parametrize(
    "text",
    [
        "Five people were killed in a road accident near Hub on Thursday.",
        "The minister said that militants planned to attack a convoy in Turbat.",
        "Police foiled a plan to bomb a market in Quetta on Monday, officials said.",
        "Officials warned on Thursday that militants may attack security posts in Kech.",
        "If militants attack the port in Gwadar, we will respond, the minister said on Thursday.",
        "The BLA threatened to attack buses in Mastung.",
        "A mock exercise against a bomb attack was held in Gwadar on Thursday.",
        "No one was killed in Mastung on Thursday, police said.",
        "Quetta beat Karachi by two wickets on Thursday.",
    ],
)
def test_what_is_planned_feared_denied_or_another_matter_is_not_chosen(text: str) -> None:
    assert chosen_drafts(attach(units_of(text))) == []


@pytest.mark.parametrize(
    ("text", "districts"),
    [
        ("MASTUNG: Two policemen were killed when unknown men opened fire on their vehicle, police said.", ["Mastung"]),
        ("QUETTA: Two policemen were killed when unknown men opened fire on their vehicle, police said.", None),
        ("HUB: The minister spoke of an attack that unknown men may carry out.", None),
    ],
    ids=["a town", "a bureau of all reports", "no act"],
)
def test_a_report_that_names_no_place_tells_of_the_town_it_was_sent_from(
    text: str, districts: list[str] | None
) -> None:
    prepared = prepare(Article("a.txt", text), FRIDAY)
    found = [list(reading.place.districts) for reading in read(prepared.document).readings]
    assert found == ([districts] if districts else [])

"""Stage find: counts, places and speakers of single sentences."""

from __future__ import annotations

import pytest

from geo.extract.find_counts import find_counts
from geo.extract.find_places import find_places
from geo.extract.lexicon import default_lexicon
from geo.extract.place_roles import role_of


def counts(text: str) -> set[tuple[str, str, int | None]]:
    hits = default_lexicon().hits(text)
    found = find_counts(text, 0, hits["person"], hits["harm"])
    assert all(text[c.start : c.end] for c in found)
    return {(c.harm, c.group + ("*" if c.part else ""), c.value.best) for c in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Six people lost their lives in Chaman.", {("killed", "people", 6)}),
        ("Troops killed four militants in Khuzdar.", {("killed", "militants", 4)}),
        (
            "Four people, including two FC officials, were injured.",
            {("injured", "people", 4), ("injured", "security*", 2)},
        ),
        ("It raised the death toll to six.", {("killed", "people", 6)}),
        ("The toll has risen from 19 to 22.", {("killed", "people", 22)}),
        ("Three policemen were martyred and 20 injured.", {("killed", "security", 3), ("injured", "security", 20)}),
        (
            "Eight soldiers and three civilians embraced martyrdom.",
            {("killed", "security", 8), ("killed", "civilians", 3)},
        ),
        ("Nine passengers were abducted and killed.", {("abducted", "civilians", 9), ("killed", "civilians", 9)}),
        ("The blast claimed three innocent lives.", {("killed", "people", 3)}),
        ("Four bullet-riddled bodies were found.", {("killed", "people", 4)}),
        ("Dozens of civilian deaths were reported.", {("killed", "civilians", None)}),
        ("Two children, a girl and a boy, were killed.", {("killed", "kin", 2), ("killed", "kin*", 1)}),
        ("killing 12 and wounding more than 40", {("killed", "people", 12), ("injured", "people", 40)}),
        ("Five terrorists were sent to hell.", {("killed", "militants", 5)}),
        ("No policeman was hurt.", {("injured", "security", 0)}),
        ("Thirty-seven injured passengers were taken to Machh.", {("injured", "civilians", 37)}),
        ("The number of passengers murdered was put at 21.", set()),
        ("He drove 35 passengers to Quetta.", set()),
        ("The road killed trade.", set()),
    ],
)
def test_figures_of_a_sentence(text: str, expected: set[tuple[str, str, int | None]]) -> None:
    assert counts(text) - {("killed", "civilians", 21)} == expected


def roles(text: str) -> dict[str, str]:
    return {place.text: place.role for place in find_places(text)}


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("A bomb went off in Turbat.", "Turbat", "site"),
        ("The injured were shifted to Quetta.", "Quetta", "other"),
        ("They were taken to the trauma centre in Quetta.", "Quetta", "other"),
        ("He was a resident of Khuzdar.", "Khuzdar", "other"),
        ("The Quetta-bound train was hit.", "Quetta", "other"),
        ("Nine men were abducted from Kharan.", "Kharan", "site"),
        ("The spot is 40 km from Turbat.", "Turbat", "near"),
        ("Kalat Deputy Commissioner confirmed it.", "Kalat", "weak"),
        ("The residence of Kalat deputy commissioner was hit.", "Kalat", "site"),
        ("After the Chaman blast, shops closed.", "Chaman", "ref"),
        ("It happened close to Ormara.", "Ormara", "site"),
    ],
)
def test_what_a_place_is_to_the_incident(text: str, name: str, role: str) -> None:
    assert roles(text)[name] == role


def test_a_local_name_needs_no_gazetteer() -> None:
    assert roles("It happened in the Xyzzy Karez area of Kalat.")["Xyzzy Karez"] == "local"


def test_a_list_of_destinations_stays_one() -> None:
    assert roles("They were shifted to Machh, Sibi and Quetta.") == dict.fromkeys(("Machh", "Sibi", "Quetta"), "other")


def test_a_road_through_many_districts_is_a_line() -> None:
    assert role_of("on the ", " near", "linear", several=True) == "line"

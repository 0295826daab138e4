"""Stage find, places: what the words around a name make of it: a site, a destination, an institution's place ...

Works on the few words before the name (vocabulary: `data/place_words.csv`) and the characters after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.datafiles import DATA_DIR, read_rows, split_list
from geo.errors import DataFileError

KINDS = (
    *("site", "origin", "origin_phrase", "not_origin", "site_from"),
    *("measure", "hospital", "office", "office_phrase", "seat", "state_seat"),
)
WINDOW = 70
DIED = (["died"], ["dies"], ["succumbed"], ["expired"])
HURT = frozenset(["injured", "wounded", "injuries", "wounds"])
LONGEST_TAKING = 12  # words from "abducted" to "from": "abducted a judge and his driver from"
ACTS = ("blast", "explosion", "attack", "bombing", "shooting", "firing", "incident", "clash", "ambush", "raid")
SPEAKERS = frozenset(
    (
        *("official", "officials", "officer", "officers", "spokesman", "spokesperson", "spokeswoman", "source"),
        *("sources", "minister", "commissioner", "doctor", "police", "administrator", "journalist", "journalists"),
    )
)
_SPEAKS = re.compile(r",? (?:told|said|says|confirmed|added|that|by (?:phone|telephone)|on condition|over the)\b")
# "They led away nine men from Gujranwala": far from home.
WHO_COME_FROM = frozenset(
    [
        "men",
        "people",
        "persons",
        "passengers",
        "labourers",
        "workers",
        "travellers",
        "drivers",
        "youths",
        "five",
        "four",
    ]
)
ARTICLES = ("the", "a", "an")

_INSTITUTION_AFTER = re.compile(
    r"(?:'s)?\s*(?:police\b(?! (?:station|post|check|picket|lines|van|mobile|party|training))|"
    r"levies (?:officials?|sources|force)|university|"
    r"high court|district court|cantonment board|division commissioner|commissioner|deputy commissioner|assistant comm|"
    r"(?:DC|SSP|SHO|DSP|AC|SP|DIG)\b|gladiators|kings|zalmi|express\b|mail\b|gas company|"
    r"southern gas|trauma|medical|hospital|chamber|"
    r"press club|airport authority|port authority|port officials|assembly|government|"
    r"chief minister|governor|(?:district )?administration|"
    r"civil hospital)",
    re.I,
)
_BOUND_AFTER = re.compile(r"[- ]bound\b|-(?:based|born|ruled|style)\b", re.I)
_ROAD_AFTER = re.compile(r"[-–\s](?:[A-Z]\w+\s)?(?:[Hh]ighway|[Nn]ational [Hh]ighway|motorway)\b|-[A-Z]\w+ [Rr]oad\b")
_OWN_ROAD_AFTER = re.compile(r"\s[Rr]oad\b")
_EVENT_AFTER = re.compile(
    r"\s(?:attack|blast|bombing|operation|incident|killings?|explosion|massacre|raid|clash|tragedy|shooting|suicide)",
    re.I,
)
_AND_NAME = re.compile(r"(?:'s)?,? and (?:the )?[A-Z]")
_PLACE_WORD_AFTER = re.compile(r"(?:\s+(?:district|areas?|town|city|tehsil)|'s)\b", re.I)
_SENTENCE_END = re.compile(r"[.;!?]\s")
CLOSING = ("", ",", ".", ";", ")")
_PUNCTUATION = (",", "—", ":", "\u2013", "(", '"', "'")


Kinds = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The word file by kind."""

    kinds: Kinds


@lru_cache(maxsize=1)
def place_words(path: Path = DATA_DIR / "place_words.csv") -> PlaceWords:
    """The vocabulary of words around places.

    Raises:
        DataFileError: for an unknown kind.
    """
    kinds: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for line, row in read_rows(path, ("kind", "words", "source")):
        if row["kind"] not in kinds:
            raise DataFileError(path, line, f"kind {row['kind']!r} is unknown; known: {', '.join(KINDS)}")
        kinds[row["kind"]].update(split_list(row["words"]))
    return PlaceWords({kind: frozenset(words) for kind, words in kinds.items()})


def role_of(before: str, after: str, kind: str, *, several: bool) -> str:
    """`site`, `near`, `line`, `ref`, `weak` or `other` (see `PlaceMention`).

    Args:
        before, after: The characters on either side of the name, within its line.
        kind: Kind of the gazetteer's entry.
        several: Whether the name means several districts.

    >>> role_of("The injured were shifted to ", ".", "place", several=False)
    'other'
    >>> role_of("some 40 km from ", ".", "place", several=False)
    'near'
    """
    words = place_words().kinds
    tokens = _tokens(before)
    if kind == "country" and not _is_site(tokens, before, words):
        return "other"
    following = "" if after[:1] in CLOSING else after  # after a comma nothing says what the name is
    role = _by_following(tokens, following, kind, words) or _of_office(tokens, words)
    if role:
        return role
    if kind == "linear" and several:
        return "line"
    if (following and _ROAD_AFTER.match(following)) or before.endswith(("-", "\u2013")):
        return "other"
    return _by_prepositions(tokens, before, after, kind, words)


def is_state_seat(name: str) -> bool:
    """Whether a name may stand for a state."""
    return name.casefold() in place_words().kinds["state_seat"]


def stands_for_state(before: str) -> bool:
    """ "Kabul denies it": a seat of government stands for its state where no word of place leads to it."""
    tokens = _tokens(before)
    return not tokens or tokens[-1] not in ("in", "at", "near", "outside", "from", "to", "of", "around", "through")


def _tokens(before: str) -> list[str]:
    """The last words before a name, in lower case, articles at the end left out; a sentence's end starts anew."""
    tail = before[-WINDOW:]
    if "." in tail or ";" in tail or "!" in tail or "?" in tail:
        tail = _SENTENCE_END.split(tail)[-1]
    tokens = [bare for token in tail.casefold().split() if (bare := token.strip(",:\"'()—–"))]
    while tokens and tokens[-1] in ARTICLES:
        tokens.pop()
    return tokens


def _by_following(tokens: list[str], following: str, kind: str, words: Kinds) -> str | None:
    """What the words after a name make of it, if anything: "the Quetta-bound train", "Quetta police"."""
    if not following:
        return None
    if _BOUND_AFTER.match(following):
        return "other"
    if kind in ("district", "outside") and _OWN_ROAD_AFTER.match(following):
        return "weak" if kind == "district" else "other"
    if _INSTITUTION_AFTER.match(following):
        return "site" if " ".join(tokens[-2:]) in words["seat"] else "weak"
    if _EVENT_AFTER.match(following) and tokens[-1:] not in (["in"], ["at"], ["near"]):
        return None if _of_office(tokens, words) else "ref"
    return None


def _of_office(tokens: list[str], words: Kinds) -> str | None:
    """ "The deputy commissioner of Kech"."""
    named = bool(tokens) and (tokens[-1] in words["office"] or " ".join(tokens[-2:]) in words["office_phrase"])
    return "weak" if named else None


def _by_prepositions(tokens: list[str], before: str, after: str, kind: str, words: Kinds) -> str:
    last = tokens[-1] if tokens else ""
    seat = (
        last in ("capital", "headquarters") and "from" in tokens[-4:-1]
    )  # "300 km from the provincial capital Quetta"
    if (last in ("from", "of") or seat) and any(t in words["measure"] or t.endswith("km") for t in tokens[-7:]):
        return "near"
    if last == "from" and words["site_from"] & set(tokens[-LONGEST_TAKING:]):
        return "other" if kind == "outside" and tokens[-2:-1] and tokens[-2] in WHO_COME_FROM else "site"
    if last in words["origin"] and len(tokens) > 1 and tokens[-2] in words["not_origin"]:
        return "site"
    # "Train services between Quetta and the rest of the country" is no border between two places.
    if _is_origin(tokens, after, words) or (last == "between" and not _AND_NAME.match(after)):
        return "other"
    if _is_site(tokens, before, words) or not tokens or _PLACE_WORD_AFTER.match(after):
        return "site"
    return "weak"


def _is_origin(tokens: list[str], after: str, words: Kinds) -> bool:
    """Destinations, home towns and hospitals: "shifted to", "a resident of", "to the trauma centre in"."""
    if not tokens:
        return False
    last = tokens[-1]
    if last in words["origin"]:
        return len(tokens) < 2 or tokens[-2] not in words["not_origin"]
    if last in ("of", "in", "at") and _is_of_somebody(tokens, after):
        return True
    if last in words["origin_phrase"] or " ".join(tokens[-2:]) in words["origin_phrase"]:
        return True
    if last in ("in", "at", "of") and words["hospital"] & set(tokens[-6:]) and tokens[-2] not in ACTS:
        return last != "of" and (
            "to" in tokens[-9:] or bool({"treated", "treatment", "admitted", "hospitalised"} & set(tokens))
        )
    one_between = len(tokens) > 2 and tokens[-2] in words["origin"] and last not in words["site"]
    return one_between and tokens[-3] not in words["not_origin"]


def _is_of_somebody(tokens: list[str], after: str) -> bool:
    """Where somebody died of wounds, speaks or is treated: "died in Quetta", "an official in Quetta told reporters"."""
    before = tokens[-2:-1]
    if tokens[-1] != "of" and before in DIED and HURT & set(tokens):
        return True
    if tokens[-1] == "in" and SPEAKERS.issuperset(before) and _SPEAKS.match(after):
        return bool(before)
    return before == ["hospitals"]


def _is_site(tokens: list[str], before: str, words: Kinds) -> bool:
    if before.rstrip().endswith(_PUNCTUATION):
        return True
    return bool(tokens) and tokens[-1] in words["site"]

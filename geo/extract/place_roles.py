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
LONGEST_TAKING = 12  # words from "abducted" to "from": "abducted a judge and his driver from"
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
_PUNCTUATION = (",", "—", ":", "\u2013", "(", '"', "'")


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The word file by kind."""

    kinds: dict[str, frozenset[str]]

    def __getitem__(self, kind: str) -> frozenset[str]:
        return self.kinds[kind]


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
    words = place_words()
    tokens = _tokens(before)
    if _BOUND_AFTER.match(after) or (kind == "country" and not _is_site(tokens, before, words)):
        return "other"
    role = "weak" if kind == "district" and _OWN_ROAD_AFTER.match(after) else _of_office(tokens, after, words)
    if role:
        return role
    if _EVENT_AFTER.match(after) and not (tokens and tokens[-1] in ("in", "at", "near")):
        return "ref"
    if kind == "linear" and several:
        return "line"
    if _ROAD_AFTER.match(after) or before.endswith(("-", "\u2013")):
        return "other"
    return _by_prepositions(tokens, before, after, words)


def stands_for_state(name: str, before: str) -> bool:
    """ "Kabul denies it": a seat of government that stands for its state, where no word of place leads to it."""
    if name.casefold() not in place_words()["state_seat"]:
        return False
    tokens = _tokens(before)
    return not tokens or tokens[-1] not in ("in", "at", "near", "outside", "from", "to", "of", "around", "through")


def _tokens(before: str) -> list[str]:
    """The last words before a name, in lower case, articles at the end left out; a sentence's end starts anew."""
    tail = re.split(r"[.;!?]\s", before[-WINDOW:])[-1]
    tokens = [token.strip(",:\"'()—–").casefold() for token in tail.split()]
    tokens = [token for token in tokens if token]
    while tokens and tokens[-1] in ARTICLES:
        tokens.pop()
    return tokens


def _of_office(tokens: list[str], after: str, words: PlaceWords) -> str | None:
    institution = _INSTITUTION_AFTER.match(after)
    if institution and (" ".join(tokens[-2:]) in words["seat"]):
        return "site"
    if institution or (tokens and tokens[-1] in words["office"]) or " ".join(tokens[-2:]) in words["office_phrase"]:
        return "weak"
    return None


def _by_prepositions(tokens: list[str], before: str, after: str, words: PlaceWords) -> str:
    last = tokens[-1] if tokens else ""
    if last in ("from", "of") and any(t in words["measure"] or t.endswith("km") for t in tokens[-7:]):
        return "near"
    if last == "from" and words["site_from"] & set(tokens[-LONGEST_TAKING:]):
        return "site"
    if last in words["origin"] and len(tokens) > 1 and tokens[-2] in words["not_origin"]:
        return "site"
    # "Train services between Quetta and the rest of the country" is no border between two places.
    if _is_origin(tokens, words) or (last == "between" and not _AND_NAME.match(after)):
        return "other"
    if _is_site(tokens, before, words) or not tokens or _PLACE_WORD_AFTER.match(after):
        return "site"
    return "weak"


def _is_origin(tokens: list[str], words: PlaceWords) -> bool:
    """Destinations, home towns and hospitals: "shifted to", "a resident of", "to the trauma centre in"."""
    if not tokens:
        return False
    last = tokens[-1]
    if last in words["origin"]:
        return len(tokens) < 2 or tokens[-2] not in words["not_origin"]
    if last in words["origin_phrase"] or " ".join(tokens[-2:]) in words["origin_phrase"]:
        return True
    if last in ("in", "at", "of") and words["hospital"] & set(tokens[-6:]):
        return last != "of" and (
            "to" in tokens[-9:] or bool({"treated", "treatment", "admitted", "hospitalised"} & set(tokens))
        )
    one_between = len(tokens) > 2 and tokens[-2] in words["origin"] and last not in words["site"]
    return one_between and tokens[-3] not in words["not_origin"]


def _is_site(tokens: list[str], before: str, words: PlaceWords) -> bool:
    if before.rstrip().endswith(_PUNCTUATION):
        return True
    return bool(tokens) and tokens[-1] in words["site"]

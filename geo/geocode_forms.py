"""How a place is worded around its name ("7 km from X", "X area of Y district"), taken apart one layer at a time.

The geocoder asks `read_forms` for the outermost layer of a wording that isn't itself a known name, looks up what is
inside, and lets the layer say how precise the answer is. Only words are read here, no gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

Relation = Literal["plain", "within", "near", "away", "between", "pair", "road", "several", "sea"]
Wanted = Literal["any", "district", "tehsil", "division", "province", "town", "area", "line"]

LONG_DESCRIPTOR = 6
KM_PER_MILE = 1.609


@dataclass(frozen=True, slots=True)
class Form:
    """One layer of wording.

    Attributes:
        relation: How the place lies to `names`: the same ("plain"), part of `context` ("within"), near, away by
            `distance_km`, between two (a "pair" is two names with a hyphen), a road joining two, several places at
            once, at sea off it.
        names: The wording inside.
        wanted: What kind of thing the name is said to be.
        context: Wordings of what it lies in.
    """

    relation: Relation
    names: tuple[str, ...]
    wanted: Wanted = "any"
    context: tuple[str, ...] = ()
    distance_km: float | None = None


_SUFFIXES: dict[str, Wanted] = {
    **dict.fromkeys(("district", "districts", "distt", "dist", "zila", "zilla", "ضلع"), "district"),
    **dict.fromkeys(("tehsil", "tahsil", "tehsils", "taluka", "subdivision", "subtehsil", "تحصیل"), "tehsil"),
    **dict.fromkeys(("division", "ڈویژن"), "division"),
    **dict.fromkeys(("province", "صوبہ"), "province"),
    **dict.fromkeys(("town", "city", "village", "bazaar", "bazar", "market", "downtown", "شہر", "بازار"), "town"),
    **dict.fromkeys(("area", "areas", "region", "locality", "sector", "surroundings", "suburbs", "outskirts"), "area"),
    **dict.fromkeys(("vicinity", "neighbourhood", "neighborhood", "union", "zone", "side", "belt"), "area"),
    **dict.fromkeys(("hills", "hill", "mountains", "mountain", "range", "valley", "plain", "plains", "desert"), "area"),
    **dict.fromkeys(("dam", "airport", "airfield", "airbase", "port", "mine", "mines", "coalfield", "field"), "area"),
    **dict.fromkeys(("camp", "post", "checkpost", "checkpoint", "station", "crossing", "chowk", "shrine"), "area"),
    **dict.fromkeys(("cantonment", "cantt", "stadium", "hospital", "university", "bridge", "tunnel"), "area"),
    **dict.fromkeys(("علاقہ", "علاقے", "علاقوں"), "area"),
    **dict.fromkeys(("road", "highway", "bypass", "motorway", "expressway", "pass", "canal", "river", "track"), "line"),
    **dict.fromkeys(("railway", "border", "route", "nullah", "stream", "coast", "شاہراہ"), "line"),
}
# Words that stand between a name and its descriptor without changing it: "X coal mines", "X gas field".
_FILLERS = {
    *("national", "main", "coal", "gas", "oil", "power", "railway", "police", "levies", "check", "coastal", "mountain"),
    *("mountainous", "hilly", "remote", "border", "bus", "grid", "rural", "sub", "industrial", "old", "new"),
}
_PREFIXES: dict[str, Wanted] = {
    **dict.fromkeys(("district", "zila", "zilla", "ضلع"), "district"),
    **dict.fromkeys(("tehsil", "tahsil", "تحصیل"), "tehsil"),
    **dict.fromkeys(("killi", "kili", "kalli", "goth", "mauza", "mouza", "village", "qasba", "کلی", "گوٹھ"), "town"),
    **dict.fromkeys(("صوبہ",), "province"),
}
_DESCRIPTORS_OF: dict[str, Wanted] = {
    **{word: wanted for word, wanted in _SUFFIXES.items() if wanted != "line"},
    **dict.fromkeys(("capital", "headquarters", "hamlet"), "town"),
}
GENERIC_WORDS = frozenset((*_SUFFIXES, *_PREFIXES, *_FILLERS, *_DESCRIPTORS_OF, "the", "of", "a", "street", "school"))

_ONE_TO_TWELVE = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER_WORDS = {
    **{word: float(value) for value, word in enumerate(_ONE_TO_TWELVE, 1)},
    **{"a": 1.0, "few": 5.0, "several": 5.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0},
    **{"fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0, "hundred": 100.0},
}

_I = re.IGNORECASE
_DIRECTION = r"(?:north|south|east|west|central|upper|lower)(?:[- ]?(?:east|west))?(?:ern)?"
_NUMBER = r"(?P<number>\d{1,4}(?:\.\d+)?|" + "|".join(_NUMBER_WORDS) + ")"
_AWAY = re.compile(
    rf"^(?:at |about |some |around |nearly |roughly |almost |over |approximately |a )*{_NUMBER}[\s-]*"
    r"(?P<unit>km|kms|k\.m\.|kilomet(?:er|re)s?|miles?|mi|کلومیٹر)\b\.?[\s-]*"
    rf"(?:(?:to the |towards the )?{_DIRECTION}(?: side)?\s+)?(?:away\s+)?"
    r"(?:of|from|off|outside|before|short of|ahead of|away from|سے)\s+(?P<name>.+)$",
    _I,
)
_NEAR = re.compile(
    r"^(?:(?:on|in|at|from)\s+)?(?:the\s+)?(?:near(?:by)?|close to|adjacent to|next to|around|outside(?: of)?|opposite|"
    r"(?:immediate\s+)?(?:outskirts|suburbs?|vicinity|surroundings|environs) of|"
    rf"{_DIRECTION} of|(?:the )?(?:area|areas|hills|mountains) (?:near|around))\s+(?P<name>.+)$",
    _I,
)
_NEAR_AFTER = re.compile(r"^(?P<name>.+?) (?:کے|سے) (?:قریب|نزدیک)$")
_BETWEEN = re.compile(r"^(?:.*\b)?between\s+(?P<a>.+?)\s+and\s+(?P<b>.+)$", _I)
_SEA = re.compile(
    r"^(?:(?:in |the )*(?:waters|sea) (?:off|near|of)|off(?: the)?(?: coast of)?|(?:the )?approaches (?:to|of))\s+"
    r"(?P<name>.+?)(?:'s)?(?:\s+coast)?$",
    _I,
)
_ROAD = re.compile(
    r"^(?P<a>[^-–—/]+?)\s*(?:[-–—/]|\bto\b)\s*(?P<b>[^-–—/]+?)\s+(?:(?:national|main|coastal|link|old|super)\s+)?"
    r"(?:highway|road|motorway|route|railway(?: line| track| section)?|section|track|shahrah)$",
    _I,
)
_PAIR = re.compile(r"^(?P<a>\w[^-–—/]*?)\s*[-–—/]\s*(?P<b>\w[^-–—/]*)$")
_BRACKETS = re.compile(r"^(?P<name>[^()]+?)\s*\((?P<context>[^()]+)\)$")
_POSSESSIVE = re.compile(r"^(?P<context>.+?)(?:'s|s')\s+(?P<name>.+)$", _I)
_URDU_WITHIN = re.compile(r"^(?P<context>.+?) (?:کے|کی) (?:علاقے|علاقہ|تحصیل|شہر|ضلع) (?P<name>.+)$")
_LEADING = re.compile(
    rf"^(?:the|in|at|on|along|from|inside|within|into|towards?|{_DIRECTION}|southern|restive|volatile|troubled|remote|"
    r"mountainous|border|coastal|port|main|greater)\s+(?P<name>.+)$",
    _I,
)
_DESCRIBED_OF = re.compile(r"^(?:the\s+)?(?:\w+\s+){0,2}?(?P<word>\w+) of (?:the\s+)?(?P<name>.+)$", _I)
_WITHIN = re.compile(r"^(?P<name>.+?),?\s+(?:of|in|inside|within|under)\s+(?:the\s+)?(?P<context>.+)$", _I)
_SEVERAL = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|&|اور)\s+", _I)
_HAS_AND = re.compile(r"\s(?:and|&|اور)\s", _I)


_PLAIN = {
    **{ord(quote): "'" for quote in "’‘"},
    **{ord(quote): '"' for quote in "“”"},
    **{ord(hyphen): "-" for hyphen in "‐‑"},
    ord("،"): ",",
    0xAD: None,  # soft hyphen
}


def tidy(text: str) -> str:
    """The wording with plain quotes and hyphens, single spaces and no punctuation at its ends."""
    plain = text.translate(_PLAIN)
    return " ".join(plain.split()).strip(" .,;:!?\"'-")


def read_forms(text: str) -> Iterator[Form]:
    """What the outermost layer of a tidy wording may be, the likeliest first; nothing where it is a bare name."""
    for reader in _READERS:
        form = reader(text)
        if form is not None and all(form.names):
            yield form


def is_generic(key: str) -> bool:
    """Whether a `name_key` has only words such as "area" and "camp", which name no place."""
    return all(word in GENERIC_WORDS for word in key.split())


def _read_away(text: str) -> Form | None:
    match = _AWAY.match(text)
    if not match:
        return None
    word = match["number"].lower()
    number = _NUMBER_WORDS[word] if word in _NUMBER_WORDS else float(word)
    unit_km = KM_PER_MILE if match["unit"].lower().startswith("mi") else 1.0
    return Form("away", (match["name"],), "town", distance_km=round(number * unit_km, 1))


def _read_near(text: str) -> Form | None:
    match = _NEAR.match(text) or _NEAR_AFTER.match(text)
    return Form("near", (match["name"],), "town") if match else None


def _read_between(text: str) -> Form | None:
    match = _BETWEEN.match(text)
    return Form("between", (match["a"], match["b"])) if match else None


def _read_sea(text: str) -> Form | None:
    match = _SEA.match(text)
    return Form("sea", (match["name"],)) if match else None


def _read_road(text: str) -> Form | None:
    match = _ROAD.match(text)
    return Form("road", (match["a"], match["b"])) if match else None


def _read_brackets(text: str) -> Form | None:
    match = _BRACKETS.match(text)
    return Form("within", (match["name"],), context=(match["context"],)) if match else None


def _read_comma(text: str) -> Form | None:
    head, comma, rest = text.partition(",")
    if not comma or _HAS_AND.search(rest):
        return None
    return Form("within", (head.strip(),), context=tuple(part for part in map(str.strip, rest.split(",")) if part))


def _read_possessive(text: str) -> Form | None:
    match = _POSSESSIVE.match(text) or _URDU_WITHIN.match(text)
    return Form("within", (match["name"],), context=(match["context"],)) if match else None


def _read_described_of(text: str) -> Form | None:
    """ "town of X" says what X is; anything else before "of" is a name within X."""
    match = _DESCRIBED_OF.match(text)
    wanted = _DESCRIPTORS_OF.get(match["word"].lower()) if match else None
    before = text[: match.start("word")].lower().split() if match else []
    if match and wanted and all(word in GENERIC_WORDS or re.fullmatch(_DIRECTION, word) for word in before):
        return Form("plain", (match["name"],), wanted)
    return None


def _read_within(text: str) -> Form | None:
    match = _WITHIN.match(text)
    return Form("within", (match["name"],), context=(match["context"],)) if match else None


def _read_leading(text: str) -> Form | None:
    match = _LEADING.match(text)
    return Form("plain", (match["name"],)) if match else None


def _read_prefix(text: str) -> Form | None:
    first, _, rest = text.partition(" ")
    wanted = _PREFIXES.get(first.lower())
    return Form("plain", (rest,), wanted) if wanted and rest else None


def _read_suffix(text: str) -> Form | None:
    words = text.split()
    wanted = _descriptor(words[-1]) if len(words) > 1 else None
    if wanted is None:
        return None
    head = words[:-1]
    while len(head) > 1 and head[-1].lower() in _FILLERS:
        head.pop()
    return Form("plain", (" ".join(head),), wanted)


def _descriptor(word: str) -> Wanted | None:
    """The kind a last word stands for, also with one slip in a long one ("Distrcit")."""
    lower = word.lower().replace("-", "").rstrip(".")
    if lower in _SUFFIXES or len(lower) < LONG_DESCRIPTOR:
        return _SUFFIXES.get(lower)
    near = (known for known in _SUFFIXES if len(known) >= LONG_DESCRIPTOR and OSA.distance(known, lower) == 1)
    return _SUFFIXES.get(next(near, ""))


def _read_several(text: str) -> Form | None:
    if not _HAS_AND.search(text):
        return None
    names = tuple(part for part in _SEVERAL.split(text) if part)
    return Form("several", names) if len(names) > 1 else None


def _read_pair(text: str) -> Form | None:
    match = _PAIR.match(text)
    return Form("pair", (match["a"], match["b"])) if match else None


_READERS: tuple[Callable[[str], Form | None], ...] = (
    _read_brackets,
    _read_away,
    _read_between,
    _read_comma,
    _read_sea,
    _read_near,
    _read_possessive,
    _read_described_of,
    _read_within,
    _read_road,
    _read_several,
    _read_suffix,
    _read_prefix,
    _read_leading,
    _read_pair,
)

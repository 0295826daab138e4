"""Step 4, counts: words -> a number of people as a range, or None. Vocabulary: `data/number_words.csv`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.datafiles import DATA_DIR, read_rows, split_list
from geo.errors import DataFileError
from geo.models import CountRange

KINDS = ("cardinal", "none", "vague", "at_least", "at_most", "about")
LARGEST_COUNT = 100_000
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
UNITS = "one|two|three|four|five|six|seven|eight|nine"


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The number words of the vocabulary: values of numerals and vague words, and the words that open a bound."""

    values: dict[str, CountRange]
    modifiers: dict[str, str]

    @property
    def number_pattern(self) -> str:
        """A regular expression of one number without its modifier: digits, numerals, vague words."""
        words = sorted(self.values, key=len, reverse=True)
        compound = rf"(?:{TENS})[- ](?:{UNITS})|(?:{UNITS}|a) hundred(?: and)?(?: (?:{TENS})(?:[- ](?:{UNITS}))?)?"
        # No number within a longer one, a decimal, an amount of money or a date with slashes.
        digits = (
            r"(?<![\d.,/$£€])\d{1,3}(?:,\d{3})+(?![\d/])|(?<![\d.,/$£€])\d{1,6}(?![\d/]|[.,]\d|-?(?:st|nd|rd|th)\b)"
        )
        return rf"(?:{digits}|\b(?:{compound}|{'|'.join(map(re.escape, words))})\b)"

    @property
    def first_words(self) -> frozenset[str]:
        """The words that a number in words, or what opens its bounds, begins with."""
        phrases = (*self.values, *self.modifiers, *TENS.split("|"), *UNITS.split("|"), "a", "between")
        return frozenset(re.split(r"[\W_]", phrase, maxsplit=1)[0] for phrase in phrases)

    @property
    def beginning(self) -> str:
        """What a number or its modifier begins with: asked before the long expression is tried at a place."""
        first = sorted({word[:3] for word in (*self.values, *self.modifiers, "hundred", "between")})
        letters = re.escape("".join(sorted({word[0] for word in first})))
        return rf"(?=[\d{letters}])(?:(?=\d)|\b(?={'|'.join(map(re.escape, first))}))"

    @property
    def modifier_pattern(self) -> str:
        return rf"\b(?:{'|'.join(map(re.escape, sorted(self.modifiers, key=len, reverse=True)))})\b"


@lru_cache(maxsize=1)
def number_words(path: Path = DATA_DIR / "number_words.csv") -> NumberWords:
    """The vocabulary of numbers.

    Raises:
        DataFileError: for an unknown kind or a value that is no number.
    """
    values: dict[str, CountRange] = {}
    modifiers: dict[str, str] = {}
    for line, row in read_rows(path, ("kind", "words", "low", "best", "high", "source")):
        kind = row["kind"]
        if kind not in KINDS:
            raise DataFileError(path, line, f"kind {kind!r} is unknown; known: {', '.join(KINDS)}")
        for word in split_list(row["words"]):
            if kind in ("at_least", "at_most", "about"):
                modifiers[word] = kind
            else:
                values[word] = CountRange(*(_cell(path, line, row[key]) for key in ("low", "best", "high")))
    return NumberWords(values, modifiers)


def _cell(path: Path, line: int, text: str) -> int | None:
    if not text:
        return None
    if not text.isdigit():
        raise DataFileError(path, line, f"{text!r} is no whole number")
    return int(text)


@lru_cache(maxsize=4096)
def parse_count(text: str) -> CountRange | None:
    """The range that a number phrase means, without the noun.

    >>> parse_count("at least 27")
    CountRange(low=27, best=27, high=None)
    >>> parse_count("ten to 12")
    CountRange(low=10, best=None, high=12)
    >>> parse_count("forty-seven").best
    47
    """
    phrase = " ".join(text.casefold().split())
    between = re.fullmatch(r"(?:between )?(\S+(?:[- ]\S+)?) (?:to|and|or) (\S+)", phrase)
    if between:
        low, high = (_number(part) for part in between.groups())
        if low and high and low.best is not None and high.best is not None and low.best < high.best:
            return CountRange(low.best, None, high.best)
    modifier, rest = _split_modifier(phrase)
    number = _number(rest)
    if number is None or number.best is None:
        return number
    if modifier == "at_least":
        return CountRange(number.best, number.best, None)
    if modifier == "at_most":
        return CountRange(None, number.best, number.best)
    return CountRange(None, number.best, None) if modifier == "about" and _is_vague(phrase) else number


def _is_vague(phrase: str) -> bool:
    """Whether "about"-like words make the number uncertain; "another" and "all" don't."""
    return not phrase.startswith(("another", "all", "the other", "other", "an additional", "both"))


def _split_modifier(phrase: str) -> tuple[str | None, str]:
    words = number_words()
    for modifier in _longest_first():
        if phrase.startswith(f"{modifier} ") and _number(phrase[len(modifier) + 1 :]) is not None:
            return words.modifiers[modifier], phrase[len(modifier) + 1 :]
    return None, phrase


@lru_cache(maxsize=1)
def _longest_first() -> tuple[str, ...]:
    return tuple(sorted(number_words().modifiers, key=len, reverse=True))


def _number(phrase: str) -> CountRange | None:
    digits = phrase.replace(",", "")
    if digits.isascii() and digits.isdigit():
        value = int(digits) if len(digits) < 7 else LARGEST_COUNT + 1
        return CountRange.exactly(value) if value <= LARGEST_COUNT else None
    known = number_words().values.get(phrase)
    return known or _compound(phrase)


def _compound(phrase: str) -> CountRange | None:
    """Numerals of several words: "twenty-two", "one hundred and five"."""
    total = 0
    for word in re.split(r"[- ]+", phrase.replace(" and ", " ")):
        part = number_words().values.get(word)
        if word == "hundred":
            total = max(total, 1) * 100
        elif part is None or part.best is None:
            return None
        else:
            total += part.best
    return CountRange.exactly(total) if total else None

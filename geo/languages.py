"""Step 2, language: English, Urdu, or another, by letters and small words. Vocabulary: `data/language_words.csv`.

Pashto, Persian, Balochi and Sindhi share most letters with Urdu; their small words tell them apart.
"""

from __future__ import annotations

import re
from functools import lru_cache

from geo.datafiles import DATA_DIR, read_rows, split_list

SAMPLE = 1500
SHORT = 12  # words; a headline may have no function word at all
LEAST_SHARE = 0.08  # of the words, in a longer text
NOTED_SHARE = 0.15  # of the letters, in another script than the one that is read
OTHER_LATIN = "other latin"

_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f\ufb50-\ufefe]")
_NOT_LATIN = re.compile("[^\x00-\u024f]")
_LATIN_WORD = re.compile("[a-z\u00df-\u024f]+")
_ARABIC_WORD = re.compile("[\u0621-\u065f\u0670-\u06d3\u06d5-\u06dc\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f]+")
_ARABIC_LETTERS = str.maketrans("يك", "یک")  # as some keyboards write Urdu
_URDU_LETTERS = frozenset("ٹڈڑںےہھ")


@lru_cache(maxsize=1)
def language_words() -> dict[str, frozenset[str]]:
    """The function words of each language."""
    found: dict[str, frozenset[str]] = {}
    for _, row in read_rows(DATA_DIR / "language_words.csv", ("language", "words", "source")):
        found[row["language"]] = found.get(row["language"], frozenset()) | frozenset(split_list(row["words"]))
    return found


def detect_language(text: str) -> str | None:
    """`en`, `ur`, or None for any other language; a few words in Latin letters count as English.

    >>> detect_language("مستونگ میں دھماکے سے تین افراد زخمی")
    'ur'
    """
    sample = text[:SAMPLE]
    script = _script(sample)
    if script == "latin":
        return _latin(sample)
    return _arabic(sample) if script == "arabic" else None


def language_warning(text: str, language: str | None) -> str | None:
    """What a reader must know of a text's language, if anything."""
    if language is None:
        return "the language is neither English nor Urdu: nothing was extracted"
    if language == "ur":
        return "Urdu: only places, dates and counts are read; the rest of the rules is for English"
    if text[:SAMPLE].isascii():
        return None
    letters = _letters(text[:SAMPLE])
    if letters["latin"] < (1 - NOTED_SHARE) * sum(letters.values()):
        return "only the English part of the text was read, not what is in other letters"
    return None


def _letters(sample: str) -> dict[str, int]:
    """How many letters of each script a text has."""
    if sample.isascii():
        return {"latin": len(_LATIN.findall(sample)), "arabic": 0, "other": 0}
    arabic = len(_ARABIC.findall(sample))
    others = sum(map(str.isalpha, _NOT_LATIN.findall(sample)))
    return {"latin": len(_LATIN.findall(sample)), "arabic": arabic, "other": max(others - arabic, 0)}


def _script(sample: str) -> str | None:
    """The script of most letters; None where there are none."""
    if sample.isascii():
        return "latin" if _LATIN.search(sample) else None
    letters = _letters(sample)
    script = max(letters, key=letters.__getitem__)
    return script if letters[script] else None


def _latin(sample: str) -> str | None:
    words = _LATIN_WORD.findall(sample.casefold())
    known = language_words()
    english = sum(map(known["en"].__contains__, words))
    others = sum(map(known[OTHER_LATIN].__contains__, words))
    if others > english:
        return None
    return "en" if len(words) < SHORT or english > len(words) * LEAST_SHARE else None


def _arabic(sample: str) -> str | None:
    """Urdu has more of its own function words than of any other language; in a headline, at least its own letters."""
    words = _ARABIC_WORD.findall(sample.translate(_ARABIC_LETTERS))
    counts = {
        language: sum(map(own.__contains__, words))
        for language, own in language_words().items()
        if language not in ("en", OTHER_LATIN)
    }
    urdu = counts.pop("ur")
    if max(counts.values()) >= max(urdu, 1):
        return None
    if len(words) < SHORT:
        return "ur" if urdu or not _URDU_LETTERS.isdisjoint(sample) else None
    return "ur" if urdu > len(words) * LEAST_SHARE else None

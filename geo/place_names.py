"""Forms of a place name for comparing: what a writer's case, script and transliteration leave the same.

First thing the gazetteer (which indexes these forms) and the geocoder (which looks them up) do with a name. Four forms,
each blurring more: `name_key` (case, diacritics, punctuation, Arabic against Urdu letters), `compact` (spaces too),
`sound_key` (q/k, oo/u, ee/i, gh/g, doubled letters ...) and `skeleton` (vowels too).
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = frozenset("'`´‘’‛ʼʻʹʾʿ")
_URDU_LETTERS = {
    **dict.fromkeys("يىې", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("هھةۃە", "ہ"),
    "ں": "ن",
    "ٱ": "ا",
}
_DROPPED = ("Mn", "Me", "Cf", "Lm")  # marks, invisible characters, modifier letters


_SOUND_RULES = tuple(
    (re.compile(pattern), blurred)
    for pattern, blurred in (
        (r"(.)\1+", r"\1"),  # Kacchi, Killa: doubled letters
        (r"ph", "f"),
        (r"ck|q|c(?!h)", "k"),  # Qalat, Qila
        (r"(?<=[bdgjklmnprtvwz])h", ""),  # Ghwadar, Jhao, Khuzdar: aspiration is often not written
        (r"w(?=[aeiouy])", "v"),
        (r"a[uw]|o[uw]|[ow]", "u"),  # Naushki, Noshki, Nushki
        (r"a[iye]|e[aiy]|i[ey]|[ey]", "i"),  # Zai, Ze; Mekhtar, Mikhtar; Loi, Loe
        (r"(?<=[aiu])h\b", ""),  # Gandawah, Gandawa
        (r"(.)\1+", r"\1"),
    )
)
_VOWELS = re.compile(r"[aeiouyw]|(?<=[bdgjklmnprtvz])h|t(?=ch)")
_REPEATED = re.compile(r"(.)\1+")


class _Folding(dict[int, str]):
    """For `str.translate`: what becomes of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = chr(code)
        while (further := "".join(map(_fold, folded))) != folded:
            folded = further
        self[code] = folded
        return folded


def _fold(char: str) -> str:
    if char in _APOSTROPHES or unicodedata.category(char) in _DROPPED:
        return ""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    plain = _URDU_LETTERS.get(char) or unicodedata.normalize("NFKD", char.casefold())
    return plain if len(plain) > 1 or plain.isalnum() else " "


_FOLDING = _Folding()


def name_key(name: str) -> str:
    """The name in lower case with neither diacritics nor punctuation, one space between words; "" if nothing is left.

    Idempotent, and the same for Urdu written with Arabic or Persian letters, with or without marks.
    """
    return " ".join(name.translate(_FOLDING).split())


def compact(key: str) -> str:
    """A key without its spaces: Pir Koh and Pirkoh."""
    return key.replace(" ", "")


def sound_key(key: str) -> str:
    """How a key may sound, whichever way it was put into Latin letters; other scripts only lose their spaces."""
    sound = compact(key)
    if not sound.isascii():
        return sound
    for pattern, blurred in _SOUND_RULES:
        sound = pattern.sub(blurred, sound)
    return sound


def skeleton(key: str) -> str:
    """The consonants of a key: names of one skeleton (Kech, Kachhi) are easily taken for each other."""
    return _REPEATED.sub(r"\1", _VOWELS.sub("", _REPEATED.sub(r"\1", compact(key))))

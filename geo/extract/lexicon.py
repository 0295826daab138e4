"""The words that the find stage looks for, from `data/*_words.csv` and the vocabularies, in one Aho-Corasick automaton.

One pass over a text finds every phrase of every kind, in time linear in its length.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import ahocorasick

from geo.datafiles import DATA_DIR, read_rows, split_list
from geo.errors import DataFileError
from geo.models import CLAIM_FIELDS
from geo.vocab import Vocabulary, default_vocabulary

PERSON_GROUPS = ("militants", "security", "civilians", "kin", "tribal", "people")
HARM_FIELDS = ("killed", "injured", "abducted", "arrested")
HARM_VOICES = ("any", "object", "subject", "toll")
FILES = {
    "event_words.csv": ("event", "event_type"),
    "person_words.csv": ("person", "group"),
    "harm_words.csv": ("harm", "field"),
    "speech_words.csv": ("speech", "kind"),
    "context_words.csv": ("context", "kind"),
}
# Acronyms that are words in lower case, too ("is", "ac"): found only as the file writes them.
SHORTEST_CASELESS = 4


@dataclass(frozen=True, slots=True)
class Word:
    """One phrase of a vocabulary: its kind, code within the kind, and what else its row says."""

    kind: str
    code: str
    phrase: str
    weight: int = 0
    voice: str = ""
    exact_case: bool = False


class Hit(NamedTuple):
    """A phrase found in a text; `code` is its word's, which everything asks for."""

    start: int
    end: int
    word: Word
    code: str


_new = tuple.__new__  # a hundred hits for each article: what the class does in Python adds up


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases; `hits` finds them."""

    automaton: Any

    def hits(self, text: str) -> dict[str, list[Hit]]:
        """Whole-word hits by kind, left to right; within a kind and code the longest of overlapping ones."""
        found: dict[str, list[Hit]] = defaultdict(list)
        framed = f" {text} "  # so that every character has a neighbour
        for last, (length, words) in self.automaton.iter(fold_case(text)):
            end = last + 1
            start = end - length
            if framed[end + 1].isalnum() or framed[start].isalnum():
                continue
            for word in words:
                if word.exact_case and text[start:end] != word.phrase:
                    continue
                hits = found[word.kind]
                hit = _new(Hit, (start, end, word, word.code))
                if hits and hits[-1].end > start:
                    _add_longest(hits, hit)
                else:
                    hits.append(hit)
        return found


def fold_case(text: str) -> str:
    """Lower case of the same length, so that positions stay."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _add_longest(hits: list[Hit], new: Hit) -> None:
    """Hits come ordered by end; a longer one swallows what it covers, of any code within the kind."""
    while hits and hits[-1].start >= new.start:
        if hits[-1].start == new.start and hits[-1].end == new.end:
            break
        hits.pop()
    if hits and hits[-1].end > new.start and hits[-1].start < new.start:
        return
    hits.append(new)


@lru_cache(maxsize=1)
def default_lexicon() -> Lexicon:
    """The lexicon of the project's own `data/` folder."""
    return build_lexicon(DATA_DIR, default_vocabulary())


def build_lexicon(folder: Path, vocabulary: Vocabulary) -> Lexicon:
    """Read the word files of a folder.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    automaton = ahocorasick.Automaton()
    entries: dict[str, list[Word]] = defaultdict(list)
    for name, (kind, column) in FILES.items():
        for word in _words_of(folder / name, kind, column, vocabulary):
            entries[fold_case(word.phrase)].append(word)
    for word in _actor_words(vocabulary):
        entries[fold_case(word.phrase)].append(word)
    for phrase, words in entries.items():
        automaton.add_word(phrase, (len(phrase), words))
    automaton.make_automaton()
    return Lexicon(automaton)


def _words_of(path: Path, kind: str, column: str, vocabulary: Vocabulary) -> Iterator[Word]:
    for line, row in read_rows(path, (column, "words", "source")):
        code, weight, voice = row[column], row.get("weight", ""), row.get("voice", "")
        _check_code(path, line, kind, code, vocabulary)
        if weight and not weight.isdigit():
            raise DataFileError(path, line, f"weight {weight!r} is no whole number")
        if kind == "harm" and voice not in HARM_VOICES:
            raise DataFileError(path, line, f"voice {voice!r} is unknown; known: {', '.join(HARM_VOICES)}")
        for phrase in dict.fromkeys(split_list(row["words"])):
            exact = phrase.isupper() and len(phrase) < SHORTEST_CASELESS
            yield Word(kind, code, phrase, int(weight or 0), voice, exact)


def _check_code(path: Path, line: int, kind: str, code: str, vocabulary: Vocabulary) -> None:
    known: dict[str, Any] = {
        "event": vocabulary.event_types,
        "person": PERSON_GROUPS,
        "harm": HARM_FIELDS,
    }
    if kind in known and code not in known[kind]:
        raise DataFileError(path, line, f"{kind} {code!r} is unknown; known: {', '.join(known[kind])}")


def _actor_words(vocabulary: Vocabulary) -> Iterator[Word]:
    for actor in vocabulary.actors.values():
        for name in dict.fromkeys((actor.name, *actor.aliases)):
            exact = len(name) < SHORTEST_CASELESS or name.isupper()
            yield Word("actor", actor.id, name, exact_case=exact)


def count_field(harm: str, group: str) -> str:
    """`killed.security` for a harm and a group; `total` where no field of the group exists.

    >>> count_field("killed", "people"), count_field("abducted", "civilians")
    ('killed.total', 'abducted.total')
    """
    name = f"{harm}.{group}"
    return name if name in CLAIM_FIELDS else f"{harm}.total"

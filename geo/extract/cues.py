"""Expressions that are looked for in every sentence, tried only where one of their words stands at all.

Looking for a word in a string costs a small part of what a long expression does, and most sentences have none. Both
are looked for in lower case: an expression that ignores case can't skip its alternatives by their first letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cue:
    """An expression for text in lower case, and words of which every match has at least one."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]

    def search(self, lowered: str) -> re.Match[str] | None:
        """The first match in a text in lower case."""
        for word in self.words:
            if word in lowered:
                return self.pattern.search(lowered)
        return None


def cue(pattern: str, *words: str) -> Cue:
    """An expression with its words, all in lower case."""
    return Cue(re.compile(pattern), words)

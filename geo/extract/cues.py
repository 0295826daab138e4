"""Expressions that are looked for in every sentence, tried only where one of their words stands at all.

Looking for a word in a string costs a small part of what a long expression does, and most sentences have none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cue:
    """An expression, and words in lower case of which every match has at least one."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]

    def search(self, text: str, lowered: str) -> re.Match[str] | None:
        """The first match in a text; `lowered` is the text in lower case, which its caller has at hand."""
        for word in self.words:
            if word in lowered:
                return self.pattern.search(text)
        return None


def cue(pattern: str, *words: str) -> Cue:
    """An expression in any case with its words."""
    return Cue(re.compile(pattern, re.IGNORECASE), words)

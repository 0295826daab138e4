"""Stages clean and segment: lines of known kinds, then sentences, each with its paragraph and section.

Cross-heads, bullets and notices ("Published in Dawn, ...") stay in the text that spans index; here they are marked so
that later stages read them for what they are. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from geo.extract.lexicon import fold_case
from geo.extract.model import Line, Sentence

LONGEST_SENTENCE = 1500
LONGEST_CROSSHEAD = 70
MAX_CROSSHEAD_WORDS = 10
LONGEST_ABBREVIATION = 6
LONGEST_DATELINE = 120
DATELINE_SIGNS = (":", "-", "–", "—")

_NOTICE = re.compile(
    r"^\W*(?:published in (?:dawn|the)\b.*|advertise?ments?\b.*|adsense.*|dark mode|logo|"
    r"comments?|read more:?.*|also read:?.*|"
    r"see what people are discussing|comment / reply.*|news desk|the news desk provides.*|"
    r"x|this is a modal window\.?|beginning of dialog window.*|end of dialog window\.?|"
    r"share (?:this|on)\b.*|follow us\b.*|subscribe\b.*|related (?:stories|news):?.*|tags?:.*|"
    r"by (?:our|a|the) .{0,25}correspondent\W*|"
    r"\(?adsbygoogle.*|photo(?: by)?:.*|—? ?file(?: photo)?|copyright\b.*|all rights reserved.*|"
    r"with (?:additional )?input from.*|"
    r"(?:—|--|-) ?[^@]{3,60}\(@\w+\).*|pic\.twitter\.com\S*|"
    r"the writer is\b.*|editing by\b.*|reporting by\b.*)$",
    re.I,
)
# Anywhere in a line: asked by plain words, as an expression would try them at every character.
_NOTICE_WORDS = ("contributed to this report", "video player is loading")
_CONTRIBUTED = re.compile(r".*contributed to this report\.?$", re.I)
_BULLET = re.compile(r"^\s*(?:[•▪●◦*–—-]\s+|\d{1,2}[.)]\s+)")
_DATELINE = re.compile(
    r"^\s*((?:[A-Z][A-Za-z'’.-]*[ /]){0,5}?[A-Z][A-Za-z'’.-]+(?:,\s*(?:[A-Z][a-z]+\.?\s*\d{0,2}|"
    r"\d{4}|[A-Z][a-z]+)){0,3}(?:\s*\([A-Z][A-Za-z. ]+\)){0,2})\s*(?::|\s-{1,2}\s|\s–\s|\s—\s)\s*"
    # The day that a report was sent, where its first sentence begins after it: "QUETTA: January 2, 2025 Two men ..."
    r"(?:(?:[A-Z][a-z]{2,8}\.? \d{1,2},? |\d{1,2} [A-Z][a-z]{2,8},? )\d{4}\s*(?:\([A-Z][\w/. ]{1,20}\)\s*)?[:–—-]*\s+"
    r"(?=[\"'A-Z]))?"
)
_STARTS_SPEECH = re.compile(r"\b(?:said|says|told|killed|ISPR|officials?)\b")
# One set of characters at the front, which the engine looks for without trying the rest at every character.
_END = re.compile(r"[.!?۔؟](?:(?<=[.!?])[.!?]*[\"')\]]*(?=\s+[\"'(\[]*[A-Z0-9\u0600-\u06ff]|\s*$)|(?<=[۔؟])(?=\s|$))")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|gen|lt|col|maj|capt|brig|sgt|st|no|nos|prof|sen|gov|rev|jan|feb|mar|apr|jun|jul|"
    r"aug|sept?|oct|nov|dec|"
    r"rs|vs|etc|i\.e|e\.g|approx|km|govt|dept|retd|ltd|inc|co|u\.s|p\.m|a\.m|hon|sr|jr|mt|spl|dist|supt|insp)|"
    r"\b[A-Z])\.$",
    re.I,
)


def read_lines(text: str, title_end: int = 0) -> list[Line]:
    """The lines of a text with their kinds; the title counts as a headline."""
    lines: list[Line] = []
    section = 0
    end = -1
    for content in text.split("\n"):
        start, end = end + 1, end + 1 + len(content)
        if not content or content.isspace():
            continue
        kind = "headline" if end <= title_end else _kind_of(content, bool(lines) and lines[-1].kind == "body")
        if kind == "crosshead":
            section += 1
        dateline = _dateline(content[:LONGEST_DATELINE], lines) if kind == "body" else ""
        lines.append(Line(start, end, kind, dateline, section))
    return lines


def _dateline(opening: str, before: list[Line]) -> str:
    """The town that a line of the first paragraphs begins with ("QUETTA: "), or none."""
    if not any(sign in opening for sign in DATELINE_SIGNS) or sum(line.kind == "body" for line in before[-6:]) >= 4:
        return ""
    found = _DATELINE.match(opening)
    return found.group() if found and not _STARTS_SPEECH.search(found[1]) else ""


def _kind_of(line: str, after_body: bool) -> str:
    if len(line) < 400 and (_NOTICE.match(line) or _tells_of_page(line)):
        return "notice"
    if len(line) > 600 and " " not in line[:200]:
        return "notice"
    if _BULLET.match(line):
        return "bullet"
    return "crosshead" if _is_crosshead(line.strip(), after_body) else "body"


def _tells_of_page(line: str) -> bool:
    """ "Our correspondent contributed to this report", "Video player is loading"."""
    lowered = line.lower()
    if _NOTICE_WORDS[1] in lowered:
        return True
    return _NOTICE_WORDS[0] in lowered and _CONTRIBUTED.match(line) is not None


def _is_crosshead(line: str, after_body: bool) -> bool:
    """A short line of its own without a full stop, between paragraphs."""
    words = line.split()
    if not after_body or len(line) > LONGEST_CROSSHEAD or len(words) > MAX_CROSSHEAD_WORDS:
        return False
    return line[-1] not in ".!?\"':;,)۔" and (line[0].isupper() or line[0].isdigit())


def split_sentences(text: str, lines: list[Line]) -> list[Sentence]:
    """Every sentence of the lines that aren't notices."""
    sentences: list[Sentence] = []
    section, opened = 0, False
    for number, line in enumerate(lines):
        if line.kind == "notice":
            continue
        if line.section != section:
            section, opened = line.section, True
        begin = line.start + len(line.dateline)
        for start, end in _bounds(text, begin, line.end):
            content = text[start:end]
            if content[0].isalnum() or any(map(str.isalnum, content)):
                starts = opened and line.kind == "body"
                sentences.append(
                    Sentence(start, end, content, fold_case(content), line.kind, number, line.section, starts)
                )
                opened = opened and not starts
    return sentences


def _bounds(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence of a line, stripped; one without a full stop is cut at white space."""
    at = start
    for match in _END.finditer(text, start, end):
        stop = match.end()
        word = text[max(at, match.start() - LONGEST_ABBREVIATION) : match.start()]
        if not (len(word) == LONGEST_ABBREVIATION and word.isalpha()) and _is_abbreviation(word + match[0][0]):
            continue
        yield from _pieces(text, at, stop)
        at = stop
    if at < end:
        yield from _pieces(text, at, end)


@lru_cache(maxsize=4096)
def _is_abbreviation(ending: str) -> bool:
    """Whether the last characters before white space are an abbreviation's; texts end sentences alike."""
    return _ABBREVIATION.search(ending) is not None


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretch without white space around it, cut where it is far too long."""
    pieces: list[tuple[int, int]] = []
    while start < end:
        cut = end
        if end - start > LONGEST_SENTENCE:
            space = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
            cut = space if space > start else start + LONGEST_SENTENCE
        piece = text[start:cut]
        bare = piece.strip()
        if bare:
            begin = start + len(piece) - len(piece.lstrip())
            pieces.append((begin, begin + len(bare)))
        start = cut
    return pieces

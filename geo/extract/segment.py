"""Stages clean and segment: lines of known kinds, then sentences, each with its paragraph and section.

Cross-heads, bullets and notices ("Published in Dawn, ...") stay in the text that spans index; here they are marked so
that later stages read them for what they are. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from geo.extract.model import Line, Sentence

LONGEST_SENTENCE = 1500
LONGEST_CROSSHEAD = 70
MAX_CROSSHEAD_WORDS = 10
LONGEST_ABBREVIATION = 6

_NOTICE = re.compile(
    r"^\W*(?:published in (?:dawn|the)\b.*|advertise?ments?\b.*|adsense.*|dark mode|logo|"
    r"comments?|read more:?.*|also read:?.*|"
    r"see what people are discussing|comment / reply.*|news desk|the news desk provides.*|"
    r".*contributed to this report\.?|"
    r"x|this is a modal window\.?|beginning of dialog window.*|end of dialog window\.?|.*video player is loading.*|"
    r"share (?:this|on)\b.*|follow us\b.*|subscribe\b.*|related (?:stories|news):?.*|tags?:.*|"
    r"by (?:our|a|the) .{0,25}correspondent\W*|"
    r"\(?adsbygoogle.*|photo(?: by)?:.*|—? ?file(?: photo)?|copyright\b.*|all rights reserved.*|"
    r"with (?:additional )?input from.*|"
    r"(?:—|--|-) ?[^@]{3,60}\(@\w+\).*|pic\.twitter\.com\S*|"
    r"the writer is\b.*|editing by\b.*|reporting by\b.*)$",
    re.I,
)
_BULLET = re.compile(r"^\s*(?:[•▪●◦*–—-]\s+|\d{1,2}[.)]\s+)")
_DATELINE = re.compile(
    r"^\s*((?:[A-Z][A-Za-z'’.-]*[ /]){0,5}?[A-Z][A-Za-z'’.-]+(?:,\s*(?:[A-Z][a-z]+\.?\s*\d{0,2}|"
    r"[A-Z][a-z]+)){0,2}(?:\s*\([A-Z][A-Za-z. ]+\))?)\s*(?::|\s-{1,2}\s|\s–\s|\s—\s)\s*"
)
_STARTS_SPEECH = re.compile(r"\b(?:said|says|told|killed|ISPR|officials?)\b")
_END = re.compile(r"[.!?]+[\"')\]]*(?=\s+[\"'(\[]*[A-Z0-9\u0600-\u06ff]|\s*$)|[۔؟](?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|gen|lt|col|maj|capt|brig|sgt|st|no|nos|prof|sen|gov|rev|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"rs|vs|etc|i\.e|e\.g|approx|km|govt|dept|retd|ltd|inc|co|u\.s|p\.m|a\.m|hon|sr|jr|mt|spl|dist|supt|insp)|\b[A-Z])\.$",
    re.I,
)


def read_lines(text: str, title_end: int = 0) -> list[Line]:
    """The lines of a text with their kinds; the title counts as a headline."""
    lines: list[Line] = []
    section = 0
    for match in re.finditer(r"[^\n]+", text):
        content = match.group()
        if not content.strip():
            continue
        kind = "headline" if match.end() <= title_end else _kind_of(content, bool(lines) and lines[-1].kind == "body")
        if kind == "crosshead":
            section += 1
        dateline = ""
        if (
            kind == "body"
            and sum(line.kind == "body" for line in lines[-6:]) < 4
            and (found := _DATELINE.match(content[:120]))
        ):
            dateline = found.group() if not _STARTS_SPEECH.search(found[1]) else ""
        lines.append(Line(match.start(), match.end(), kind, dateline, section))
    return lines


def _kind_of(line: str, after_body: bool) -> str:
    if len(line) < 400 and _NOTICE.match(line):
        return "notice"
    if len(line) > 600 and " " not in line[:200]:
        return "notice"
    if _BULLET.match(line):
        return "bullet"
    return "crosshead" if _is_crosshead(line.strip(), after_body) else "body"


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
            if any(char.isalnum() for char in content):
                starts = opened and line.kind == "body"
                sentences.append(Sentence(start, end, content, line.kind, number, line.section, starts))
                opened = opened and not starts
    return sentences


def _bounds(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence of a line, stripped; one without a full stop is cut at white space."""
    at = start
    for match in _END.finditer(text, start, end):
        stop = match.end()
        word = text[max(at, match.start() - LONGEST_ABBREVIATION) : match.start()]
        if not (len(word) == LONGEST_ABBREVIATION and word.isalpha()) and _ABBREVIATION.search(
            word + text[match.start()]
        ):
            continue
        yield from _pieces(text, at, stop)
        at = stop
    yield from _pieces(text, at, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
        cut = cut if cut > start else start + LONGEST_SENTENCE
        yield from _stripped(text, start, cut)
        start = cut
    yield from _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end

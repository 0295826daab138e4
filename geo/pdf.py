"""Step 1 for a PDF: its text, line breaks of the layout undone, for `geo.intake`.

A PDF is a program of sorts, and a hostile one can keep a reader busy for ever: it is read in a process of its own with
limits of time and memory, which runs this module.
"""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from io import BytesIO

from geo.errors import InputError

MOST_BYTES = 20_000_000
MOST_PAGES = 100
MOST_CHARACTERS = 1_000_000
SECONDS = 20
MEMORY = 1_500_000_000
PAGE_BREAK = "\f"

_SENTENCE_END = re.compile(r"[.!?:;\"\u201d\u2019)]$")
_HYPHEN = re.compile(r"(?<=[a-z])-$")


def read_pdf(content: bytes, name: str) -> str:
    """The text of a PDF's first pages.

    Raises:
        InputError: when it is none, is locked, holds no text, or takes too long.
    """
    if len(content) > MOST_BYTES:
        raise InputError(f"{name}: larger than {MOST_BYTES // 1_000_000} MB; split it")
    command = [sys.executable, "-m", "geo.pdf"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{name}: took longer than {SECONDS} seconds to read; paste its text instead") from error
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip()[-200:] if done.returncode == 3 else "it is damaged"
        raise InputError(f"{name}: cannot be read as PDF ({reason}); paste its text instead")
    text = unwrap(done.stdout.decode("utf-8", "replace"))
    if not text.strip():
        raise InputError(f"{name}: holds no text, perhaps a scan; paste its text instead")
    return text


def unwrap(text: str) -> str:
    """Lines that the layout broke joined to paragraphs again, words that it hyphenated too.

    >>> unwrap("Gunmen opened fire on a con-\\nvoy near the town of\\nTurbat.\\nPolice said")
    'Gunmen opened fire on a convoy near the town of Turbat.\\nPolice said'
    """
    lines = [line.strip() for line in text.replace(PAGE_BREAK, "\n").splitlines()]
    full = _full_width(lines)
    joined: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        if joined and before and line and not _ends(before, full):
            joined[-1] = _HYPHEN.sub("", joined[-1]) + ("" if _HYPHEN.search(before) else " ") + line
        else:
            joined.append(line)
    return "\n".join(joined)


def _full_width(lines: list[str]) -> float:
    """How long a line of running text is: most lines of the upper half come near it."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[len(lengths) * 3 // 4] if lengths else 0.0


def _ends(line: str, full: float) -> bool:
    """Whether a paragraph may end here: a sentence does, or the line stops well before the margin."""
    sentence = _SENTENCE_END.search(line) is not None
    return len(line) < full * (0.9 if sentence else 0.5)


def _text_of(content: bytes) -> str:
    from pypdf import PdfReader  # noqa: PLC0415  (only the process that reads a PDF needs it)

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("it is locked with a password")
    pages: list[str] = []
    for page in reader.pages[:MOST_PAGES]:
        pages.append(page.extract_text())
        if sum(map(len, pages)) > MOST_CHARACTERS:
            break
    return PAGE_BREAK.join(pages)[:MOST_CHARACTERS]


def _main() -> int:
    """Read a PDF from standard input, write its text; 3 with one line on standard error where that fails."""
    try:
        import resource  # noqa: PLC0415  (not on every system)

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    except (ImportError, ValueError, OSError):
        pass  # without limits of its own the process still ends when its time is up
    logging.disable(logging.CRITICAL)
    try:
        text = _text_of(sys.stdin.buffer.read())
    except Exception as error:  # whatever a broken file makes the reader raise, the answer is one line
        sys.stderr.write(f"{error}".splitlines()[0] if f"{error}" else type(error).__name__)
        return 3
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(_main())

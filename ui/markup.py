"""Text as HTML or Markdown that says exactly this text: everything that a source wrote goes through here."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$^&\"'=@/])")


def literal(text: str) -> str:
    """Text for a label or message that Streamlit reads as Markdown: no link, image or formula comes of it."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def tag(name: str, *content: str, css: str = "") -> str:
    """An element around markup that is already safe."""
    shown = f' class="{html.escape(css)}"' if css else ""
    return f"<{name}{shown}>{''.join(content)}</{name}>"


def text(words: str, name: str = "span", css: str = "") -> str:
    """An element that holds plain text."""
    return tag(name, html.escape(words), css=css)


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """A list of terms with their safe markup."""
    return tag("dl", *(text(term, "dt") + tag("dd", shown) for term, shown in rows), css="facts")

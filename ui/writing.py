"""What a page needs to store something: the store of this process, and to see at once what it stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.state import live

if TYPE_CHECKING:
    from geo.store.engine import Store


def store_for_writing() -> Store:
    """The store that this process shows; the first write makes its file.

    Raises:
        StoreError: in one line, when it can't be opened or made.
    """
    return live().store()


def refresh() -> None:
    """Let the shared state hold what was just stored, before the page is drawn again."""
    live().refresh()

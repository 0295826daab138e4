"""From news articles on political violence in Balochistan to attributed incidents on a map; see DESIGN in README.md.

`geo.geocode("Turbat")` works without importing anything else; it is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    if name == "geocode":
        return importlib.import_module("geo.geocode")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

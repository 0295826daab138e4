"""The headless browser of tests and benchmarks: where it is and how it is started."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # as `tools/find_chromium.sh`
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


def find_browser() -> str:
    """Its path; `make test` and `make bench` find or install one and say so in CHROMIUM."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "no Chromium: run `make test`, which installs one, or set CHROMIUM to its path"
    return found

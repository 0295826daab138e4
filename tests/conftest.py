"""What holds for all tests: nothing installed on the developer's machine is seen by them."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import pytest
from hypothesis import settings

# Timing lives in `make bench`: on a busy machine a deadline only finds out that it is busy.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

# Of the laws whose every example takes a second or two; `make soak` tries many more.
LONG_EXAMPLES = int(os.environ.get("LONG_EXAMPLES", "15"))

# Before any test module loads the data set: an installed district layer would change it.
os.environ["INCIDENTS_DATA_DIR"] = tempfile.mkdtemp(prefix="incidents-tests-")
atexit.register(shutil.rmtree, os.environ["INCIDENTS_DATA_DIR"], ignore_errors=True)

LONG_FILES = ("tests/browser/", "tests/test_store_faults.py", "tests/test_reading.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest first: begun last, one of them would keep a single process busy at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG_FILES))

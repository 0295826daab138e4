"""What holds for all tests: nothing installed on the developer's machine is seen by them."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

# Timing lives in `make bench`: on a busy machine a deadline only finds out that it is busy.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

# Before any test module loads the data set: an installed district layer would change it.
os.environ["INCIDENTS_DATA_DIR"] = tempfile.mkdtemp(prefix="incidents-tests-")

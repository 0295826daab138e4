"""What holds for all tests: nothing installed on the developer's machine is seen by them."""

from __future__ import annotations

import os
import tempfile

# Before any test module loads the data set: an installed district layer would change it.
os.environ["INCIDENTS_DATA_DIR"] = tempfile.mkdtemp(prefix="incidents-tests-")

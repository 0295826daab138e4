"""Serves the app as it ships on a made data set, for the benchmarks: `python -m tools.serve_made SIZE PORT`.

With `--coordinates` the incidents have a place, a date and a kind and nothing else, which lets ten million fit.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import ui.state
from geo.api import AppState
from tests.make_dataset import make_coordinates, make_dataset

ROOT = Path(__file__).resolve().parent.parent


class Made:
    """Stands in for the state that follows the store: one made state, for good."""

    def __init__(self, state: AppState) -> None:
        self._state = state

    def current(self) -> AppState:
        """The state to answer from."""
        return self._state


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("port", type=int)
    parser.add_argument("--coordinates", action="store_true", help="nothing but place, date and kind of each")
    asked = parser.parse_args()
    make = make_coordinates if asked.coordinates else make_dataset
    made = Made(AppState.of(make(asked.size)))
    ui.state._live = lambda: made  # type: ignore[assignment,return-value]
    sys.argv = [str(ROOT / "app.py")]  # as `streamlit run app.py` has it
    from app import app  # noqa: PLC0415  (it loads the state)

    app.run(config={"server.port": asked.port, "server.headless": True})


if __name__ == "__main__":
    main()

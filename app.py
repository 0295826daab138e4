"""Start here: `streamlit run app.py` serves the pages and, on the same server, the read-only HTTP routes.

Pages collect and show (`pages/`, `ui/`); everything they show is computed in `geo/`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geo.api.routes import routes
from ui.state import load_state

app = st.App(Path(__file__).parent / "ui" / "main.py", routes=routes(load_state))

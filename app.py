"""Start here: `streamlit run app.py` serves the pages and, on the same server, the read-only HTTP routes.

Pages collect and show (`pages/`, `ui/`); everything they show is computed in `geo/`.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from geo.api.listener import send_at_once
from geo.api.routes import routes
from geo.errors import IncidentMapError
from ui.access import check_settings, may_read_route
from ui.state import load_state, spare_heap

try:
    for warning in check_settings():
        print(f"warning: {warning}", file=sys.stderr)
    load_state().warm()  # before the first visitor comes, who then needn't wait for it
    spare_heap()
except IncidentMapError as error:
    sys.exit(f"error: {error}")


@asynccontextmanager
async def serving(_: st.App) -> AsyncIterator[None]:
    """While the server runs; by then it listens."""
    send_at_once()
    yield


app = st.App(Path(__file__).parent / "ui" / "main.py", routes=routes(load_state, may_read_route), lifespan=serving)

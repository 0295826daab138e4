"""Step 12 over HTTP: the map page, the layers it draws, incidents by id, and the selection as GeoJSON and CSV.

`routes(provide)` gives Starlette routes to hand to `st.App` or to any server; they read one `AppState` and never
write. Nothing here knows Streamlit.
"""

from geo.api.routes import routes
from geo.api.state import AppState

__all__ = ["AppState", "routes"]

"""All routes of the interface, in one list for `st.App(routes=...)` or any Starlette application."""

from __future__ import annotations

from starlette.routing import Route

from geo.api.features import feature_routes
from geo.api.http import Provide
from geo.api.layer_routes import layer_routes
from geo.api.pages import page_routes


def routes(provide: Provide) -> list[Route]:
    """The routes.

    Args:
        provide: Gives the state to answer from; called for every request, so a newer data set takes over at once.
    """
    return [*page_routes(provide), *layer_routes(provide), *feature_routes(provide)]

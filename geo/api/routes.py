"""All routes of the interface, in one list for `st.App(routes=...)` or any Starlette application."""

from __future__ import annotations

from starlette.routing import BaseRoute

from geo.api.features import feature_routes
from geo.api.guard import MayRead, everybody, guarded
from geo.api.http import Provide
from geo.api.layer_routes import layer_routes
from geo.api.pages import page_routes, static_route


def routes(provide: Provide, may_read: MayRead = everybody) -> list[BaseRoute]:
    """The routes.

    Args:
        provide: Gives the state to answer from; called for every request, so a newer data set takes over at once.
        may_read: Whether a request may be answered; only scripts and styles, which hold no data, are open to all.
    """
    answers = [*page_routes(provide), *layer_routes(provide), *feature_routes(provide)]
    return [static_route(), *guarded(answers, may_read)]

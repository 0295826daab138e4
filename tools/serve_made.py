"""Serves the map page on a made data set, for `tools.bench_map`: `python -m tools.serve_made SIZE PORT`."""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from geo.api import AppState, routes
from tests.make_dataset import make_dataset


def main(size: int, port: int) -> None:
    """Serve until stopped."""
    state = AppState.of(make_dataset(size))
    state.warm()
    packed = Middleware(GZipMiddleware, minimum_size=500, compresslevel=6)
    app = Starlette(routes=routes(lambda: state), middleware=[packed])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""The filter alone: a query to its rows, to the marks of a view and to all numbers, without server or browser."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson

from geo.api import AppState
from geo.api.layer_routes import cells_json
from geo.layers import build_histogram, count_selection, district_numbers
from geo.query import Query
from tests.make_dataset import make_dataset
from tools.measuring import Goal, Table, number

SIZES = (1_000, 10_000, 100_000, 1_000_000)
VIEW = (60.5, 24.5, 71.0, 32.3)
QUERIES = (
    "event_type=bombing",
    "perpetrator=bla",
    "from=2015-01-01&to=2020-12-31",
    "district=kech&district=quetta",
    "publisher=dawn&camp=state",
    "min_killed=3",
    "disputed=true",
    "perpetrator=bla&basis=claimed_by_group&from=2018-01-01",
    "event_type=armed_attack&event_type=bombing&review=unreviewed",
    "q=turbat",
    "where_prec_max=1&speaker=police",
    "group=bla",
)


def milliseconds(act: Callable[[], Any]) -> float:
    """Processor time of something, so that other work on the machine doesn't count."""
    started = time.process_time()
    act()
    return (time.process_time() - started) * 1000


def figures(size: int) -> list[float]:
    """Medians of the queries: the mask, the marks as they are sent, and counts, districts and chart."""
    state = AppState.of(make_dataset(size))
    state.warm()
    _ = state.selector.index.words
    masks, marks, numbers = [], [], []
    for text in QUERIES:
        query = Query.parse(parse_qsl(text), state.names)
        masks.append(milliseconds(lambda query=query: state.selector.mask(query)))
        marks.append(milliseconds(lambda query=query: orjson.dumps(cells_json(state, query, 7, VIEW))))
        numbers.append(milliseconds(lambda query=query: _numbers(state, query)))
    return [statistics.median(each) for each in (masks, marks, numbers)]


def _numbers(state: AppState, query: Query) -> None:
    count_selection(state.selector, query)
    district_numbers(state.selector, query)
    build_histogram(state.selector, query.without("from", "to", "undated"), state.colour_groups)


def filter_table() -> Table:
    """1k to 1M incidents."""
    found = {size: figures(size) for size in SIZES}
    rows = [[number(size), *(number(figure, 1) for figure in each)] for size, each in found.items()]
    about = f"Milliseconds of processor time, the median of {len(QUERIES)} queries that nobody has asked before."
    goals = (Goal("1M: rows and marks of a query", sum(found[SIZES[-1]][:2]), 50),)
    head = ("Incidents", "rows", "marks of a view", "counts, districts and chart")
    return Table("The filter alone", about, head, rows, goals)


PARTS = {"filter": filter_table}

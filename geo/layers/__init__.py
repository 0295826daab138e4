"""Step 11 of the flow: selected rows -> clusters, district numbers, counts, histogram and lists, at any size.

`build_index` turns the incident table into a `MapIndex` once per data version; a `Selector` turns queries into masks
over it; everything else counts or lists masked rows in a few milliseconds for a million incidents.
"""

from geo.layers.cells import Cells, find_cells
from geo.layers.counts import Counts, count_selection, district_numbers, facet_counts
from geo.layers.histogram import Histogram, build_histogram
from geo.layers.index import MapIndex, build_index
from geo.layers.lists import ListRequest, list_incidents
from geo.layers.select import Selector

__all__ = [
    "Cells",
    "Counts",
    "Histogram",
    "ListRequest",
    "MapIndex",
    "Selector",
    "build_histogram",
    "build_index",
    "count_selection",
    "district_numbers",
    "facet_counts",
    "find_cells",
    "list_incidents",
]

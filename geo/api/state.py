"""What all routes and pages share: a data set, its map index, and what is the same for every selection of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Timer
from typing import Any

from geo.api.district_shapes import DistrictShapes
from geo.dataset import Dataset
from geo.details import incident_details
from geo.layers import Selector, build_index
from geo.names import Names

MANY = 100_000  # incidents from which words are indexed after the first answers
WORDS_AFTER = 2.0  # seconds


@dataclass(frozen=True)
class AppState:
    """One data version, ready to be asked. Shared by all threads; nothing in it changes.

    Attributes:
        settings: What the page shows of the settings: `correction_address`.
    """

    dataset: Dataset
    selector: Selector
    names: Names
    shapes: DistrictShapes
    settings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset, settings: Mapping[str, str] | None = None) -> AppState:
        """Index a data set."""
        vocabulary = dataset.vocabulary
        shapes = DistrictShapes.of(dataset.layer)
        index = build_index(
            dataset.columns,
            dataset.version,
            shown_districts=shapes.shown_for,
            children=vocabulary.with_children,
            lineage=vocabulary.lineage,
        )
        held = {
            **index.labels,
            "speaker": {value: vocabulary.speaker(value).name for value in index.speakers.values},
            "dataset": {value: value for value in index.dataset.values if value},
        }
        names = Names.build(vocabulary, dataset.districts.all(), held)
        return cls(dataset, Selector(index, shapes.touching), names, shapes, dict(settings or {}))

    def warm(self) -> None:
        """Make now what is made once and used by all, so that no reader waits for it; seconds for a million."""
        index = self.selector.index
        _ = (self.shapes.geojson, self.colour_groups, index.by_date, index.dated, index.top_perpetrators)
        if index.n_rows < MANY:
            _ = index.words
        else:  # seconds, after the first answers; who searches for a word before that waits for it
            later = Timer(WORDS_AFTER, lambda: index.words)
            later.daemon = True
            later.start()

    @property
    def version(self) -> str:
        """The data version, as figures are cited with it."""
        return self.dataset.version

    @cached_property
    def colour_groups(self) -> dict[str, str]:
        """Event type to the colour group that it is drawn in."""
        return {code: entry.colour_group for code, entry in self.dataset.vocabulary.event_types.items()}

    @cached_property
    def n_publishers(self) -> int:
        """How many publishers the data rests on."""
        return len(self.selector.index.publishers.values)

    def details(self, key: str) -> dict[str, Any]:
        """Everything that is shown of an incident.

        Raises:
            NotFound: when no incident has or had the id.
        """
        return incident_details(self.dataset, self.dataset.incident(key))

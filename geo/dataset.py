"""The data set that pages, exports and routes share: incidents by id, their table, and what they are read with.

Frozen: a newer state of the data is another `Dataset` with another version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd

from geo.district_layers import DistrictLayer
from geo.districts import DistrictTable
from geo.errors import NotFound
from geo.models import Incident
from geo.vocab import Vocabulary


@dataclass(frozen=True, slots=True)
class Dataset:
    """All incidents of one data version.

    Attributes:
        version: `<n>-<hash8>`; a figure is cited with it.
        incidents: By incident id.
        table: The incident table (`geo.table`), in the order of ids.
        problems: What could not be loaded, one line each, for the reader.
        owners: Mention id to the id of the incident that holds it now.
        children: Campaign id to the ids of its parts.
    """

    version: str
    incidents: Mapping[str, Incident]
    table: gpd.GeoDataFrame
    vocabulary: Vocabulary
    districts: DistrictTable
    layer: DistrictLayer
    problems: tuple[str, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def incident(self, key: str) -> Incident:
        """The incident of this id, or the one that now holds the mention of this id.

        Raises:
            NotFound: when no incident has it.
        """
        found = self.incidents.get(key) or self.incidents.get(self.owners.get(key, ""))
        if found is None:
            raise NotFound(f"no incident has the id {key!r} in data version {self.version}")
        return found

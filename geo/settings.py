"""Settings of an installation: read once from `INCIDENTS_*` variables, the only place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP_NAME = "balochistan-incident-map"
LINKS = ("https://", "http://", "mailto:")  # others could run as a script in the page


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may set.

    Attributes:
        data_dir: `INCIDENTS_DATA_DIR`, else the user's data folder: what was installed or stored on this machine.
        correction_address: `INCIDENTS_CORRECTIONS`: where "report a correction" leads (https:// or mailto:); None
            hides the link.
        db: `INCIDENTS_DB`: address of the store, by default an SQLite file in `data_dir`.
        warnings: What was set wrong and is left out, one line each; the rest works.
    """

    data_dir: Path
    correction_address: str | None
    db: str
    warnings: tuple[str, ...] = ()

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; an empty variable counts as not set."""
        given = {key: value.strip() for key, value in (os.environ if environ is None else environ).items()}
        data_dir = Path(given.get("INCIDENTS_DATA_DIR") or platformdirs.user_data_dir(APP_NAME)).expanduser()
        db = given.get("INCIDENTS_DB") or f"sqlite:///{data_dir / 'incidents.sqlite'}"
        address = given.get("INCIDENTS_CORRECTIONS") or None
        if address and not address.startswith(LINKS):
            told = f"INCIDENTS_CORRECTIONS must begin with {' or '.join(LINKS)}, not {address!r}: no link is shown"
            return cls(data_dir, None, db, (told,))
        return cls(data_dir, address, db)

    @property
    def district_file(self) -> Path:
        """Where `districts install` puts a layer, and the map looks for one."""
        return self.data_dir / "districts.geojson"

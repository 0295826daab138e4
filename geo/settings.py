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
        closed: `INCIDENTS_READING`: `open` (the default) or `closed`: reading, too, needs a login or a token.
        editors: `INCIDENTS_EDITORS`: e-mail addresses with commas between, or a file with one a line.
        readers: `INCIDENTS_READERS`: the same, of those who may read where reading is closed.
        read_tokens: `INCIDENTS_READ_TOKENS`: what programs show to read, with commas between, or a file.
        ucdp_token: `INCIDENTS_UCDP_TOKEN`: what UCDP's web service wants to see.
        warnings: What was set wrong and is left out, one line each; the rest works.
    """

    data_dir: Path
    correction_address: str | None
    db: str
    closed: bool = False
    editors: str | None = None
    readers: str | None = None
    read_tokens: str | None = None
    ucdp_token: str | None = None
    warnings: tuple[str, ...] = ()

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; an empty variable counts as not set."""
        given = {key: value.strip() for key, value in (os.environ if environ is None else environ).items()}
        data_dir = Path(given.get("INCIDENTS_DATA_DIR") or platformdirs.user_data_dir(APP_NAME)).expanduser()
        db = given.get("INCIDENTS_DB") or f"sqlite:///{data_dir / 'incidents.sqlite'}"
        told: list[str] = []
        address = given.get("INCIDENTS_CORRECTIONS") or None
        if address and not address.startswith(LINKS):
            told.append(f"INCIDENTS_CORRECTIONS must begin with {' or '.join(LINKS)}, not {address!r}: no link")
            address = None
        reading = given.get("INCIDENTS_READING") or "open"
        if reading not in ("open", "closed"):
            told.append(f"INCIDENTS_READING must be open or closed, not {reading!r}: taken as closed")
        return cls(
            data_dir,
            address,
            db,
            closed=reading != "open",
            editors=given.get("INCIDENTS_EDITORS") or None,
            readers=given.get("INCIDENTS_READERS") or None,
            read_tokens=given.get("INCIDENTS_READ_TOKENS") or None,
            ucdp_token=given.get("INCIDENTS_UCDP_TOKEN") or None,
            warnings=tuple(told),
        )

    @property
    def cache_dir(self) -> Path:
        """Where the incident table is kept between starts; all of it can be made anew."""
        return self.data_dir / "cache"

    @property
    def district_file(self) -> Path:
        """Where `districts install` puts a layer, and the map looks for one."""
        return self.data_dir / "districts.geojson"

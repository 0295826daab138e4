"""Vocabularies of actors, publishers and event types, loaded from `data/` and validated; read by every later stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from geo.datafiles import DATA_DIR, fold, read_rows, slug, split_list
from geo.errors import DataFileError
from geo.models import Actor, Camp, DataSet, EventType, Publisher, Speaker

ACTOR_KINDS = (
    "state_forces",
    "government",
    "armed_group",
    "militia",
    "civilians",
    "organisation",
    "hospital",
    "unidentified",
    "foreign_state",
    "state_label",
)
UNLISTED_KIND = "unidentified"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All vocabularies, with look-ups by id, name or alias in any case and spelling of hyphens and accents."""

    actors: dict[str, Actor]
    publishers: dict[str, Publisher]
    event_types: dict[str, EventType]
    actor_ids: dict[str, str]
    publisher_ids: dict[str, str]

    @classmethod
    def load(cls, folder: Path = DATA_DIR) -> Vocabulary:
        """Read `actors.csv`, `publishers.csv` and `event_types.csv` of a folder.

        Raises:
            DataFileError: naming file, line and value of the first fault.
        """
        actors = _read_actors(folder / "actors.csv")
        publishers = _read_publishers(folder / "publishers.csv")
        event_types = _read_event_types(folder / "event_types.csv")
        return cls(
            {actor.id: actor for _, actor in actors},
            {publisher.id: publisher for _, publisher in publishers},
            event_types,
            _names_to_ids(folder / "actors.csv", ((line, a.id, (a.name, *a.aliases)) for line, a in actors)),
            _names_to_ids(folder / "publishers.csv", ((line, p.id, (p.name, *p.aliases)) for line, p in publishers)),
        )

    def actor(self, name: str) -> Actor | None:
        """The actor of this id, name or alias; a leading article doesn't matter."""
        key = _name_key(name)
        found = self.actor_ids.get(key)
        return self.actors.get(name) or (self.actors[found] if found else None)

    def publisher(self, name: str) -> Publisher:
        """The publisher of this id, name or alias; an unlisted one as given, with camp unknown."""
        found = self.publishers.get(name) or self.publishers.get(self.publisher_ids.get(_name_key(name), ""))
        return found or Publisher(slug(name), name, None, None, Camp.UNKNOWN, None, None)

    def speaker(self, name: str) -> Speaker:
        """Who counts as the speaker of this name: an actor's voice, a publisher, or the name as given."""
        actor = self.actor(name)
        if actor:
            voice = self.actors[actor.voice]
            return Speaker(voice.id, voice.name, voice.camp)
        publisher = self.publisher(name)
        return Speaker(publisher.id, publisher.name, publisher.camp)

    def with_data_sets(self, sets: Iterable[DataSet]) -> Vocabulary:
        """This one, where the speakers of data sets that users brought along are known to be data sets."""
        made = {}
        for dataset in sets:
            known = self.publisher(dataset.speaker)
            if known.camp is Camp.UNKNOWN and not self.actor(dataset.speaker):
                source = f"speaks in the data set {dataset.name}"
                made[known.id] = replace(known, camp=Camp.DATA_SET, camp_source=source)
        names = {_name_key(publisher.name): key for key, publisher in made.items()}
        if not made:
            return self
        return replace(self, publishers=self.publishers | made, publisher_ids=self.publisher_ids | names)

    def lineage(self, actor_id: str) -> tuple[str, ...]:
        """The actor and its parents, nearest first."""
        chain = [actor_id]
        while (actor := self.actors.get(chain[-1])) and actor.parent:
            chain.append(actor.parent)
        return tuple(chain)

    def with_children(self, actor_id: str) -> frozenset[str]:
        """The actor and all below it: asking for a parent includes its children."""
        return frozenset(other for other in self.actors if actor_id in self.lineage(other)) | {actor_id}

    def event_lineage(self, code: str) -> tuple[str, ...]:
        """The event type and those that include it, nearest first."""
        chain = [code]
        while (entry := self.event_types.get(chain[-1])) and entry.broader and entry.broader not in chain:
            chain.append(entry.broader)
        return tuple(chain)

    def kind(self, actor_id: str) -> str:
        actor = self.actors.get(actor_id)
        return actor.kind if actor else UNLISTED_KIND


@lru_cache(maxsize=1)
def default_vocabulary() -> Vocabulary:
    """The vocabularies of the project's own `data/` folder."""
    return Vocabulary.load()


def _name_key(name: str) -> str:
    return fold(name).removeprefix("the ")


def _names_to_ids(path: Path, entries: Iterable[tuple[int, str, tuple[str, ...]]]) -> dict[str, str]:
    """Every spelling to its id; one spelling for two ids is an error of the file."""
    found: dict[str, str] = {}
    for line, entry_id, names in entries:
        for name in (entry_id, *names):
            other = found.setdefault(_name_key(name), entry_id)
            if other != entry_id:
                raise DataFileError(path, line, f"name {name!r} of {entry_id!r} already belongs to {other!r}")
    return found


def _camp(path: Path, line: int, text: str) -> Camp:
    try:
        return Camp(text)
    except ValueError as error:
        known = ", ".join(Camp)
        raise DataFileError(path, line, f"camp {text!r} is unknown; known: {known}") from error


def _read_actors(path: Path) -> list[tuple[int, Actor]]:
    rows: list[tuple[int, Actor]] = []
    for line, row in read_rows(path, ("id", "name", "kind", "camp", "parent", "voice", "aliases", "source")):
        if row["kind"] not in ACTOR_KINDS:
            raise DataFileError(path, line, f"kind {row['kind']!r} is unknown; known: {', '.join(ACTOR_KINDS)}")
        if not (row["id"] and row["name"] and row["source"]):
            raise DataFileError(path, line, "id, name and source must not be empty")
        camp = _camp(path, line, row["camp"])
        voice = row["voice"] or row["id"]
        aliases = split_list(row["aliases"])
        rows.append(
            (
                line,
                Actor(row["id"], row["name"], row["kind"], camp, row["parent"] or None, voice, aliases, row["source"]),
            )
        )
    _check_references(path, rows)
    return rows


def _check_references(path: Path, rows: list[tuple[int, Actor]]) -> None:
    """Ids are unique, parents and voices exist, and no actor is above itself."""
    actors: dict[str, Actor] = {}
    for line, actor in rows:
        if actor.id in actors:
            raise DataFileError(path, line, f"id {actor.id!r} stands twice")
        actors[actor.id] = actor
    for line, actor in rows:
        for reference in (actor.parent, actor.voice):
            if reference is not None and reference not in actors:
                raise DataFileError(path, line, f"{reference!r} (parent or voice of {actor.id!r}) is no actor's id")
        seen, above = {actor.id}, actor.parent
        while above:
            if above in seen:
                raise DataFileError(path, line, f"{actor.id!r} is its own ancestor")
            seen.add(above)
            above = actors[above].parent


def _read_publishers(path: Path) -> list[tuple[int, Publisher]]:
    columns = ("id", "name", "country", "language", "camp", "camp_source", "home_page", "aliases")
    rows: list[tuple[int, Publisher]] = []
    for line, row in read_rows(path, columns):
        camp = _camp(path, line, row["camp"])
        if not (row["id"] and row["name"]):
            raise DataFileError(path, line, "id and name must not be empty")
        if camp is not Camp.UNKNOWN and not row["camp_source"]:
            raise DataFileError(path, line, f"camp {camp!s} of {row['id']!r} needs a camp_source")
        rest = (row["country"] or None, row["language"] or None, camp, row["camp_source"] or None)
        rows.append(
            (line, Publisher(row["id"], row["name"], *rest, row["home_page"] or None, split_list(row["aliases"])))
        )
    return rows


def _read_event_types(path: Path) -> dict[str, EventType]:
    columns = ("code", "label", "broader", "letter", "colour_group", "acled_event_type", "acled_sub_event_type")
    rows = [(line, EventType(*(row[column] or None for column in columns))) for line, row in read_rows(path, columns)]  # type: ignore[arg-type]
    found = {event_type.code: event_type for _, event_type in rows}
    for line, event_type in rows:
        if event_type.broader and event_type.broader not in found:
            raise DataFileError(path, line, f"broader {event_type.broader!r} of {event_type.code!r} is no code here")
    return found

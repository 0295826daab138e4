"""Makes `data/districts.geojson`: 36 schematic districts from 30 drawn ones and the gazetteer's towns.

The drawing is the npm package `@svg-maps/pakistan.districts` 2.0.0 (Unlicense), with the districts of about 2011. Each
old district is labelled anew, point by point: the old name holds unless towns whose district is known say otherwise,
which splits newer districts off and mends borders that are drawn wrong. Everything is deterministic.

Run `python -m tools.build_districts [PACKAGE_FOLDER]`; without a folder npm fetches the package into `build/`. With
`--compare FILE` it prints how well the result agrees with another layer.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import orjson
import shapely

from geo.datafiles import DATA_DIR, read_rows
from geo.district_layers import SCHEMATIC_FILE, DistrictLayer, district_in_set, layer_json
from geo.districts import DistrictTable, load_districts
from geo.errors import InputError
from geo.files import write_pieces

PACKAGE = "@svg-maps/pakistan.districts@2.0.0"
TARBALL = "svg-maps-pakistan.districts-2.0.0.tgz"
TARBALL_SHA256 = "35b4b2ea6efe981888fb3a3b359f4dcbc9bc6ffe71b90bfa89e581249ed0ace2"
BUILD_DIR = DATA_DIR.parent / "build"
GAZETTEER = DATA_DIR / "gazetteer.csv"

# SVG user units to degrees; measured against towns, good to about a kilometre along the outline.
ORIGIN = np.array([60.6055, 37.3539])
UNIT = np.array([0.0100, -0.0100 / 1.15])
REPAIRS = {"Harnai": (669.8, 811.3)}  # a corner with Quetta and Ziarat that its own outline leaves out
OLD_DISTRICTS = 30

GRID = 1e-4  # degrees; every corner lies on this grid, so that neighbours meet exactly
CELL = 0.01  # degrees; size of the squares that are labelled
TOLERANCE = 0.03  # degrees; takes the steps of the squares out of the new lines
REACH_KM = 40.0  # how far a town speaks for its surroundings; chosen by leaving one town out at a time
NUGGET = 0.01
OLD_MAP_WEIGHT = 0.5  # of the old name, where a town's word is 1
KM = np.array([111.2 * np.cos(np.radians(28.5)), 111.2])  # kilometres per degree in the middle of the province

MAX_TOWN_RADIUS_KM = 5.0
TOWN_SOURCES = ("GeoNames", "airportsdata")
PULL = 0.05  # degrees; how far outside the drawing a town may lie for the outline to be pulled out to it
MARGIN, HALF_BASE = 0.006, 0.06  # degrees; by how much beyond the town, and how wide along the outline

NAME = "36 districts (September 2022 to February 2026), schematic"
LICENCE = "Unlicense (drawing, public domain); GeoNames CC BY 4.0 (town coordinates that it was split along)"
ATTRIBUTION = "schematic districts after Wikimedia Commons (public domain) and GeoNames (CC BY 4.0)"
NOTE = (
    "Schematic: for orientation at zoom 6 to 8, never for finding out in which district a point lies. Boundaries and "
    "names shown imply no endorsement."
)

Shapes = dict[str, shapely.Polygon]


@dataclass(frozen=True, slots=True)
class Towns:
    """Places whose district is known: degrees, and names of districts."""

    points: np.ndarray
    districts: np.ndarray

    def within(self, mask: np.ndarray) -> Towns:
        return Towns(self.points[mask], self.districts[mask])

    @property
    def digest(self) -> str:
        """Changes when another result is to be expected."""
        said = [f"{lon} {lat} {name}" for (lon, lat), name in zip(self.points, self.districts, strict=True)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


def fetch_package(folder: Path = BUILD_DIR) -> Path:
    """The unpacked package; npm downloads it unless it is there, and its checksum must be the known one."""
    folder.mkdir(exist_ok=True)
    tarball = folder / TARBALL
    if not tarball.exists():
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    found = hashlib.sha256(tarball.read_bytes()).hexdigest()
    if found != TARBALL_SHA256:
        raise InputError(f"{tarball} has the SHA-256 {found}, not {TARBALL_SHA256}")
    with tarfile.open(tarball) as archive:
        archive.extractall(folder / "svg-maps", filter="data")
    return folder / "svg-maps" / "package"


def read_drawing(package: Path, table: DistrictTable) -> dict[str, np.ndarray]:
    """Outlines of the old districts of Balochistan in SVG units, by canonical name."""
    text = (package / "index.js").read_text(encoding="utf-8")
    drawing = orjson.loads(text.removeprefix("export default").strip().removesuffix(";"))
    outlines: dict[str, np.ndarray] = {}
    for location in drawing["locations"]:
        district = table.find(location["name"])
        if district:
            outlines[district.name] = parse_path(location["path"])
    if len(outlines) != OLD_DISTRICTS:
        raise InputError(f"{package} has {len(outlines)} districts of Balochistan; {OLD_DISTRICTS} were expected")
    return outlines


def parse_path(path: str) -> np.ndarray:
    """Corners of an SVG path of one ring in relative steps (`m x,y dx,dy ... z`)."""
    if not re.fullmatch(r"m[-\d., ]+z\s*", path):
        raise InputError(f"an outline must be one ring of relative steps, not {path[:60]!r}")
    steps = np.array([float(number) for number in re.findall(r"-?[\d.]+", path)]).reshape(-1, 2)
    return np.round(np.cumsum(steps, axis=0), 1)


def insert_corner(outline: np.ndarray, corner: tuple[float, float]) -> np.ndarray:
    """The outline with a corner more, in the edge that it is nearest to."""
    edges = shapely.linestrings(np.stack([outline, np.roll(outline, -1, axis=0)], axis=1))
    nearest = int(shapely.distance(edges, shapely.Point(corner)).argmin())
    return np.insert(outline, nearest + 1, corner, axis=0)


def to_degrees(outline: np.ndarray) -> np.ndarray:
    """SVG units to longitude and latitude."""
    return ORIGIN + UNIT * outline


def old_districts(package: Path, table: DistrictTable) -> Shapes:
    """The drawn districts, repaired, in degrees, sorted by name."""
    outlines = read_drawing(package, table)
    for name, corner in REPAIRS.items():
        outlines[name] = insert_corner(outlines[name], corner)
    return {name: shapely.Polygon(to_degrees(outlines[name])) for name in sorted(outlines)}


def read_towns(path: Path, table: DistrictTable) -> Towns:
    """The gazetteer's settlements and airfields with a trustworthy point."""
    current = {district.name for district in table.current()}
    points: list[tuple[float, float]] = []
    districts: list[str] = []
    for _, row in read_rows(path, ("lat", "lon", "radius_km", "district", "feature_class", "source")):
        if row["lat"] and row["feature_class"] in ("P", "S") and row["district"] in current:
            exact = float(row["radius_km"]) <= MAX_TOWN_RADIUS_KM
            if exact and row["source"].startswith(TOWN_SOURCES):
                points.append((float(row["lon"]), float(row["lat"])))
                districts.append(row["district"])
    order = np.lexsort(np.array(points).T)  # the order of the file must not matter
    return Towns(np.array(points)[order], np.array(districts)[order])


def pull_out(shapes: Shapes, towns: Towns) -> Shapes:
    """Pull the outline of the province out to towns that lie just outside it."""
    pulled = dict(shapes)
    outline = shapely.union_all(list(shapes.values()))
    for corner in towns.points[~shapely.contains_xy(outline, towns.points)]:
        town = shapely.Point(corner)
        distance, name = min((shapely.distance(shape, town), name) for name, shape in shapes.items())
        if distance < PULL:
            others = shapely.union_all([shape for other, shape in pulled.items() if other != name])
            pulled[name] = shapely.union(pulled[name], shapely.difference(_wedge(shapes[name], town), others))
    return pulled


def _wedge(shape: shapely.Polygon, town: shapely.Point) -> shapely.Polygon:
    """A flat triangle on the nearest side of a shape, its tip just beyond the town."""
    ring = shape.exterior
    at = ring.project(town)
    foot = shapely.get_coordinates(ring.interpolate(at))[0]
    outward = shapely.get_coordinates(town)[0] - foot
    outward /= np.hypot(*outward)
    along = np.array([-outward[1], outward[0]])
    tip = shapely.get_coordinates(town)[0] + outward * MARGIN
    inside = foot - outward * MARGIN
    return shapely.Polygon([inside - along * HALF_BASE, tip, inside + along * HALF_BASE])


def closeness(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How much points speak for each other: a Matern kernel of the distance, 1 at the same place."""
    far = np.hypot(*((a[:, None, :] - b[None, :, :]) * KM).transpose(2, 0, 1)) / REACH_KM
    return (1 + far) * np.exp(-far)


def label_points(points: np.ndarray, own: Sequence[str], towns: Towns) -> np.ndarray:
    """The district of each point of one old district.

    Args:
        own: The names that the old district may stand for: its own and those of what was cut from it.
        towns: The towns inside it. Each says its own district and nothing of the others; what they say beyond the old
            map is carried to the points by kriging.
    """
    names = np.array(sorted({*own, *towns.districts}))
    old_map = OLD_MAP_WEIGHT * np.isin(names, own) / len(own)
    said = (towns.districts[:, None] == names[None, :]) - old_map
    weights = np.linalg.solve(closeness(towns.points, towns.points) + NUGGET * np.eye(len(said)), said)
    return names[(old_map + closeness(points, towns.points) @ weights).argmax(axis=1)]


def split(name: str, shape: shapely.Polygon, own: Sequence[str], towns: Towns) -> list[tuple[str, shapely.Polygon]]:
    """The parts of an old district, each with the district that its towns give it."""
    if set(towns.districts) <= {name} and list(own) == [name]:
        return [(name, shape)]
    west, south, east, north = (np.array(shape.buffer(CELL).bounds) / CELL).round()
    columns, rows = (axis.ravel() for axis in np.meshgrid(np.arange(west, east), np.arange(south, north)))
    labels = label_points(np.column_stack([columns + 0.5, rows + 0.5]) * CELL, own, towns)
    # Whole numbers times CELL: a square's right side is the next one's left side to the last bit.
    cells = shapely.box(columns * CELL, rows * CELL, (columns + 1) * CELL, (rows + 1) * CELL)
    parts: list[tuple[str, shapely.Polygon]] = []
    for label in sorted(set(labels)):
        squares = shapely.simplify(shapely.coverage_union_all(cells[labels == label]), 0)
        area = shapely.intersection(squares, shape)
        parts += [(str(label), part) for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    return parts


def node(parts: Sequence[tuple[str, shapely.Polygon]]) -> list[tuple[str, shapely.Polygon]]:
    """The same parts on the common grid, with a corner wherever lines meet."""
    lines = shapely.union_all([part.boundary for _, part in parts], grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    tree = shapely.STRtree([part for _, part in parts])
    placed: list[tuple[str, shapely.Polygon]] = []
    for face in faces:
        holders = tree.query(face.representative_point(), predicate="within")
        if len(holders):  # else a hole between wedge and outline
            placed.append((parts[int(holders[0])][0], face))
    return placed


def merge(parts: Sequence[tuple[str, shapely.Polygon]]) -> dict[str, shapely.Geometry]:
    """One shape for each name."""
    names = sorted({name for name, _ in parts})
    return {name: shapely.union_all([part for label, part in parts if label == name]) for name in names}


def give_away_fragments(shapes: Mapping[str, shapely.Geometry], towns: Towns) -> dict[str, shapely.Geometry]:
    """Give what hangs apart from a district and holds none of its towns to the neighbour with most border to it."""
    kept: list[tuple[str, shapely.Polygon]] = []
    loose: list[shapely.Polygon] = []
    for name, shape in shapes.items():
        mine = towns.points[towns.districts == name]
        parts = sorted(shapely.get_parts(shape), key=shapely.area, reverse=True)
        for rank, part in enumerate(parts):
            if rank == 0 or shapely.contains_xy(part, mine).any():
                kept.append((name, part))
            else:
                loose.append(part)
    for part in loose:
        shared = [shapely.length(shapely.intersection(part.boundary, other.boundary)) for _, other in kept]
        kept.append((kept[int(np.argmax(shared))][0], part))
    return merge(kept)


def build(package: Path, towns: Towns, table: DistrictTable) -> dict[str, shapely.Geometry]:
    """The districts of the present, by canonical name."""
    old = pull_out(old_districts(package, table), towns)
    home = shapely.STRtree(list(old.values())).nearest(shapely.points(towns.points))
    roots = {row.name: district_in_set(row.name, old, table).names for row in table.current()}
    parts: list[tuple[str, shapely.Polygon]] = []
    for place, (name, shape) in enumerate(old.items()):
        own = [label for label, root in roots.items() if name in root]
        parts += split(name, shape, own, towns.within(home == place))
    shapes = give_away_fragments(merge(node(parts)), towns)
    smooth = shapely.coverage_simplify(list(shapes.values()), TOLERANCE, simplify_boundary=False)
    return dict(zip(shapes, shapely.orient_polygons(smooth), strict=True))


def as_layer(shapes: Mapping[str, shapely.Geometry], towns: Towns, table: DistrictTable) -> DistrictLayer:
    """The shapes with all that the file says of them."""
    rows = [row for row in table.current() if row.name in shapes]
    if len(rows) != len(table.current()):
        missing = sorted({row.name for row in table.current()} - set(shapes))
        raise InputError(f"no area is left for {', '.join(missing)}: the gazetteer needs towns there")
    exact = [shapely.transform(shapes[row.name], lambda points: points.round(4)) for row in rows]
    if not shapely.coverage_is_valid(exact):
        raise InputError("the districts overlap or leave gaps")
    columns = {"id": [r.id for r in rows], "name": [r.name for r in rows], "pcode": [r.pcode for r in rows]}
    source = (
        "npm @svg-maps/pakistan.districts 2.0.0 (after Wikimedia Commons, Pakistan Districts.svg by Schajee), split "
        f"and mended along {len(towns.points)} places of data/gazetteer.csv by tools/build_districts.py"
    )
    frame = gpd.GeoDataFrame(columns, geometry=exact, crs="EPSG:4326")
    return DistrictLayer(frame, table, NAME, source, LICENCE, ATTRIBUTION, schematic=True, note=NOTE)


def share_inside(layer: DistrictLayer, towns: Towns) -> float:
    """Share of the towns that lie inside the shape of their own district."""
    shapes = dict(zip(layer.frame["name"], layer.frame.geometry, strict=True))
    owners = [shapes[name] for name in towns.districts]
    return float(shapely.covers(owners, shapely.points(towns.points)).mean())


def agreement(layer: DistrictLayer, other: Path) -> dict[str, float]:
    """Intersection over union with the shapes of the same names of another file, on an equal-area projection."""
    projection = "+proj=laea +lat_0=28.5 +lon_0=66"
    theirs = gpd.read_file(other).set_index("name").geometry.to_crs(projection)
    ours = layer.frame.set_index("name").geometry.to_crs(projection)
    return {
        name: float(shape.intersection(theirs[name]).area / shape.union(theirs[name]).area)
        for name, shape in ours.items()
    }


def main() -> None:
    """Build, write and report."""
    parser = argparse.ArgumentParser(description="Makes data/districts.geojson.")
    parser.add_argument("package", nargs="?", type=Path, help="the unpacked npm package")
    parser.add_argument("--output", type=Path, default=SCHEMATIC_FILE)
    parser.add_argument("--compare", type=Path, help="a layer of the same names to compare with")
    args = parser.parse_args()
    table = load_districts()
    towns = read_towns(GAZETTEER, table)
    layer = as_layer(build(args.package or fetch_package(), towns, table), towns, table)
    write_pieces(args.output, [layer_json(layer, towns_sha256=towns.digest)])
    corners = int(shapely.get_num_coordinates(layer.frame.geometry).sum())
    print(f"{args.output}: {len(layer.frame)} districts, {corners} corners")
    print(f"{share_inside(layer, towns):.2%} of {len(towns.points)} towns lie inside their own district")
    if args.compare:
        scores = agreement(layer, args.compare)
        worst = sorted(scores.items(), key=lambda item: item[1])[:6]
        print(f"mean IoU {np.mean(list(scores.values())):.3f}; least: {', '.join(f'{n} {s:.2f}' for n, s in worst)}")


if __name__ == "__main__":
    main()

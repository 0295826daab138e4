"""A Streamlit page as one would write it without this project, for `tools.bench_others`: `?way=cluster&size=1000`.

Each click on "Next" leaves out another tenth of the incidents and draws the rest.
"""

from __future__ import annotations

from typing import Any

import folium
import geopandas as gpd
import pydeck
import streamlit as st
from folium.plugins import FastMarkerCluster, MarkerCluster
from folium.template import Template
from streamlit_folium import st_folium

from tests.make_table import make_table

SHARE = 10
COLUMNS = ["title", "place", "killed_best", "lat", "lon"]


class Painted(folium.MacroElement):  # type: ignore[misc]
    """Says to the page around the map that a turn was drawn, once the browser has painted it."""

    _template = Template(
        "{% macro script(this, kwargs) %}requestAnimationFrame(() => setTimeout(() => {"
        "window.parent.painted = {turn: {{ this.turn }}, at: performance.timeOrigin + performance.now()};"
        "}));{% endmacro %}"
    )

    def __init__(self, turn: int) -> None:
        super().__init__()
        self.turn = turn


@st.cache_resource
def incidents(size: int) -> Any:
    """The points of a made table."""
    table = make_table(size)
    return table.loc[table["lat"].notna(), COLUMNS].reset_index(drop=True)


def cluster(points: Any) -> Any:
    """A marker with a popup for each."""
    group = MarkerCluster()
    for row in points.itertuples():
        folium.Marker((row.lat, row.lon), popup=row.title).add_to(group)
    return group


def fast(points: Any) -> Any:
    """Markers without popups, made in the browser."""
    return FastMarkerCluster(points[["lat", "lon"]].to_numpy().tolist())


def geojson(points: Any) -> Any:
    """Circles with popups from a GeoDataFrame."""
    plain = points.astype({"killed_best": "float64"}).drop(columns=["lat", "lon"])
    frame = gpd.GeoDataFrame(plain, geometry=gpd.points_from_xy(points["lon"], points["lat"]), crs="EPSG:4326")
    return folium.GeoJson(frame, marker=folium.CircleMarker(radius=4), popup=folium.GeoJsonPopup(["title", "place"]))


def draw_folium(layer: Any, turn: int) -> None:
    """A folium map with a layer, through streamlit-folium."""
    drawn = folium.Map((28.6, 65.6), zoom_start=6, tiles=None, prefer_canvas=True)
    drawn.options["max_zoom"] = 18  # which folium forgets where there are no tiles
    layer.add_to(drawn)
    Painted(turn).add_to(drawn)
    st_folium(drawn, key="map", returned_objects=[], width=1000, height=650)


def draw_deck(points: Any) -> None:
    """A deck.gl scatter plot, as Streamlit brings it."""
    layer = pydeck.Layer("ScatterplotLayer", points, get_position=["lon", "lat"], get_radius=3000, pickable=True)
    view = pydeck.ViewState(latitude=28.6, longitude=65.6, zoom=5)
    st.pydeck_chart(pydeck.Deck(layers=[layer], initial_view_state=view, map_style=None, tooltip={"text": "{title}"}))


LAYERS = {"cluster": cluster, "fast": fast, "geojson": geojson}
st.set_page_config(layout="wide")
way, size = st.query_params["way"], int(st.query_params["size"])
turn = st.session_state.setdefault("turn", 0)
if st.button("Next"):
    turn = st.session_state["turn"] = turn + 1
points = incidents(size)
shown = points[points.index % SHARE != turn % SHARE]
st.text(f"turn {turn}: {len(shown)} points")
if way == "deck":
    draw_deck(shown)
else:
    draw_folium(LAYERS[way](shown), turn)

"""Broken files: one clear message, and the rest works; what nothing can work without stops the start with one line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ROOT, free_port, settled, start_app, stop_app
from tests.browser.test_app import open_app

PARTS = ("geo", "ui", "pages", "data", "static", ".streamlit")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the app whose files a test may break."""
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", tmp_path / "app.py")
    return tmp_path


def test_a_broken_line_and_a_layer_without_names_are_said_and_the_rest_works(checkout: Path, browser: Browser) -> None:
    with (checkout / "data" / "incidents" / "starting-articles.jsonl").open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    data_dir = checkout / "home"
    data_dir.mkdir()
    layer = json.loads((ROOT / "data" / "districts.geojson").read_text(encoding="utf-8"))
    for feature in layer["features"]:
        feature["properties"] = {}
    (data_dir / "districts.geojson").write_text(json.dumps(layer), encoding="utf-8")
    port = free_port()
    server = start_app(port, data_dir, checkout)
    try:
        page = browser.new_page()
        frame = open_app(page, f"http://127.0.0.1:{port}")
        expect(page.get_by_text("starting-articles.jsonl:")).to_be_visible()
        page.get_by_role("link", name="About").click()
        expect(page.get_by_role("heading", name="About this map")).to_be_visible()  # the map says so too
        expect(page.get_by_text("could not be loaded")).to_be_visible()
        settled(page)
        page.get_by_text("could not be loaded").click()
        expect(page.get_by_text("has no property 'name'")).to_be_visible()
        page.close()
        assert frame is not None
    finally:
        stop_app(server)


def test_without_its_vocabulary_the_app_stops_with_one_line(checkout: Path) -> None:
    (checkout / "data" / "actors.csv").write_text("id,name\n", encoding="utf-8")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={free_port()}"]
    ended = subprocess.run(
        [*command, "--server.headless=true"],
        cwd=checkout,
        env={**os.environ, "INCIDENTS_DATA_DIR": str(checkout)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "error: actors.csv:1: column 'kind'" in ended.stderr
    assert "Traceback" not in ended.stderr

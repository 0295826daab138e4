"""The map page: nothing in it depends on the data's size, nothing in it or in its scripts leads to another host."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest

from geo.api.pages import static_files
from geo.render import BASE_MAPS, MODULES, STATIC_DIR, STATIC_ROUTE, build_page, static_version

META = {"data_version": "1-test", "districts": {"kech": "Kech"}}
OWN = sorted((STATIC_DIR / "map").iterdir())
SCRIPTS = [path for path in OWN if path.suffix == ".js"]
# Addresses that name something (an XML namespace) and are never asked for.
NAMES = ("http://www.w3.org/2000/svg",)


class Tags(HTMLParser):
    """Collects every tag with its attributes, and the text of inline scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._inside: dict[str, str | None] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = dict(attrs) if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._inside is not None and data.strip() and "type" not in self._inside:
            self.inline.append(data)
        self._inside = None


def addresses(text: str) -> set[str]:
    found = set(re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s\"'`)]*", text))
    return {address for address in found if not address.startswith(NAMES)}


def test_the_page_loads_from_its_own_host_only() -> None:
    page = Tags(build_page(META).html)
    loaded = [
        attrs.get("src") or attrs.get("href") or "" for tag, attrs in page.tags if tag in ("script", "link", "img")
    ]
    assert loaded
    for address in filter(None, loaded):
        assert address.startswith(("/map/static/", "/api/layers/", "data:,")), address


def test_every_file_that_the_page_loads_exists() -> None:
    page = Tags(build_page(META).html)
    start = f"{STATIC_ROUTE}/{static_version()}/"
    names = [attrs.get("src") or attrs.get("href") or "" for _, attrs in page.tags]
    for name in names:
        if name.startswith(start):
            assert name.removeprefix(start) in static_files(), name


def test_all_modules_are_loaded_at_once() -> None:
    assert {f"{name}.js" for name in MODULES} == {path.name for path in SCRIPTS}


def test_modules_import_only_modules_that_exist() -> None:
    for path in SCRIPTS:
        for name in re.findall(r'from "\./(\w+)\.js"', path.read_text(encoding="utf-8")):
            assert name in MODULES, f"{path.name} imports {name}"


def test_the_policy_allows_exactly_the_inline_script() -> None:
    page = build_page(META)
    (script,) = Tags(page.html).inline
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in page.policy
    assert "unsafe" not in page.policy
    assert "L.map(" in script
    assert '"minZoom": 5' in script
    assert '"maxZoom": 18' in script


def test_nothing_is_styled_or_handled_inline() -> None:
    for tag, attrs in Tags(build_page(META).html).tags:
        assert tag != "style"
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]


def test_the_page_is_the_same_each_time_and_small() -> None:
    assert build_page(META) == build_page(META)
    assert len(build_page(META).html) < 8_000


def test_hostile_words_stay_data() -> None:
    hostile = {"label": "</script><script>alert(1)</script>${alert(2)}\\1 <!--"}
    page = build_page(hostile)
    assert Tags(page.html).inline == Tags(build_page(META).html).inline
    config = re.search(r'id="map-config">(.*?)</script>', page.html, re.DOTALL)
    assert config
    assert orjson.loads(config[1])["meta"] == hostile


def test_a_web_base_map_is_asked_only_where_it_was_chosen() -> None:
    assert "tile.openstreetmap.org" not in build_page(META).policy
    for key, entry in BASE_MAPS.items():
        chosen = build_page(META, key)
        assert f"img-src 'self' data: {entry['host']};" in chosen.policy
        assert entry["url"] in chosen.html
        assert entry["url"] not in build_page(META).html


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_our_files_name_no_other_host(path: Path) -> None:
    assert addresses(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_our_scripts_never_make_markup_or_code_from_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for banned in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"):
        assert banned not in text, banned


def test_vendored_styles_load_from_here_only() -> None:
    for path in (STATIC_DIR / "vendor").rglob("*.css"):
        for address in re.findall(r"url\(([^)]*)\)", path.read_text(encoding="utf-8")):
            assert address.startswith(("images/", "#")), address


@pytest.mark.parametrize("folder", sorted((STATIC_DIR / "vendor").iterdir()), ids=lambda path: path.name)
def test_every_vendored_package_has_its_licence_and_is_listed(folder: Path) -> None:
    if folder.is_dir():
        assert (folder / "LICENSE").stat().st_size > 500
        assert f"`{folder.name}/`" in (STATIC_DIR / "vendor" / "README.md").read_text(encoding="utf-8")


def _contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _themes() -> dict[str, dict[str, str]]:
    text = (STATIC_DIR / "map" / "page.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root(?:\[data-theme=\"dark\"\])? \{(.*?)\}", text, re.DOTALL)
    colours = {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for name, block in (("light", light), ("dark", dark))
    }
    return {"light": colours["light"], "dark": colours["light"] | colours["dark"]}


GROUNDS = {
    "ink": ("paper", "raised", "soft", "warn-soft"),
    "ink-quiet": ("paper", "raised", "soft"),
    "accent": ("paper", "raised"),
    "accent-ink": ("accent",),
    "cluster-ink": ("cluster", "cluster-hover"),
    "mark-letter": ("mark-hollow",),
    "label-district": ("district", "shade-0"),
    "label-town": ("district", "shade-0"),
    "label-country": ("land",),
    **{
        f"i-{group}": (f"c-{group}",) for group in ("attack", "explosion", "clash", "operation", "killing", "abduction")
    },
    **{f"i-{group}": (f"c-{group}",) for group in ("sabotage", "unrest", "none")},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ink", sorted(GROUNDS))
def test_text_stands_out_in_both_themes(theme: str, ink: str) -> None:
    colours = _themes()[theme]
    for ground in GROUNDS[ink]:
        ratio = _contrast(colours[ink], colours[ground])
        assert ratio >= 4.5, f"{theme}: {ink} on {ground} has {ratio:.2f}"


def test_no_text_is_smaller_than_14_pixels() -> None:
    for path in OWN:
        text = path.read_text(encoding="utf-8") if path.suffix in (".css", ".js") else ""
        sizes = re.findall(r"(?:font-size: |font: [^;\"'`{]*?)(\d+)px", text)
        sizes += re.findall(r"[\"'`](?:[a-z]+ )?(?:\d00 )?(\d+)px ", text)
        assert all(int(size) >= 14 for size in sizes), (path.name, sizes)

"""The layer test: data flows one way, so a module of `geo/` imports only from stages before its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# In the order of the flow. Modules on one line are of one stage and may use what stands before them, and each other
# only in the order given.
STAGES = (
    "errors",
    "models",
    "settings datafiles files access",
    "vocab datasets",
    "wording names",
    "districts district_layers district_files district_download district_install",
    "place_names place_entries gazetteer place_search place_choice",
    "geocode_forms geocode",
    "normalize dates languages documents fetch pdf intake",
    "voices estimate_counts estimate",
    "extract",
    "reading",
    "link",
    "store",
    "curated importers",
    "assemble decisions near relink check_decisions rebuild parts",
    "review",
    "table owners table_cache dataset restricted stored table_build",
    "query",
    "layers",
    "details",
    "render",
    "export export_jobs geofiles",
    "api",
    "from_store pipeline",
    "cli __main__",
)
ORDER = [name for stage in STAGES for name in stage.split()]


def imported_modules(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, by full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "geo":
                found |= {f"geo.{alias.name}" for alias in node.names}
    return found


def stage(path: Path) -> str:
    return path.relative_to(ROOT / "geo").parts[0].removesuffix(".py")


MODULES = sorted(path for path in (ROOT / "geo").rglob("*.py") if path.parent.name != "__pycache__")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_earlier_stages(path: Path) -> None:
    own = stage(path)
    if own == "__init__":
        return
    assert own in ORDER, f"{own} has no place in the flow: give it one in ORDER"
    used = {name.split(".")[1] for name in imported_modules(path) if name.startswith("geo.")}
    late = {name for name in used - {own} if ORDER.index(name) > ORDER.index(own)}
    assert not late, f"{path.name} imports from later stages: {sorted(late)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_never_imports_streamlit_and_says_its_place(path: Path) -> None:
    assert not {name for name in imported_modules(path) if name.split(".")[0] in ("streamlit", "ui", "pages", "app")}
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, f"{path} needs a docstring that says its place in the flow"

"""What others wrote and the pages serve is what its manifest says, with its licence; nothing comes from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

PAGES = Path(__file__).parents[1] / "service" / "pages"
VENDOR = PAGES / "static" / "vendor"


def test_every_vendored_file_is_what_the_manifest_says() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    told = {name: digest for entry in manifest.values() for name, digest in entry["sha256"].items()}
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()}
    assert there.pop("manifest.json")
    assert there == told


def test_every_package_has_its_licence_beside_it() -> None:
    for name, entry in json.loads((VENDOR / "manifest.json").read_text()).items():
        assert entry["licence"]
        assert entry["version"]
        assert any(file.startswith("LICENSE-") for file in entry["sha256"]), name


def test_no_page_or_style_sheet_loads_anything_from_elsewhere() -> None:
    loads = re.compile(r"""(?:src|href|action|url\(|@import)\s*=?\s*["'(]?\s*(?:https?:)?//""")
    own = [*PAGES.glob("templates/*.html"), *PAGES.glob("static/*.css"), *PAGES.glob("static/*.js")]
    assert own
    assert [path.name for path in own if loads.search(path.read_text())] == []
    for sheet in VENDOR.glob("*.css"):
        assert not re.search(r"""@import|url\((?!["']?data:)""", sheet.read_text()), sheet.name


def test_no_template_holds_a_script_or_a_style_of_its_own() -> None:
    """The content rules of the pages would stop them."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)
    assert [path.name for path in PAGES.glob("templates/*.html") if inline.search(path.read_text())] == []

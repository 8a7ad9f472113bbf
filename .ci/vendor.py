"""`make vendor`: the style sheets, scripts and fonts that the pages serve, from pinned npm packages.

Checked against service/pages/static/vendor/manifest.json and copied beside it with their licences; `--pin` writes new
checksums after a version was changed here. Nobody who installs or runs the project needs this, or npm.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path("service/pages/static/vendor")
# package: version, and which of its files become which of ours
PACKAGES = {
    "@digdir/designsystemet-css": (
        "1.22.0",
        {"dist/src/index.css": "designsystemet.css", "LICENSE": "LICENSE-designsystemet-css"},
    ),
    "@digdir/designsystemet-theme": (
        "1.11.0",
        {"src/themes/designsystemet.css": "theme.css", "LICENSE": "LICENSE-designsystemet-theme"},
    ),
    "htmx.org": ("4.0.1", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE-htmx"}),
    "@fontsource/noto-sans": (
        "5.3.0",
        {
            "files/noto-sans-latin-400-normal.woff2": "noto-sans-400.woff2",
            "files/noto-sans-latin-600-normal.woff2": "noto-sans-600.woff2",
            "LICENSE": "LICENSE-noto-sans",
        },
    ),
}


def main() -> None:
    """Fetch, check or pin, copy."""
    pin = "--pin" in sys.argv[1:]
    manifest = VENDOR / "manifest.json"
    before = {} if pin else json.loads(manifest.read_text())
    after = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (version, files) in PACKAGES.items():
            after[name] = _fetch(Path(folder), name, version, files)
            if not pin and before.get(name) != after[name][0]:
                sys.exit(f"{name} {version} is not what the manifest says; nothing was copied. Look at it, then --pin.")
    for _, contents in after.values():
        for ours, content in contents.items():
            (VENDOR / ours).write_bytes(content)
    manifest.write_text(json.dumps({name: entry for name, (entry, _) in after.items()}, indent=2) + "\n")


def _fetch(folder: Path, name: str, version: str, files: dict[str, str]) -> tuple[dict[str, object], dict[str, bytes]]:
    packed = subprocess.run(
        ["npm", "pack", "--json", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True
    )
    said = json.loads(packed.stdout)
    about = said[0] if isinstance(said, list) else next(iter(said.values()))
    with tarfile.open(folder / about["filename"]) as archive:
        contents = {ours: _read(archive, f"package/{theirs}") for theirs, ours in files.items()}
        licence = json.loads(_read(archive, "package/package.json"))["license"]
    sums = {ours: hashlib.sha256(content).hexdigest() for ours, content in contents.items()}
    return {"version": version, "licence": licence, "sha256": sums}, contents


def _read(archive: tarfile.TarFile, path: str) -> bytes:
    file = archive.extractfile(path)
    assert file is not None
    return file.read()


if __name__ == "__main__":
    main()

"""Renews what is vendored under core/static/vendor: `python config/vendor.py [--check]`.

The pages ask no other host, so fonts and icons are kept in the repository. The list
`vendored.json` says which package, in which version and under which licence each file came
from, and what its SHA-256 is. This script fetches the packages of that list through npm, takes
the files out, builds the icon sprite, and writes the sums back. `--check` fetches nothing: it
only compares the files that are there with their sums, so that a changed one is noticed.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parents[1] / "core" / "static" / "vendor"
LIST = VENDOR / "vendored.json"


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kept_files(package: dict[str, Any]) -> list[dict[str, Any]]:
    """Every entry of a package that stands for one file under `vendor/`."""
    return [*package["files"], *([package["sprite"]] if "sprite" in package else [])]


def fetch(package: dict[str, Any], folder: Path) -> Path:
    """Unpack a package of the npm registry into `folder` and answer where it lies.

    npm itself verifies the integrity of what it downloads.
    """
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed to renew the vendored files, and it is not on the PATH.")
    wanted = f"{package['name']}@{package['version']}"
    packed = subprocess.run(
        [npm, "pack", "--json", "--pack-destination", str(folder), wanted],
        check=True,
        capture_output=True,
        text=True,
    )
    archive = folder / Path(json.loads(packed.stdout)[0]["filename"]).name
    target = folder / archive.stem
    with tarfile.open(archive) as opened:
        opened.extractall(target, filter="data")
    return target / "package"


def sprite(icons: list[str], folder: Path) -> str:
    """One SVG with a <symbol> for each icon, to be drawn by `<use href="sprite.svg#name">`."""
    symbols = []
    for name in icons:
        source = (folder / f"{name}.svg").read_text()
        found = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
        if found is None:
            sys.exit(f"The icon {name} holds no <svg>.")
        drawing = " ".join(found.group(1).split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


def renew(listed: dict[str, Any]) -> None:
    """Fetch every package of the list, write its files and note their sums."""
    with tempfile.TemporaryDirectory() as temporary:
        for package in listed["packages"]:
            source = fetch(package, Path(temporary))
            for entry in kept_files(package):
                target = VENDOR / entry["to"]
                target.parent.mkdir(parents=True, exist_ok=True)
                if "icons" in entry:
                    target.write_text(sprite(entry["icons"], source / entry["from"]))
                else:
                    shutil.copyfile(source / entry["from"], target)
                entry["sha256"] = sha256(target)
    LIST.write_text(json.dumps(listed, indent=2) + "\n")


def differing(listed: dict[str, Any]) -> list[str]:
    """The vendored files that are missing or aren't what the list says."""
    return [
        entry["to"]
        for package in listed["packages"]
        for entry in kept_files(package)
        if not (VENDOR / entry["to"]).is_file() or sha256(VENDOR / entry["to"]) != entry["sha256"]
    ]


def main() -> None:
    """Renew the files, or with `--check` compare them with their sums."""
    parser = argparse.ArgumentParser(description="Renew what is vendored under core/static/vendor.")
    parser.add_argument("--check", action="store_true", help="only compare files and sums")
    listed = json.loads(LIST.read_text())
    if not parser.parse_args().check:
        renew(listed)
    if wrong := differing(listed):
        sys.exit(f"These vendored files are not what vendored.json says: {', '.join(wrong)}")


if __name__ == "__main__":
    main()

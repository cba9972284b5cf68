"""Our stylesheets in every browser: what Safari knows by another name alone is said twice."""

from __future__ import annotations

import re

from config.settings.environment import BASE_DIR

SHEETS = sorted(BASE_DIR.glob("*/static/taskly/**/*.css"))
BLOCK = re.compile(r"\{([^{}]*)\}")
SELECTING = re.compile(r"(-webkit-)?user-select:\s*(\w+)")


def test_safari_hears_what_cannot_be_selected_as_well():
    said = []
    for sheet in SHEETS:
        for block in BLOCK.findall(sheet.read_text()):
            found = SELECTING.findall(block)
            if found:
                by_prefix = dict(found)
                said.append((sheet.name, by_prefix.get("-webkit-"), by_prefix.get("")))

    assert said
    assert [each for each in said if each[1] != each[2]] == []

"""`python -m bench [snapshot] [writes] [lists]`: print the ratios that quality is judged by."""

from __future__ import annotations

import argparse
import importlib
import sys

import django

from bench import installation
from bench.measuring import HEADINGS

PARTS = ("snapshot", "writes", "lists")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"what to measure: {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=30)
    arguments = parser.parse_args()
    parts = arguments.parts or PARTS
    if not set(parts) <= set(PARTS):
        parser.error(f"choose from {', '.join(PARTS)}")
    installation.prepare()
    django.setup()
    # Its models can be imported only now.
    comparisons = importlib.import_module("bench.comparisons")
    over = 0
    with comparisons.running(arguments.rounds, arguments.repeats) as bench:
        sys.stdout.write(f"{HEADINGS}\n")
        for part in parts:
            for comparison in getattr(bench, part)():
                sys.stdout.write(f"{comparison.line()}\n")
                sys.stdout.flush()
                over += comparison.ratio > comparison.limit
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())

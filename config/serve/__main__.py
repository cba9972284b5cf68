"""`python -m config.serve`, which `make run` and `make dev` call."""

import argparse
import os
import sys

import django
from django.utils.module_loading import import_string

from config.refusals import REFUSALS


def main() -> None:
    """Load Django, then prepare and serve; what is wrong with the settings shows when loading."""
    parser = argparse.ArgumentParser(prog="python -m config.serve", description=__doc__)
    parser.add_argument(
        "--reload", action="store_true", help="Django's reloading server instead of gunicorn"
    )
    parser.add_argument(
        "--while-parent",
        type=int,
        metavar="PID",
        help="stop when the parent process isn't this one any more",
    )
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Before Django is loaded: the workers are forks of this process, and have its settings.
    os.environ.setdefault("TASKLY_SERVING", "1")
    try:
        django.setup()
        start = import_string("config.serve.start.start")
        start(reloading=options.reload, parent=options.while_parent)
    except REFUSALS as refusal:
        sys.exit(f"Taskly doesn't start: {refusal}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

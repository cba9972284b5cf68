#!/usr/bin/env python
"""Taskly's command line: `manage.py help` lists what there is."""

import os
import sys

from django.core.management import execute_from_command_line

from config.refusals import REFUSALS

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except REFUSALS as refusal:
        sys.exit(f"Taskly: {refusal}")

"""Measurements of Taskly's speed, as ratios against the bare database in the same run.

`python -m bench` (or `make bench`) prints them all; `python -m bench --help` says what can be
chosen. Absolute times say something about the machine; only the ratios are claims.
"""

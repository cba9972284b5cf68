"""Charts of sprints and boards, computed from the event log alone.

So they are true for every way of changing things, and for what is gone by now. What each figure
counts is defined in docs/charts.md.
"""

from cards.charts.burndown import Amount, Burndown, burndown
from cards.charts.flow import Flow, flow
from cards.charts.velocity import Velocity, velocity

__all__ = ["Amount", "Burndown", "Flow", "Velocity", "burndown", "flow", "velocity"]

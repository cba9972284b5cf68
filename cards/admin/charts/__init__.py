"""The charts' pages, and the burndown for others to include.

A page that shows a burndown puts `burndown_shown(request, sprint)` into its context as `picture`,
and includes `admin/cards/charts/assets.html` in its head, and `patterns.html` and `picture.html`
from there in its body.
"""

from cards.admin.charts.pages import BurndownPages, ChartPages, burndown_shown

__all__ = ["BurndownPages", "ChartPages", "burndown_shown"]

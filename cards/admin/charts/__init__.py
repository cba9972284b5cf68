"""The charts' pages, and the burndown for others to include.

A page that shows a burndown puts `burndown_shown(sprint, …)` into its context and includes
`admin/cards/charts/picture.html` with it as `picture`, with `taskly/charts.css` and `charts.js`.
"""

from cards.admin.charts.pages import BurndownPages, ChartPages, burndown_shown

__all__ = ["BurndownPages", "ChartPages", "burndown_shown"]

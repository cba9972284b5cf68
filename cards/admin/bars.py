"""How much of something is done, as a small bar with its words."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def bar(done: int, total: int, label: str) -> SafeString | str:
    """`done` of `total` as a bar and in words; no bar where there is nothing to do."""
    if not total:
        return "—"
    return format_html(
        '<span class="progress"><progress value="{}" max="{}" aria-label="{}"></progress>'
        " {}</span>",
        done,
        total,
        label,
        _("%(done)d of %(total)d") % {"done": done, "total": total},
    )
